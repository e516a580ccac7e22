"""How an answer is judged: the reference and the student's function run on the same inputs, in order."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

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
            failure = _judge(exercise, function, arguments, first=count == 1)
            if failure is not None:
                return Result(failure.status, failure.message, failure.details, count)
    return Result(
        "passed", f"Certo! Sua função acertou {count} casos, os do slide e outros sorteados.", {}, count
    )


def _judge(exercise: Exercise, function: Callable, arguments: tuple, first: bool) -> Result | None:
    expected = exercise.reference(*copy.deepcopy(arguments))
    given_arguments = copy.deepcopy(arguments)
    context = {"entrada": describe_call(exercise.name, arguments), "esperado": describe(expected)}
    try:
        answer = function(*given_arguments)
    except NotImplementedError:
        return Result("not_started", NOT_STARTED)
    except Exception as error:  # whatever the student's code raises becomes feedback, not a traceback
        where = _line_of(error)
        return Result("failed", f"Sua função parou com {type(error).__name__}: {error}{where}", context)
    if answer is None:
        if first:
            return Result("not_started", NOT_STARTED)
        return Result("failed", "Sua função devolveu None. Faltou um return em algum caminho?", context)
    context["recebido"] = describe(answer)
    if not same(given_arguments, arguments, 0.0, 0.0):
        return Result(
            "failed",
            "Sua função alterou a entrada. Trabalhe em uma cópia: quem chamou ainda precisa dela.",
            context,
        )
    problem = difference(answer, expected, exercise.rtol, exercise.atol)
    return None if problem is None else Result("failed", problem, context)


def _line_of(error: BaseException) -> str:
    """Name the student's own line: the last frame of the traceback that is not ours or a library's file."""
    trace, line = error.__traceback__, None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "ipykernel" in name or name.startswith("<"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f" (linha {line} da célula)" if line else ""


def same(a, b, rtol: float, atol: float) -> bool:
    """Compare nested answers (numbers, arrays, tuples, lists); NaN equals NaN."""
    return difference(a, b, rtol, atol) is None


def difference(answer, expected, rtol: float, atol: float) -> str | None:
    """Say in pt-BR what tells ``answer`` from ``expected``; ``None`` when they agree."""
    if isinstance(expected, tuple) and any(np.ndim(part) or isinstance(part, str) for part in expected):
        if not isinstance(answer, (tuple, list)) or len(answer) != len(expected):
            return f"Devolva {len(expected)} valores, separados por vírgula."
        for position, (one, other) in enumerate(zip(answer, expected, strict=True), start=1):
            problem = difference(one, other, rtol, atol)
            if problem:
                return f"Valor {position}: {problem}"
        return None
    if isinstance(expected, str):
        return None if answer == expected else "O texto devolvido não é o esperado."
    try:
        answer_array, expected_array = np.asarray(answer), np.asarray(expected)
        answer_array.astype(complex)
    except (TypeError, ValueError):
        return f"Esperava números, e a resposta é do tipo {type(answer).__name__}."
    if answer_array.shape != expected_array.shape:
        return (
            f"O formato não bate: esperado {shape_text(expected_array.shape)}, "
            f"recebido {shape_text(answer_array.shape)}."
        )
    close = np.isclose(
        answer_array.astype(complex), expected_array.astype(complex), rtol=rtol, atol=atol, equal_nan=True
    )
    if close.all():
        return None
    if close.ndim == 0:
        return "O valor não é o esperado."
    where = tuple(int(i) for i in np.argwhere(~close)[0])
    place = where[0] if len(where) == 1 else where
    return (
        f"{int((~close).sum())} de {close.size} valores diferem; o primeiro está no índice {place}: "
        f"esperado {describe(expected_array[where])}, recebido {describe(answer_array[where])}."
    )


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape as ``3×4``; a scalar is «um número»."""
    return "um número" if not shape else "×".join(map(str, shape)) + (" elementos" if len(shape) == 1 else "")


def describe(value, limit: int = 400) -> str:
    """Write a value so that a student can read and paste it."""
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=4, threshold=64, separator=", ", suppress_small=True)
    elif isinstance(value, (float, np.floating)):
        text = f"{float(value):.6g}"
    elif isinstance(value, np.generic):
        text = str(value.item())
    elif isinstance(value, tuple) and any(isinstance(v, (np.ndarray, np.generic)) for v in value):
        text = "(" + ", ".join(describe(v) for v in value) + ")"
    else:
        text = repr(value)
    return text if len(text) <= limit else text[:limit] + " …"


def describe_call(name: str, arguments: tuple) -> str:
    """Write the call that failed."""
    return f"{name}({', '.join(describe(a) for a in arguments)})"
