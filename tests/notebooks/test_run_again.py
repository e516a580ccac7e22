"""“Run all” twice in one kernel shows the same, and a lesson leaves nothing on the disk for the next run.

The lessons that train networks are left to nbval (one run each): twice would double the time of the tests.
"""

import asyncio
import copy
import re

import nbformat
import pytest

from lessonlib.tooling.console import kernel_environment
from lessonlib.tooling.execute import execute
from lessonlib.tooling.outputs import WIDGET, clean
from lessonlib.tooling.paths import NOTEBOOKS, SOURCES, list_lessons
from lessonlib.tooling.sources import convert

TRAINS = re.compile(r"^(import torch|from lessonlib\.nets)|\btrain\(", re.MULTILINE)
LIGHT = [path for path in list_lessons(SOURCES, ".md") if not TRAINS.search(path.read_text("utf-8"))]


def outputs(cells):
    """Return what each code cell shows, but for the cells whose output may change and the live views."""
    shown = []
    for cell in cells:
        if cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", ()):
            data = copy.deepcopy(cell.outputs)
            for output in data:
                output.get("data", {}).pop(WIDGET, None)
                output.pop("execution_count", None)
            shown.append((cell.source, data))
    return shown


@pytest.mark.parametrize("source", LIGHT, ids=[path.stem for path in LIGHT])
def test_run_all_twice_is_the_same_and_leaves_no_file(source, tmp_path):
    once = convert(source)
    half = len(once.cells)
    again = copy.deepcopy(once)
    for cell in again.cells:
        cell.id = f"{cell.id}-2"
    twice = nbformat.v4.new_notebook(cells=once.cells + again.cells, metadata=once.metadata)
    asyncio.run(execute(twice, tmp_path, env=kernel_environment()))
    clean(twice)
    first, second = outputs(twice.cells[:half]), outputs(twice.cells[half:])
    assert first == second
    stored = nbformat.read(NOTEBOOKS / f"{source.stem}.ipynb", as_version=4)
    texts = [[output.get("text") for output in data] for _, data in first]
    assert texts == [[output.get("text") for output in data] for _, data in outputs(stored.cells)]
    assert list(tmp_path.iterdir()) == []
