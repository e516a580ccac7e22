"""The glossary pt-BR / en, with a box that filters it while the student types."""

from __future__ import annotations

import html
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ipywidgets

from lessonlib.classroom.widgets.base import LABEL, WIDE

FILE = Path(__file__).parents[1] / "glossary.toml"


@dataclass(frozen=True)
class Term:
    """One entry: the word in Portuguese and in English, what it means, and the lesson that explains it."""

    pt: str
    en: str
    means: str
    lesson: str


def plain(text: str) -> str:
    """Return ``text`` in small letters without accents, so that "padrao" finds “padrão”.

    Examples
    --------
    >>> plain("Convolução 1×1")
    'convolucao 1×1'
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def terms() -> tuple[Term, ...]:
    """Return every entry, in the alphabetical order of the Portuguese words, accents ignored."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["term"]
    return tuple(sorted((Term(**entry) for entry in entries), key=lambda term: plain(term.pt)))


def search(text: str) -> tuple[Term, ...]:
    """Return the entries that hold every word of ``text``, in either language or in the meaning.

    Entries whose Portuguese or English name holds the text come first.

    Parameters
    ----------
    text : str
        Accents and capitals do not matter; nothing but spaces finds everything.

    Examples
    --------
    >>> [term.pt for term in search("STRIDE")]
    ['passo']
    >>> search("convolucao")[0].pt
    'convolução'
    """
    words = plain(text).split()
    if not words:
        return terms()

    def in_name(term: Term) -> bool:
        return all(word in plain(f"{term.pt} {term.en}") for word in words)

    found = [x for x in terms() if all(word in plain(f"{x.pt} {x.en} {x.means}") for word in words)]
    return tuple(sorted(found, key=lambda term: not in_name(term)))


def table_html(found: tuple[Term, ...]) -> str:
    """Return entries as an accessible HTML table.

    The lesson is no link: JupyterLab resolves links of outputs, but not those inside a widget.
    """
    if not found:
        return "<p>Nenhum termo encontrado. Tente uma palavra mais curta, em português ou em inglês.</p>"
    left = ' style="text-align:left"'
    rows = []
    for term in found:
        rows.append(
            f'<tr><th scope="row"{left}>{html.escape(term.pt)}</th>'
            f'<td{left} lang="en">{html.escape(term.en)}</td>'
            f"<td{left}>{html.escape(term.means)}</td><td{left}>{term.lesson}</td></tr>"
        )
    names = ("português", "inglês", "o que é", "aula")
    head = "".join(f'<th scope="col"{left}>{name}</th>' for name in names)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


class Glossary(ipywidgets.VBox):
    """A text box and the entries that match it.

    Attributes
    ----------
    box : ipywidgets.Text
    count, table : ipywidgets.HTML
    """

    def __init__(self, text: str = ""):
        self.box = ipywidgets.Text(
            value=text,
            description="procurar",
            placeholder="em português ou em inglês: passo, stride, borda…",
            continuous_update=True,
            style=LABEL | {"description_width": "80px"},
            layout=WIDE,
        )
        self.count, self.table = ipywidgets.HTML(), ipywidgets.HTML()
        # All 80 rows at once would push the rest of the lesson off the screen.
        frame = ipywidgets.VBox([self.table], layout=ipywidgets.Layout(max_height="420px", overflow="auto"))
        super().__init__([self.box, self.count, frame])
        self.box.observe(lambda change: self._update(), names="value")
        self._update()

    def _update(self) -> None:
        found = search(self.box.value)
        self.count.value = f'<span role="status">{len(found)} de {len(terms())} termos</span>'
        self.table.value = table_html(found)

    def _repr_mimebundle_(self, **kwargs):
        """Add the whole table for readers without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data["text/html"] = table_html(terms())
        data["text/plain"] = f"[glossário] {len(terms())} termos"
        return data, metadata


def glossary(text: str = "") -> Glossary:
    """Return the glossary, filtered by ``text`` at the start."""
    return Glossary(text)
