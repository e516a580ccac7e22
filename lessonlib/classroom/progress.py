"""The student's progress, shown: how many exercises of each lesson they have passed, with links.

What is remembered, and where, is told in ``progress_file``.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

from lessonlib.classroom import course_map, quiz
from lessonlib.classroom.deck import Section
from lessonlib.classroom.progress_file import load, location, reset

__all__ = ["identifiers", "load", "location", "reset", "show"]

EXERCISES = Path(__file__).with_name("exercises")
SECTION = {"00": "Como funcionam os exercícios"}  # the other lessons call theirs "Exercícios"

_LEFT = ' style="text-align:left"'


@cache
def identifiers(lesson: str) -> tuple[str, ...]:
    """Return the identifiers of a lesson's exercises.

    They are read from the text of ``exercises/lessonNN.py``: importing every lesson would load PyTorch.

    Examples
    --------
    >>> identifiers("03")
    ('3.1', '3.2', '3.3', '3.4', '3.5')
    """
    file = EXERCISES / f"lesson{lesson}.py"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return tuple(re.findall(r'^ +id="(\d+\.\d+)"', text, flags=re.MULTILINE))


def show() -> None:
    """Show a table: lesson, a bar of exercises passed, which ones, and the first answers to the quiz."""
    known = load()
    rows, lines, done, total = [], [], 0, 0
    for lesson in course_map.lessons():
        asked = identifiers(lesson.number)
        passed = [identifier for identifier in asked if identifier in known["exercises"]]
        answers = list(known["quizzes"].get(lesson.number, {}).values())
        done, total = done + len(passed), total + len(asked)
        if not asked:
            continue
        heading = Section(lesson.number, SECTION.get(lesson.number, "Exercícios"))
        name = lesson.link(html.escape(f"{lesson.number} · {lesson.title}"), heading.anchor)
        rows.append(
            f'<tr><th scope="row"{_LEFT}>{name}</th><td{_LEFT}>{_bar(len(passed), len(asked))}</td>'
            f"<td{_LEFT}>{_marks(asked, passed)}</td><td{_LEFT}>{_quiz(lesson.number, answers)}</td></tr>"
        )
        lines.append(f"{lesson.name}: {len(passed)} de {len(asked)} exercícios")
    caption = f"Seu progresso: {done} de {total} exercícios"
    table = course_map.table(caption, ("aula", "exercícios", "quais", "quiz, na primeira tentativa"), rows)
    course_map.display(table, "\n".join([caption, *lines]))


def _bar(done: int, total: int) -> str:
    """Return a bar with its numbers in words; the picture itself is hidden from screen readers."""
    width, full = 80, round(80 * done / total)
    drawing = (
        f'<span aria-hidden="true" style="display:inline-block;width:{width}px;height:10px;margin-right:8px;'
        f'border:1px solid currentColor"><span style="display:block;width:{full}px;height:100%;'
        f'background:currentColor"></span></span>'  # the colour of the text: seen in light and in dark
    )
    return f'<span style="white-space:nowrap">{drawing}{done} de {total}</span>'


def _marks(asked: tuple[str, ...], passed: list[str]) -> str:
    if len(passed) == len(asked):
        return "✔ todos"
    return ", ".join(passed) or "–"


def _quiz(lesson: str, answers: list[bool]) -> str:
    if not (quiz.FOLDER / f"{lesson}.toml").is_file():
        return "–"
    total = len(quiz.load(lesson))
    if not answers:
        return f"0 de {total}"
    waiting = f" ({quiz.answered(len(answers))})" if len(answers) < total else ""
    return f"{sum(answers)} de {total}{waiting}"
