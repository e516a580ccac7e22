"""A lesson is made as the house says: short cells, more prose than code, nothing hidden, no downloads."""

import re
from statistics import median

import pytest

from lessonlib.tooling.paths import NOTEBOOKS

LONGEST_CELL, MEDIAN_CELL, IGNORED_SHARE = 20, 6, 0.25
IGNORED_TAGS = {"nbval-ignore-output", "nbval-skip"}
HIDING = {"hide-input", "hide-cell", "remove-input", "remove-cell", "hide-output", "remove-output"}
DOWNLOADS = re.compile(
    r"urlretrieve|urlopen|requests\.(get|post)|httpx|pooch|hf_hub|torch\.hub"
    r"|download\s*=\s*True|load_state_dict_from_url|\bwget\b|\bcurl\b|https?://"
)


def code_cells(lesson):
    return [cell for cell in lesson.cells if cell.cell_type == "code"]


def lines_of(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def test_the_first_cell_is_the_title(source_path, lesson):
    first = lesson.cells[0]
    assert first.cell_type == "markdown"
    number = source_path.stem[:2]
    assert re.match(rf"# Aula {number} · \S", first.source), first.source.splitlines()[0]
    titles = [
        line for cell in lesson.cells if cell.cell_type == "markdown" for line in headings(cell.source, 1)
    ]
    assert len(titles) == 1


def headings(source, level):
    """Return the headings of a level, leaving out comments inside fenced blocks."""
    fenced, found = False, []
    for line in source.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and re.match(rf"#{{{level}}} ", line):
            found.append(line)
    return found


def test_code_cells_are_short(lesson):
    lengths = [len(lines_of(cell)) for cell in code_cells(lesson)]
    assert max(lengths) <= LONGEST_CELL, f"longest cell: {max(lengths)} lines"
    assert median(lengths) <= MEDIAN_CELL, f"median: {median(lengths)} lines"


def test_there_is_more_prose_than_code(lesson):
    code = len(code_cells(lesson))
    assert len(lesson.cells) - code > code


def test_no_cell_is_empty(lesson):
    assert all(cell.source.strip() for cell in lesson.cells)


def test_few_outputs_go_unchecked(lesson):
    cells = code_cells(lesson)
    ignored = sum(bool(IGNORED_TAGS & set(cell.metadata.get("tags", ()))) for cell in cells)
    assert ignored <= IGNORED_SHARE * len(cells), f"{ignored} of {len(cells)}"


def test_nbval_is_told_by_tags_only(lesson):
    """A comment such as # NBVAL_IGNORE_OUTPUT would escape the count above and puzzle the student."""
    assert not any("NBVAL_" in cell.source.upper() for cell in code_cells(lesson))


def test_nothing_is_hidden(lesson):
    for cell in lesson.cells:
        assert not HIDING & set(cell.metadata.get("tags", ()))
        assert not any("hidden" in key for key in [*cell.metadata, *cell.metadata.get("jupyter", {})])


def test_no_magic_no_shell_no_download(lesson):
    for cell in code_cells(lesson):
        for line in cell.source.splitlines():
            assert not line.lstrip().startswith(("!", "%", "pip ")), line
        found = DOWNLOADS.search(re.sub(r"#.*", "", cell.source))
        assert not found, found


def test_no_line_ends_with_a_semicolon(lesson):
    """nbval sees another output than the notebook stores."""
    assert not any(line.rstrip().endswith(";") for cell in code_cells(lesson) for line in lines_of(cell))


def test_links_to_files_lead_somewhere(source_path, lesson):
    text = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            assert (NOTEBOOKS / target.split("#")[0]).exists(), target


@pytest.mark.parametrize(("level", "text"), [(1, "# a\n```\n# comment\n```\n## b"), (2, "## b\n### c")])
def test_headings(level, text):
    assert headings(text, level) == ["# a" if level == 1 else "## b"]
