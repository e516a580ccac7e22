"""Exercises: ``check`` runs a student's function against the reference; feedback is never a traceback.

>>> from lessonlib.classroom import exercises
>>> print(exercises.grade("3.1", lambda a, b: None).message)
Ainda não implementado. Troque as reticências (...) pelo seu código e rode a célula de novo.
"""

from lessonlib.classroom.exercises.catalog import all_exercises, find
from lessonlib.classroom.exercises.engine import Exercise, Result, grade
from lessonlib.classroom.exercises.view import check, hint, solution

__all__ = ["Exercise", "Result", "all_exercises", "check", "find", "grade", "hint", "solution"]
