"""The stored notebooks are what their sources build: nbval compares outputs, and this the rest.

nbval passes a cell that was never executed, and knows nothing of the sources.
"""

from lessonlib.tooling.outputs import FALLBACKS, WIDGET
from lessonlib.tooling.paths import SOURCES, list_lessons
from lessonlib.tooling.sources import METADATA, convert, essence, unpaired


def test_there_are_lessons():
    assert list_lessons(SOURCES, ".md")


def test_every_source_has_its_notebook_and_no_notebook_is_an_orphan():
    assert unpaired() == []


def test_cells_are_those_of_the_source(notebook_path, notebook):
    fresh = convert(SOURCES / f"{notebook_path.stem}.md")
    rebuild = f"python course.py build {notebook_path.stem[:2]}"
    assert essence(notebook) == essence(fresh), f"run: {rebuild}"
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in fresh.cells], f"run: {rebuild}"
    assert notebook.metadata == METADATA


def test_every_cell_was_executed_in_order(notebook):
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_no_error_is_stored_unless_announced(notebook):
    for index, cell in enumerate(notebook.cells):
        errors = [output.ename for output in cell.get("outputs", ()) if output.output_type == "error"]
        if "raises-exception" in cell.metadata.get("tags", ()):
            assert errors, f"cell {index} announces an exception that did not come"
        else:
            assert not errors, f"cell {index}"


def test_nothing_stored_depends_on_a_kernel_or_on_this_machine(notebook):
    for index, cell in enumerate(notebook.cells):
        assert "execution" not in cell.metadata
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            assert not (WIDGET in data and any(kind in data for kind in FALLBACKS)), f"cell {index}"
            text = f"{output.get('text', '')}{data.get('text/plain', '')}{data.get('text/html', '')}"
            for trace in ("site-packages", "/tmp/", "/home/", "/root/", "C:\\Users", " at 0x"):
                assert trace not in text, f"cell {index} shows {trace}"
