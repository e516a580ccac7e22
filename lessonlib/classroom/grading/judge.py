"""The judge: knows the exercises and the hidden seeds, hands out inputs, says what is wrong with an answer.

Started as ``python -m lessonlib.classroom.grading.judge``; a line of JSON in, a line of JSON out. The
student's code never runs here, and what its process answers is taken for data.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
import warnings
from functools import lru_cache

import numpy as np

from lessonlib.classroom.exercises import find
from lessonlib.classroom.exercises.comparison import describe
from lessonlib.classroom.exercises.engine import Outcome, describe_call, passed, verdict
from lessonlib.classroom.grading.wire import decode, encode


@lru_cache(maxsize=32)
def cases(identifier: str, seed: int) -> list[tuple]:
    """Return the inputs that a seed selects, each with the reference's answer: (arguments, expected)."""
    exercise = find(identifier)
    found = exercise.cases(np.random.default_rng(seed))
    return [(arguments, exercise.reference(*copy.deepcopy(arguments))) for arguments in found]


def lesson(number: str) -> list[list[str]]:
    """Return the identifiers and function names of a lesson's exercises, in order."""
    name = f"lessonlib.classroom.exercises.lesson{int(number):02d}"
    if importlib.util.find_spec(name) is None:
        return []
    return [[exercise.id, exercise.name] for exercise in importlib.import_module(name).EXERCISES]


def case(identifier: str, seed: int, index: int) -> dict | None:
    """Return one input, as the pupil gets it and as the lecturer reads it; ``None`` after the last."""
    inputs = cases(identifier, seed)
    if index >= len(inputs):
        return None
    arguments, _ = inputs[index]
    text = describe_call(find(identifier).name, arguments)
    return {"arguments": [encode(argument) for argument in arguments], "text": text}


def judge(identifier: str, seed: int, index: int, first: bool, outcome: dict) -> dict | None:
    """Say what is wrong with the outcome of a call: ``None`` when it is right."""
    exercise = find(identifier)
    arguments, expected = cases(identifier, seed)[index]
    context = {"entrada": describe_call(exercise.name, arguments), "esperado": describe(expected)}
    if "unreadable" in outcome:
        message = f"A resposta não pôde ser lida: {str(outcome['unreadable'])[:300]}."
        return {"status": "failed", "message": message, "details": context}
    try:
        error = outcome.get("error")
        heard = Outcome(
            decode(outcome.get("answer")),
            None if error is None else str(error)[:500],
            bool(outcome.get("changed")),
            bool(outcome.get("returned", True)),
        )
    except ValueError:
        return {"status": "failed", "message": "A resposta chegou ilegível ao corretor.", "details": context}
    result = verdict(exercise, arguments, expected, heard, first=first)
    return result and {"status": result.status, "message": result.message, "details": result.details}


def succeed(count: int) -> dict:
    """Return what is said of a function that was right ``count`` times."""
    return {"status": "passed", "message": passed(count).message, "details": {}}


_OPERATIONS = {"lesson": lesson, "case": case, "judge": judge, "succeed": succeed}


def main() -> None:
    """Answer until the other side hangs up."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    replies, sys.stdout = sys.stdout, sys.stderr  # whatever prints must not get among the replies
    for line in sys.stdin:
        request = json.loads(line)
        turn = request.pop("turn")
        answer = _OPERATIONS[request.pop("op")](**request)
        print(json.dumps({"result": answer, "turn": turn}), file=replies, flush=True)


if __name__ == "__main__":
    main()
