"""Quizzes: a question, one right answer, and an explanation for every option, right or wrong.

The questions of lesson NN are in ``quizzes/NN.toml``::

    [[question]]
    text = "Qual é …?"
    [[question.option]]
    text = "…"
    why = "Por que está certa ou errada"
    correct = true
"""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

import ipywidgets

from lessonlib.classroom.progress_file import record_answer

FOLDER = Path(__file__).parent / "quizzes"


@dataclass(frozen=True)
class Option:
    """One possible answer and why it is right or wrong."""

    text: str
    why: str
    correct: bool = False


@dataclass(frozen=True)
class Question:
    """One question with its options."""

    text: str
    options: tuple[Option, ...]


def load(lesson: str) -> tuple[Question, ...]:
    """Read the quiz of a lesson.

    Parameters
    ----------
    lesson : str
        Two digits, such as ``"03"``.

    Raises
    ------
    ValueError
        If there is no quiz, a question has not exactly one right option, fewer than three options, or an
        option without explanation.
    """
    path = FOLDER / f"{lesson}.toml"
    if not path.is_file():
        raise ValueError(f"lesson must have a quiz in {FOLDER.name}/; got {lesson!r}")
    questions = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
        options = tuple(Option(**option) for option in entry["option"])
        if (
            sum(o.correct for o in options) != 1
            or len(options) < 3
            or not all(o.why.strip() for o in options)
        ):
            raise ValueError(
                f"{path.name}: {entry['text']!r} needs one right option, three or more "
                "options, a why for each"
            )
        questions.append(Question(entry["text"], options))
    return tuple(questions)


class Quiz(ipywidgets.VBox):
    """The quiz of a lesson: answer by mouse or keyboard, as often as you like; the score counts first tries.

    Parameters
    ----------
    questions : sequence of Question
    lesson : str, optional
        Two digits: the first answers are remembered as that lesson's.
    """

    def __init__(self, questions: tuple[Question, ...], lesson: str | None = None):
        self.questions, self.lesson = questions, lesson
        self.first_tries: list[bool | None] = [None] * len(questions)
        self.score = ipywidgets.HTML()
        self.cards = [self._card(i, q) for i, q in enumerate(questions)]
        super().__init__([*self.cards, self.score])
        self._update_score()

    def _card(self, index: int, question: Question) -> ipywidgets.VBox:
        options = [(option.text, i) for i, option in enumerate(question.options)]
        radio = ipywidgets.RadioButtons(options=options, index=None, layout=ipywidgets.Layout(width="auto"))
        button = ipywidgets.Button(
            description="Responder", tooltip=f"Confere a resposta da pergunta {index + 1}"
        )
        answer = ipywidgets.HTML()

        def reply(_):
            if radio.value is None:
                answer.value = "<p>Escolha uma opção primeiro.</p>"
                return
            chosen = question.options[radio.value]
            if self.first_tries[index] is None:
                self.first_tries[index] = chosen.correct
                if self.lesson is not None:
                    record_answer(self.lesson, index + 1, chosen.correct)
            ink, verdict = ("#00614A", "✔ Certo.") if chosen.correct else ("#9C2A00", "✘ Ainda não.")
            head = f'<strong style="color:{ink}">{verdict}</strong>'
            answer.value = f'<p role="status">{head} {html.escape(chosen.why)}</p>'
            self._update_score()

        button.on_click(reply)
        title = ipywidgets.HTMLMath(f"<p><strong>{index + 1}.</strong> {html.escape(question.text)}</p>")
        card = ipywidgets.VBox([title, radio, button, answer])
        card.radio, card.button, card.answer = radio, button, answer
        return card

    def _update_score(self) -> None:
        done = [t for t in self.first_tries if t is not None]
        if done:
            self.score.value = (
                f"<p><strong>Você acertou {sum(done)} de {len(self.questions)} na primeira tentativa"
                f"{'' if len(done) == len(self.questions) else f' ({answered(len(done))})'}.</strong></p>"
            )

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        items = "".join(
            f"<li>{html.escape(q.text)}<ul>"
            + "".join(f"<li>{html.escape(o.text)}</li>" for o in q.options)
            + "</ul></li>"
            for q in self.questions
        )
        data["text/html"] = (
            f"<ol>{items}</ol><p><em>Execute esta célula (Shift+Enter) para responder.</em></p>"
        )
        data["text/plain"] = f"[quiz] {len(self.questions)} perguntas"
        return data, metadata


def answered(count: int) -> str:
    """Write how many questions have an answer.

    Examples
    --------
    >>> answered(1), answered(2)
    ('1 respondida', '2 respondidas')
    """
    return f"{count} respondida{'' if count == 1 else 's'}"


def show(lesson: str) -> Quiz:
    """Return the quiz widget of ``lesson`` (two digits)."""
    return Quiz(load(lesson), lesson)
