"""How an answer is judged: the reference and the student's function run on the same inputs, in order."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from lessonlib.classroom.exercises.comparison import describe, difference, unchanged

NOT_STARTED = "Ainda não implementado. Troque as reticências (...) pelo seu código e rode a célula de novo."


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    Attributes
    ----------
    id : str
        ``"3.1"``: lesson and number.
    goal : str
        What the function must do, one sentence in pt-BR.
    reference : callable
        The right answer, from ``lessonlib.reference`` wherever it exists there.
    cases : callable
        ``cases(rng)`` yields tuples of arguments: first the slide's own numbers, then random ones.
    hint, solution : str
        pt-BR text that helps without telling; Python source that passes.
    name : str
        Name of the function in the stub, as it appears in ``solution``.
    rtol, atol : float
        How near counts as equal.
    """

    id: str
    goal: str
    reference: Callable
    cases: Callable[[np.random.Generator], Iterable[tuple]]
    hint: str
    solution: str
    name: str
    rtol: float = 1e-6
    atol: float = 1e-9


@dataclass(frozen=True)
class Outcome:
    """What one call of the student's function did.

    Attributes
    ----------
    answer : object
        What it returned.
    error : str, optional
        ``"TypeError: …"`` when it raised, in place of an answer.
    changed : bool
        Whether it altered its arguments.
    returned : bool
        False when it raised NotImplementedError, as a stub may.
    """

    answer: object = None
    error: str | None = None
    changed: bool = False
    returned: bool = True


@dataclass(frozen=True)
class Result:
    """Outcome of a check.

    Attributes
    ----------
    status : {"passed", "failed", "not_started"}
    message : str
        One sentence for the student, pt-BR.
    details : dict of str to str
        The first failing input, the expected and the given answer, when there is a failure.
    cases : int
        How many inputs were tried.
    """

    status: str
    message: str
    details: dict = field(default_factory=dict)
    cases: int = 0

    @property
    def passed(self) -> bool:
        """Whether every input gave the right answer."""
        return self.status == "passed"


def grade(exercise: str | Exercise, function: Callable, seed: int = 0) -> Result:
    """Judge ``function`` on the inputs that ``seed`` selects.

    Parameters
    ----------
    exercise : str or Exercise
        Identifier such as ``"3.1"``, or the exercise itself.
    function : callable
        The student's function.
    seed : int
        Chooses the random inputs; a lecturer may grade with another seed than the lesson's.

    Returns
    -------
    Result
        Never raises for what the student's function does, short of a keyboard interrupt.
    """
    if isinstance(exercise, str):
        from lessonlib.classroom.exercises.catalog import find

        exercise = find(exercise)
    if not callable(function):
        return Result(
            "failed",
            f'Passe a função, sem chamá-la: check("{exercise.id}", {exercise.name}). '
            f"Chegou um valor do tipo {type(function).__name__}.",
        )
    count = 0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for arguments in exercise.cases(np.random.default_rng(seed)):
            count += 1
            expected = exercise.reference(*copy.deepcopy(arguments))
            failure = verdict(exercise, arguments, expected, call(function, arguments), first=count == 1)
            if failure is not None:
                return Result(failure.status, failure.message, failure.details, count)
    return passed(count)


def passed(count: int) -> Result:
    """Return the result of a function that gave ``count`` right answers and no wrong one."""
    return Result(
        "passed", f"Certo! Sua função acertou {count} casos, os do slide e outros sorteados.", {}, count
    )


def call(function: Callable, arguments: tuple) -> Outcome:
    """Call the student's function on a copy of the arguments and note all that happens."""
    given = copy.deepcopy(arguments)
    try:
        answer = function(*given)
    except NotImplementedError:
        return Outcome(returned=False)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever it raises, sys.exit too, is feedback and no traceback
        return Outcome(error=f"{type(error).__name__}: {_text_of(error)}{_line_of(error)}")
    return Outcome(answer, changed=not unchanged(given, arguments))


def verdict(
    exercise: Exercise, arguments: tuple, expected, outcome: Outcome, first: bool = False
) -> Result | None:
    """Judge one call; ``None`` when the answer is right.

    Parameters
    ----------
    exercise : Exercise
    arguments : tuple
        What the function got.
    expected : object
        What the reference answers to the same arguments.
    outcome : Outcome
        What the student's function did: here, or in the process where the grader ran it.
    first : bool
        Whether this is the first call: returning None then means that the stub is untouched.
    """
    context = {"entrada": describe_call(exercise.name, arguments), "esperado": describe(expected)}
    if outcome.error is not None:
        return Result("failed", f"Sua função parou com {outcome.error}", context)
    if outcome.answer is None:
        if first or not outcome.returned:
            return Result("not_started", NOT_STARTED)
        return Result("failed", "Sua função devolveu None. Faltou um return em algum caminho?", context)
    context["recebido"] = describe(outcome.answer)
    if outcome.changed:
        return Result(
            "failed",
            "Sua função alterou a entrada. Trabalhe em uma cópia: quem chamou ainda precisa dela.",
            context,
        )
    problem = difference(outcome.answer, expected, exercise.rtol, exercise.atol)
    return None if problem is None else Result("failed", problem, context)


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an exception of the student's own whose __str__ fails
        return ""


def _line_of(error: BaseException) -> str:
    """Name the student's own line: the last frame of the traceback that is not ours or a library's file."""
    trace, line = error.__traceback__, None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "ipykernel" in name or name.startswith("<"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (linha {line} da célula)" if line else ""


def describe_call(name: str, arguments: tuple) -> str:
    """Write the call that failed."""
    return f"{name}({', '.join(describe(a) for a in arguments)})"
