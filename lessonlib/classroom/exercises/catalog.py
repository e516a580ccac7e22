"""Where exercises live: ``lessonNN.py`` beside this file, each with a list ``EXERCISES``."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from lessonlib.classroom.exercises.engine import Exercise


def find(identifier: str) -> Exercise:
    """Return the exercise ``identifier``, such as ``"3.1"``; only its own lesson's file is loaded.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", str(identifier))
    lesson = []
    if match:
        try:
            lesson = importlib.import_module(f"{__package__}.lesson{int(match[1]):02d}").EXERCISES
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(__package__):
                raise
    for exercise in lesson:
        if exercise.id == identifier:
            return exercise
    known = ", ".join(e.id for e in lesson) or "nenhum nesta aula"
    raise ValueError(f"não existe o exercício {identifier!r}; exercícios conhecidos: {known}")


def all_exercises() -> list[Exercise]:
    """Return every exercise of the course, in order."""
    names = sorted(
        m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name.startswith("lesson")
    )
    return [e for name in names for e in importlib.import_module(f"{__package__}.{name}").EXERCISES]
