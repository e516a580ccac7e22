"""The lessons mirror the deck: no slide without its section, no dead link, each mistake corrected once."""

import re
from collections import Counter, defaultdict
from functools import cache
from urllib.parse import unquote

import nbformat
import pytest

from lessonlib.classroom import deck
from lessonlib.classroom.course_map import lessons
from lessonlib.classroom.widgets.glossary_search import terms
from lessonlib.tooling.glossary_links import TARGET, singular
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, SOURCES, list_lessons
from lessonlib.tooling.sources import anchor, convert

LESSONS = {path.stem[:2]: path for path in list_lessons(SOURCES, ".md")}
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")])
_FENCE = re.compile(r"^ *(`{3,}|~{3,})(?!\{note|\{tip).*?^ *\1[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")


@cache
def cells_of(number):
    return convert(LESSONS[number]).cells


@cache
def ids_of(number):
    return frozenset(cell.id for cell in cells_of(number))


def headings_of(number):
    """Return the headings of level 2 and 3 that begin a cell: text → id of the cell."""
    found = {}
    for cell in cells_of(number):
        if cell.cell_type == "markdown" and (match := re.match(r"#{2,3} (.+)", cell.source)):
            found[match[1]] = cell.id
    return found


def prose(text):
    return _FENCE.sub("", re.sub(r"`[^`\n]*`", "", text))


def slides_named(heading):
    """Return the slides that a heading names.

    >>> sorted(slides_named("A convolução 1×1 (slides 54–55 e 59)"))
    [54, 55, 59]
    """
    named = re.search(r"\(slides? ([^)]*)\)$", heading)
    runs = re.findall(r"(\d+)(?:–(\d+))?", named[1]) if named else []
    return {n for first, last in runs for n in range(int(first), int(last or first) + 1)}


def dead_links(text, folder):
    """Return the links of a Markdown text that lead to no file, or to no cell of a lesson."""
    return [target for target in _LINK.findall(prose(text)) if is_dead(target, folder)]


def is_dead(target, folder):
    if re.match(r"[a-z]+:", target):
        return False
    file, _, fragment = target.partition("#")
    path = (folder / unquote(file)).resolve() if file else None
    if path and not path.exists() and not _is_to_be_built(path):
        return True
    if path and path.suffix == ".ipynb" and fragment:
        ids = ids_of(path.stem[:2]) if path.stem[:2] in LESSONS else ()
        return not fragment.startswith("cell-id=") or fragment.removeprefix("cell-id=") not in ids
    return False


def _is_to_be_built(path):
    """A source without its notebook is another test's failure."""
    return path.parent == NOTEBOOKS and (SOURCES / f"{path.stem}.md").exists()


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.file)
def test_every_lesson_of_the_map_is_written(lesson):
    assert lesson.exists


@pytest.mark.parametrize("slide", deck.slides(), ids=lambda slide: f"S{slide.number:02d}")
def test_the_sections_of_a_slide_exist_and_name_it(slide):
    for section in slide.sections:
        assert section.lesson in LESSONS, f"lesson {section.lesson} is not written"
        found = headings_of(section.lesson)
        assert section.heading in found, f"{section.lesson} has: {', '.join(found)}"
        assert section.anchor == f"#cell-id={found[section.heading]}"
        assert slide.number in slides_named(section.heading)


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_names_no_slide_of_another_and_leaves_none_of_its_own_out(number):
    lesson = next(lesson for lesson in lessons() if lesson.number == number)
    own = {n for first, last in lesson.slides for n in range(first, last + 1)}
    assert set().union(*map(slides_named, headings_of(number))) == own


@pytest.mark.parametrize("number", LESSONS)
def test_every_heading_begins_its_cell_and_gives_it_its_name(number):
    """Else a link to the section would lead to whatever comes before it in the cell."""
    for cell in cells_of(number):
        if cell.cell_type == "markdown":
            lines = prose(cell.source).split("\n")
            assert not [line for line in lines[1:] if line.startswith("## ")], cell.id
            if lines[0].startswith("## "):
                assert cell.id == anchor(lines[0])
    assert len(ids_of(number)) == len(cells_of(number))


@pytest.mark.parametrize("number", LESSONS)
def test_no_link_of_a_lesson_is_dead(number):
    for cell in cells_of(number):
        if cell.cell_type == "markdown":
            assert dead_links(cell.source, NOTEBOOKS) == [], cell.id


def test_no_link_of_a_stored_output_is_dead(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            links = re.findall(r'href="([^"]+)"', output.get("data", {}).get("text/html", ""))
            assert not [target for target in links if is_dead(target, NOTEBOOKS)], cell.id


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_of_a_page_is_dead(page):
    assert dead_links(page.read_text(encoding="utf-8"), page.parent) == []


def test_stored_map_is_that_of_the_lessons_as_they_are():
    """Lesson 00 shows headings and objectives of the others: a change there asks for ``build 00``."""
    stored = nbformat.read(NOTEBOOKS / "00_boas_vindas.ipynb", as_version=4)
    outputs = [output for cell in stored.cells for output in cell.get("outputs", ())]
    shown = "\n".join(output.get("data", {}).get("text/html", "") for output in outputs)
    rebuild = "run: python course.py build 00"
    for slide in deck.slides():
        for section in slide.sections:
            assert f"{LESSONS[section.lesson].stem}.ipynb{section.anchor}" in shown, rebuild
    for lesson in lessons():
        assert all(objective in shown for objective in lesson.objectives), rebuild
    assert "em preparação" not in shown, rebuild


# ---- the deck's mistakes --------------------------------------------------------------------------------

_NOTE = re.compile(r"^:::\{note\} Nota sobre o slide\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- errata:((?: E\d+)+) -->")


def notes():
    """Yield lesson, errata and text of each box that corrects a slide."""
    for number, path in LESSONS.items():
        for text in _NOTE.findall(path.read_text(encoding="utf-8")):
            marks = [name for mark in _MARK.findall(text) for name in mark.split()]
            yield number, marks, _MARK.sub("", text).strip()


def test_each_erratum_is_corrected_in_exactly_one_lesson():
    places = defaultdict(list)
    for number, marks, _ in notes():
        for mark in marks:
            places[mark].append(number)
    assert dict(places) == {erratum.id: [erratum.lesson] for erratum in deck.errata()}


def test_an_erratum_is_marked_inside_a_box_and_nowhere_else():
    for number, path in LESSONS.items():
        marked = Counter(" ".join(_MARK.findall(path.read_text(encoding="utf-8"))).split())
        in_boxes = Counter(mark for lesson, marks, _ in notes() if lesson == number for mark in marks)
        assert marked == in_boxes
        assert path.read_text(encoding="utf-8").count("errata:") == len(
            _MARK.findall(path.read_text(encoding="utf-8"))
        ), "misspelt: write <!-- errata: E14 E15 -->"


def test_a_box_that_corrects_says_something():
    for number, marks, text in notes():
        if marks:
            assert len(text) >= 100, (number, marks)


# ---- links to the glossary ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", LESSONS)
def test_a_term_is_linked_once_and_only_in_prose(number):
    linked = []
    for cell in cells_of(number):
        if TARGET in cell.source:
            assert cell.cell_type == "markdown"
        for line in cell.source.split("\n"):
            found = re.findall(rf"\[([^]]+)\]\({re.escape(TARGET)}\)", line)
            assert not (found and re.match(r" *(#|\||:::)", line)), line
            linked += found
    assert len({text.casefold() for text in linked}) == len(linked)
    if number != "00":
        assert linked, "no term of the glossary is explained here?"


def words_of(text):
    return [singular(word) for word in re.findall(r"\w+(?:[-×]\w+)*", text)]


@cache
def text_of(number):
    texts = [cell.source for cell in cells_of(number) if cell.cell_type == "markdown"]
    without_targets = re.sub(r"\]\([^)]*\)", "", " ".join(texts))
    return " " + " ".join(words_of(without_targets)) + " "


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.pt)
def test_the_lesson_that_a_term_names_uses_it(term):
    """In Portuguese or in English: each name that the entry lists counts."""
    names = re.split(r"[(),“”]| e | and ", f"{term.pt}, {term.en}")
    found = [name for name in map(words_of, names) if name and f" {' '.join(name)} " in text_of(term.lesson)]
    assert found, f"lesson {term.lesson} uses none of: {term.pt}, {term.en}"


def test_the_glossary_is_where_the_links_lead():
    file, fragment = TARGET.split("#cell-id=")
    assert file == LESSONS["00"].stem + ".ipynb" and fragment in ids_of("00")


# ---- these tests can fail -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "99_nada.ipynb",
        "03_correlacao.ipynb#Correla%C3%A7%C3%A3o",
        "03_correlacao.ipynb#cell-id=nada",
        "../nada.md",
    ],
)
def test_a_dead_link_is_found(target):
    assert dead_links(f"Veja [isto]({target}).", NOTEBOOKS) == [target]


@pytest.mark.parametrize("target", ["03_correlacao.ipynb", "https://a.org/b#c", "#local", "../README.md"])
def test_a_live_link_is_left_alone(target):
    assert dead_links(f"Veja [isto]({target}).", NOTEBOOKS) == []
