"""What the student sees of an exercise: feedback, and a hint and a solution behind buttons."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets

from lessonlib.classroom.exercises.catalog import find
from lessonlib.classroom.exercises.engine import Exercise, Result, grade
from lessonlib.classroom.progress_file import record_exercise

_LOOK = {
    "passed": ("✔", "#00614A", "#E6F4EF"),
    "failed": ("✘", "#9C2A00", "#FCEDE6"),
    "not_started": ("…", "#444444", "#F2F2F2"),
}


def check(identifier: str, function: Callable, seed: int = 0) -> Feedback:
    """Run ``function`` against the reference, show what happened, and remember a success.

    Parameters
    ----------
    identifier : str
        Such as ``"3.1"``.
    function : callable
        The student's function.
    seed : int
        Chooses the random inputs.
    """
    exercise = find(identifier)
    result = grade(exercise, function, seed)
    if result.passed:
        record_exercise(exercise.id)
    return Feedback(exercise, result)


def hint(identifier: str) -> Reveal:
    """Show the hint of an exercise."""
    return Reveal(f"Dica do exercício {identifier}", _hint_html(find(identifier)))


def solution(identifier: str) -> Reveal:
    """Show a solution of an exercise."""
    return Reveal(f"Uma solução do exercício {identifier}", _solution_html(find(identifier)))


def _hint_html(exercise: Exercise) -> str:
    return f"<p><strong>Dica.</strong> {exercise.hint}</p>"


def _solution_html(exercise: Exercise) -> str:
    return (
        f"<p><strong>Uma solução</strong> (há outras):</p><pre>{html.escape(exercise.solution.strip())}</pre>"
    )


class Reveal:
    """A piece of HTML with a plain-text twin."""

    def __init__(self, title: str, markup: str):
        self.title, self.markup = title, markup

    def _repr_mimebundle_(self, **kwargs):
        return {"text/html": self.markup, "text/plain": self.title}


def feedback_html(exercise: Exercise, result: Result) -> str:
    """Return the feedback box: status in words and colour, then the first failing input."""
    mark, ink, paper = _LOOK[result.status]
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top">{name}</th>'
        f'<td style="text-align:left"><code style="white-space:pre-wrap">{html.escape(text)}</code></td></tr>'
        for name, text in result.details.items()
    )
    table = f"<table>{rows}</table>" if rows else ""
    style = f"border-left:4px solid {ink};background:{paper};color:#1A1A1A;padding:8px 12px"
    title = f'<strong style="color:{ink}">{mark} Exercício {exercise.id}.</strong>'
    return f'<div role="status" style="{style}">{title} {html.escape(result.message)}{table}</div>'


class Feedback(ipywidgets.VBox):
    """Feedback of a check, with the buttons "Dica" and "Ver solução".

    Attributes
    ----------
    result : Result
        What :func:`grade` found.
    """

    def __init__(self, exercise: Exercise, result: Result):
        self.exercise, self.result = exercise, result
        self._box = feedback_html(exercise, result)
        hint_button = ipywidgets.ToggleButton(description="Dica", tooltip="Mostra ou esconde a dica")
        solution_button = ipywidgets.ToggleButton(
            description="Ver solução", tooltip="Mostra ou esconde uma solução"
        )
        self.hint_button, self.solution_button = hint_button, solution_button
        self.revealed = ipywidgets.HTML()
        for button in (hint_button, solution_button):
            button.observe(self._reveal, names="value")
        super().__init__(
            [ipywidgets.HTML(self._box), ipywidgets.HBox([hint_button, solution_button]), self.revealed]
        )

    def _reveal(self, change) -> None:
        parts = []
        if self.hint_button.value:
            parts.append(_hint_html(self.exercise))
        if self.solution_button.value:
            parts.append(_solution_html(self.exercise))
        self.revealed.value = "".join(parts)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data["text/html"] = self._box
        data["text/plain"] = f"Exercício {self.exercise.id}. {self.result.message}"
        return data, metadata
