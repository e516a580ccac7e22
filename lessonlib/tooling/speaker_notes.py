"""Speaker notes: what to ask the class, what is usually misunderstood, and the minutes of each section.

They are in lessonlib/classroom/speaker_notes/NN.toml, one entry for each section of the lesson.
"""

import html
import re
import tomllib
from typing import NamedTuple

from lessonlib.tooling.paths import ROOT

FOLDER = ROOT / "lessonlib" / "classroom" / "speaker_notes"
PAGE = ROOT / "lessonlib" / "tooling" / "slide_extensions" / "lessonlib-slides" / "static" / "notes.html"
WITHOUT_NOTES = ("Exercícios", "Quiz", "Resumo")
_KEYS = {"heading", "minutes", "ask", "misconceptions"}


class Note(NamedTuple):
    """The notes of a section: its heading, minutes, questions for the class, usual misconceptions."""

    heading: str
    minutes: int
    ask: tuple[str, ...]
    misconceptions: tuple[str, ...]


def load(number):
    """Return the notes of a lesson ("03") in order; none if nobody has written them yet.

    Raises
    ------
    ValueError
        If an entry has unknown or missing keys; the text names it.
    """
    path = FOLDER / f"{number}.toml"
    if not path.exists():
        return []
    return [_note(entry, path.name) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["section"]]


def _note(entry, name):
    if set(entry) != _KEYS:
        raise ValueError(
            f"{name}, section {entry.get('heading')!r}: got the keys {sorted(entry)}, wants {sorted(_KEYS)}"
        )
    minutes = entry["minutes"]
    if not isinstance(minutes, int) or minutes < 1:
        raise ValueError(f"{name}, section {entry['heading']!r}: minutes is {minutes!r}, wants an int ≥ 1")
    return Note(entry["heading"], minutes, tuple(entry["ask"]), tuple(entry["misconceptions"]))


def page(slides, notes):
    """Return the page that the lecturer keeps in a second window or prints: HTML, complete in itself.

    Parameters
    ----------
    slides : list of Slide
        The slides of the lesson; their numbers tie the page to the presentation.
    notes : list of Note
    """
    by_heading = {note.heading: note for note in notes}
    sections = []
    for number, slide in enumerate(slides, 1):
        if not sections or sections[-1][0] != slide.section:
            sections.append((slide.section, []))
        sections[-1][1].append((number, slide))
    body, start = [], 0
    for title, members in sections:
        note = by_heading.get(title)
        body.append(_section(title or slides[0].heading, members, note, start))
        start += note.minutes if note else 0
    filled = {"title": html.escape(slides[0].heading), "total": str(start), "body": "\n".join(body)}
    return re.sub(r"\{\{(\w+)\}\}", lambda part: filled[part[1]], PAGE.read_text(encoding="utf-8"))


def _section(title, members, note, start):
    first, last = members[0][0], members[-1][0]
    numbers = f"slide {first}" if first == last else f"slides {first} a {last}"
    clock = f"de {start} a {start + note.minutes} min" if note else ""
    parts = [
        f'<section data-first="{first}" data-last="{last}" data-start="{start}">',
        f"<h2>{_inline(title)} <small>{numbers}</small> <small>{clock}</small>"
        f' <button data-go="{first}" title="Ir para o slide {first}">ir</button></h2>',
    ]
    if note:
        parts += ["<h3>Pergunte</h3>", _list(note.ask)]
        parts += ["<h3>Costuma confundir</h3>", _list(note.misconceptions)]
    spoken = [(number, sentence) for number, slide in members for sentence in slide.left_out]
    if spoken:
        items = "".join(f'<li data-slide="{n}">({n}) {_inline(text)}</li>' for n, text in spoken)
        label = "O que a aula diz e o slide não mostra"
        parts.append(f"<details open><summary>{label}</summary><ul>{items}</ul></details>")
    return "\n".join([*parts, "</section>"])


def _list(items):
    return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"


def _inline(text):
    text = html.escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", text)
