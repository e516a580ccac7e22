"""The course as plain data, for an edition without a kernel: ``python -m lessonlib.classroom.course_data``.

Prints one JSON object. The static site reads it, because the tools of the course must not import the
classroom (tests/test_import_rules.py), and because a quiz or an exercise on paper needs its answers.
"""

from __future__ import annotations

import json
import sys

from lessonlib.classroom import course_map, exercises, quiz


def course_data() -> dict:
    """Return lessons, quizzes and exercises as JSON can hold them.

    Returns
    -------
    dict
        ``lessons``: list of file, name, slides, minutes, needs, teaches, in order.
        ``quizzes``: lesson number → list of text and options (text, why, correct).
        ``exercises``: identifier → hint (HTML) and solution (Python source).

    Examples
    --------
    >>> data = course_data()
    >>> data["lessons"][3]["name"], data["exercises"]["3.1"]["solution"].split("(")[0]
    ('Aula 03 · Correlação', 'def my_pearson')
    """
    return {
        "lessons": [
            {
                "file": lesson.file,
                "name": lesson.name,
                "slides": lesson.slide_text,
                "minutes": lesson.minutes,
                "needs": list(lesson.needs),
                "teaches": lesson.teaches,
            }
            for lesson in course_map.lessons()
        ],
        "quizzes": {path.stem: _questions(path.stem) for path in sorted(quiz.FOLDER.glob("*.toml"))},
        "exercises": {
            exercise.id: {"hint": exercise.hint, "solution": exercise.solution.strip()}
            for exercise in exercises.all_exercises()
        },
    }


def _questions(lesson: str) -> list[dict]:
    return [
        {
            "text": question.text,
            "options": [{"text": o.text, "why": o.why, "correct": o.correct} for o in question.options],
        }
        for question in quiz.load(lesson)
    ]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    json.dump(course_data(), sys.stdout, ensure_ascii=False)
