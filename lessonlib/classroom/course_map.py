"""The map of the course: which lesson has which slides, how long it takes and what comes before it.

Everything comes from ``lessons.toml``.
"""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("lessons.toml")

#: Where a lesson's text is; a lesson that is not written yet gets no link.
SOURCES = Path(__file__).parents[2] / "notebooks" / "source"

LAST_SLIDE = 75

_LEFT = ' style="text-align:left"'  # Jupyter aligns table cells to the right: fine for numbers, not for text


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    file : str
        Name of the notebook without its extension, such as ``"03_correlacao"``.
    title : str
        As in the lesson's first heading, after the number.
    slides : tuple of (int, int)
        First and last slide of each run.
    minutes : int
        Of class.
    needs : tuple of str
        Numbers of the lessons that come before.
    teaches : str
        One sentence, pt-BR.
    """

    file: str
    title: str
    slides: tuple[tuple[int, int], ...]
    minutes: int
    needs: tuple[str, ...]
    teaches: str

    @property
    def number(self) -> str:
        """Two digits."""
        return self.file[:2]

    @property
    def name(self) -> str:
        """Number and title, as the first heading of the lesson has them.

        Examples
        --------
        >>> lessons()[3].name
        'Aula 03 · Correlação'
        """
        return f"Aula {self.number} · {self.title}"

    @property
    def exists(self) -> bool:
        """Whether the lesson has been written."""
        return (SOURCES / f"{self.file}.md").is_file()

    @property
    def slide_text(self) -> str:
        """The slides in words.

        Examples
        --------
        >>> lessons()[3].slide_text, lessons()[0].slide_text
        ('14 a 27', '1 e 75')
        """
        return " e ".join(str(a) if a == b else f"{a} a {b}" for a, b in self.slides)

    def link(self, text: str) -> str:
        """Return ``text`` (already HTML) as a link to the notebook, or as it is when there is none."""
        return f'<a href="{self.file}.ipynb">{text}</a>' if self.exists else text


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return every lesson, in order.

    Raises
    ------
    ValueError
        If two lessons have the same number, or one needs a lesson that is not there.

    Examples
    --------
    >>> len(lessons()), lessons()[2].needs
    (14, ('00',))
    """
    found = []
    for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["lesson"]:
        entry["slides"] = tuple((first, last) for first, last in entry["slides"])
        entry["needs"] = tuple(entry["needs"])
        found.append(Lesson(**entry))
    numbers = [lesson.number for lesson in found]
    if numbers != sorted(set(numbers)):
        raise ValueError(f"{FILE.name}: the lessons must have different numbers, in order; got {numbers}")
    for lesson in found:
        if not set(lesson.needs) < set(numbers):
            raise ValueError(
                f"{FILE.name}: lesson {lesson.number} needs {lesson.needs}, not all of them here"
            )
    return tuple(found)


def lessons_of(slide: int) -> tuple[Lesson, ...]:
    """Return the lessons that treat one slide of the deck.

    Parameters
    ----------
    slide : int
        From 1 to 75.

    Raises
    ------
    ValueError
        If the deck has no such slide.

    Examples
    --------
    >>> [lesson.number for lesson in lessons_of(30)]
    ['04', '05']
    """
    if isinstance(slide, bool) or not isinstance(slide, int) or not 1 <= slide <= LAST_SLIDE:
        raise ValueError(f"slide deve ser um número inteiro de 1 a {LAST_SLIDE}; veio {slide!r}.")
    return tuple(x for x in lessons() if any(first <= slide <= last for first, last in x.slides))


def find_slide(slide: int) -> None:
    """Show which lesson treats a slide, with a link.

    Parameters
    ----------
    slide : int
        From 1 to 75.
    """
    found = lessons_of(slide)
    text = " e ".join(lesson.name for lesson in found)
    links = " e ".join(lesson.link(html.escape(lesson.name)) for lesson in found)
    _display(f"<p>Slide {slide}: {links}</p>", f"Slide {slide}: {text}")


def show() -> None:
    """Show the map: an accessible table, one lesson a row, with links to the lessons that exist."""
    heads = ("aula", "slides", "minutos", "antes dela", "o que há nela")
    rows = []
    for lesson in lessons():
        title = lesson.link(html.escape(f"{lesson.number} · {lesson.title}"))
        cells = (lesson.slide_text, str(lesson.minutes), ", ".join(lesson.needs) or "–", lesson.teaches)
        name = title if lesson.exists else f"{title} <em>(em preparação)</em>"
        body = "".join(f"<td{_LEFT}>{_unbroken(html.escape(cell))}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row"{_LEFT}>{name}</th>{body}</tr>')
    head = "".join(f'<th scope="col"{_LEFT}>{name}</th>' for name in heads)
    caption = "Mapa do curso: aulas, slides e o que vem antes"
    markup = (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    lines = (f"{x.name}: slides {x.slide_text}, {x.minutes} minutos. {x.teaches}" for x in lessons())
    _display(markup, "\n".join([caption, *lines]))


def _unbroken(text: str) -> str:
    """Keep a short cell, such as "14 a 27", on one line."""
    return text.replace(" ", "&nbsp;") if len(text) <= 8 else text


def _display(markup: str, text: str) -> None:
    from IPython.display import display

    display({"text/html": markup, "text/plain": text}, raw=True)
