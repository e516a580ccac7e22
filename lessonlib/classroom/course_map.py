"""The map of the course: which lesson has which slides, how long it takes and what comes before it.

Everything comes from ``lessons.toml``, from ``deck.toml``, and from the lessons' own first lines.
"""

from __future__ import annotations

import html
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lessonlib.classroom import deck

FILE = Path(__file__).with_name("lessons.toml")

#: Where a lesson's text is; a lesson that is not written yet gets no link.
SOURCES = Path(__file__).parents[2] / "notebooks" / "source"

LAST_SLIDE = 75

_FRAME = "max-height:420px;overflow:auto;border:1px solid #8C8C8C;border-radius:3px;padding:0 8px"
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

    @property
    def objectives(self) -> tuple[str, ...]:
        """What the student will do, in HTML: the list at the top of the lesson; empty while not written.

        Examples
        --------
        >>> lessons()[3].objectives[0].startswith("<strong>medir</strong>")
        True
        """
        if not self.exists:
            return ()
        text = (SOURCES / f"{self.file}.md").read_text(encoding="utf-8")
        listed = re.search(r"^Nesta aula você vai:\n\n((?:- .+\n(?: +.+\n)*)+)", text, flags=re.MULTILINE)
        items = re.split(r"^- ", listed[1], flags=re.MULTILINE)[1:] if listed else ()
        return tuple(_inline(" ".join(item.split())) for item in items)

    def link(self, text: str, anchor: str = "") -> str:
        """Return ``text`` (already HTML) as a link to the notebook, or as it is when there is none."""
        return f'<a href="{self.file}.ipynb{anchor}">{text}</a>' if self.exists else text


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
    """Show where a slide is treated, with links to the sections.

    Parameters
    ----------
    slide : int
        From 1 to 75.
    """
    lessons_of(slide)  # a clear error for a slide that is not there
    found = deck.slides()[slide - 1]
    items = "".join(f"<li>{_section_link(section, with_lesson=True)}</li>" for section in found.sections)
    lines = [f"- {_lesson(section.lesson).name}: {section.title}" for section in found.sections]
    title = f"Slide {slide}, {found.title}:"
    display(f"<p>{html.escape(title)}</p><ul>{items}</ul>", "\n".join([title, *lines]))


def show_slides() -> None:
    """Show every slide of the deck and the sections that treat it, in a frame that scrolls."""
    rows, lines = [], []
    for slide in deck.slides():
        links = "<br>".join(_section_link(section, with_lesson=True) for section in slide.sections)
        rows.append(
            f'<tr><th scope="row"{_LEFT}>{slide.number}</th><td{_LEFT}>{html.escape(slide.title)}</td>'
            f"<td{_LEFT}>{links}</td></tr>"
        )
        places = "; ".join(f"{section.lesson} · {section.title}" for section in slide.sections)
        lines.append(f"{slide.number}. {slide.title}: {places}")
    caption = "Cada slide e onde ele é tratado"
    markup = table(caption, ("slide", "título", "aula e seção"), rows)
    # 75 rows at once would push the rest of the lesson off the screen; the frame takes the keyboard's focus.
    frame = f'role="region" tabindex="0" aria-label="{caption}" style="{_FRAME}"'
    display(f"<div {frame}>{markup}</div>", "\n".join([caption, *lines]))


def show() -> None:
    """Show the map: an accessible table, one lesson a row, with links to the lessons that exist."""
    rows = []
    for lesson in lessons():
        title = lesson.link(html.escape(f"{lesson.number} · {lesson.title}"))
        cells = (lesson.slide_text, str(lesson.minutes), ", ".join(lesson.needs) or "–")
        name = title if lesson.exists else f"{title} <em>(em preparação)</em>"
        body = "".join(f"<td{_LEFT}>{_unbroken(html.escape(cell))}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row"{_LEFT}>{name}</th>{body}<td{_LEFT}>{_contents(lesson)}</td></tr>')
    caption = "Mapa do curso: aulas, slides e o que vem antes"
    heads = ("aula", "slides", "minutos", "antes dela", "o que há nela")
    lines = (f"{x.name}: slides {x.slide_text}, {x.minutes} minutos. {x.teaches}" for x in lessons())
    display(table(caption, heads, rows), "\n".join([caption, *lines]))


def _contents(lesson: Lesson) -> str:
    """Return what a lesson teaches, and what the student will do in it, folded."""
    items = "".join(f"<li>{item}</li>" for item in lesson.objectives)
    mark = ' style="display:list-item;list-style:revert;cursor:pointer"'  # JupyterLab takes the triangle away
    folded = f"<details><summary{mark}>Você vai…</summary><ul>{items}</ul></details>" if items else ""
    return html.escape(lesson.teaches) + folded


def _section_link(section: deck.Section, with_lesson: bool = False) -> str:
    lesson = _lesson(section.lesson)
    text = f"{lesson.number} · {section.title}" if with_lesson else section.title
    return lesson.link(html.escape(text), section.anchor)


def _lesson(number: str) -> Lesson:
    return next(lesson for lesson in lessons() if lesson.number == number)


def _inline(text: str) -> str:
    """Turn the little Markdown that a list of objectives has into HTML."""
    escaped = html.escape(text, quote=False)
    for pattern, tag in ((r"`([^`]+)`", "code"), (r"\*\*([^*]+)\*\*", "strong"), (r"\*([^*]+)\*", "em")):
        escaped = re.sub(pattern, rf"<{tag}>\1</{tag}>", escaped)
    return escaped


def table(caption: str, heads: tuple[str, ...], rows: list[str]) -> str:
    """Return an accessible table; ``rows`` are ``<tr>`` elements whose first cell is a row header."""
    head = "".join(f'<th scope="col"{_LEFT}>{name}</th>' for name in heads)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _unbroken(text: str) -> str:
    """Keep a short cell, such as "14 a 27", on one line."""
    return text.replace(" ", "&nbsp;") if len(text) <= 8 else text


def display(markup: str, text: str) -> None:
    """Show HTML, and its plain-text twin for readers that show no HTML."""
    import IPython.display

    IPython.display.display({"text/html": markup, "text/plain": text}, raw=True)
