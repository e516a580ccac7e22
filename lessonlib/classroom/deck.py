"""The lecture deck: its slides, the sections that treat them, and the mistakes that the lessons correct.

Everything comes from ``deck.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("deck.toml")


@dataclass(frozen=True)
class Section:
    """A section of a lesson: the lesson's two digits, and the heading without its ``##``."""

    lesson: str
    heading: str

    @property
    def title(self) -> str:
        """The heading without the slides that it names.

        Examples
        --------
        >>> slides()[29].sections[1].title
        'Quatro recortes e uma máscara'
        """
        return re.sub(r" \(slides? [^)]*\)$", "", self.heading)

    @property
    def anchor(self) -> str:
        """What a link to the section has after ``.ipynb``: the id that the build gives its cell.

        Examples
        --------
        >>> slides()[29].sections[1].anchor
        '#cell-id=quatro-recortes-e-uma-mascara-slide-30'
        """
        letters = unicodedata.normalize("NFKD", self.heading.casefold())
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
        return "#cell-id=" + re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:64]


@dataclass(frozen=True)
class Slide:
    """A slide: its number from 1, its title in pt-BR, and the main sections that treat it, in order."""

    number: int
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Erratum:
    """A mistake or ambiguity of the deck.

    Attributes
    ----------
    id : str
        ``"E14"``.
    slides : tuple of int
        Where it is.
    lesson : str
        The one lesson that corrects it, in a box that ends with ``<!-- errata: E14 -->``.
    about : str
        In a few words.
    """

    id: str
    slides: tuple[int, ...]
    lesson: str
    about: str


@cache
def slides() -> tuple[Slide, ...]:
    """Return every slide, in order.

    Raises
    ------
    ValueError
        If a slide is missing, out of order or has no section.

    Examples
    --------
    >>> len(slides()), slides()[16].title
    (75, 'Correlação (positiva)')
    """
    found = []
    for entry in _read()["slide"]:
        sections = tuple(Section(lesson, heading) for lesson, heading in entry["sections"])
        found.append(Slide(entry["number"], entry["title"], sections))
    numbers = [slide.number for slide in found]
    if numbers != list(range(1, len(found) + 1)):
        raise ValueError(f"{FILE.name}: the slides must be 1, 2, 3 …, in order; got {numbers}")
    for slide in found:
        if not slide.title or not slide.sections:
            raise ValueError(f"{FILE.name}: slide {slide.number} needs a title and a section")
    return tuple(found)


@cache
def errata() -> tuple[Erratum, ...]:
    """Return the deck's mistakes, in order.

    Raises
    ------
    ValueError
        If one is missing or out of order, or is on a slide that the deck lacks.

    Examples
    --------
    >>> [erratum.id for erratum in errata() if erratum.lesson == "07"]
    ['E12']
    """
    found = tuple(Erratum(e["id"], tuple(e["slides"]), e["lesson"], e["about"]) for e in _read()["erratum"])
    names = [erratum.id for erratum in found]
    if names != [f"E{n}" for n in range(1, len(found) + 1)]:
        raise ValueError(f"{FILE.name}: the errata must be E1, E2, E3 …, in order; got {names}")
    for erratum in found:
        if not erratum.slides or not set(erratum.slides) <= {slide.number for slide in slides()}:
            raise ValueError(f"{FILE.name}: {erratum.id} is on {erratum.slides}, not all of them slides")
    return found


def _read() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
