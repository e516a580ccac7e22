"""How long a student waits: ``import lessonlib``, a lesson's first figure, and the build of each lesson.

    python benchmarks/run.py start
"""

import statistics
import subprocess
import sys
import time

import nbformat
from tqdm import tqdm

from lessonlib.tooling.console import kernel_environment
from lessonlib.tooling.execute import client_for
from lessonlib.tooling.paths import NOTEBOOKS, SOURCES, list_lessons
from lessonlib.tooling.sources import convert

REPEATS = 9
IMPORT_LIMIT_MS = 60
BUILD_LIMIT_S = 120

#: What anyone would type to get a first picture; the second also brings a network.
PLAIN = "import numpy as np\nimport matplotlib.pyplot as plt\nplt.plot(np.arange(9))\nplt.show()"
PLAIN_TORCH = "import torch\nimport torchvision\n" + PLAIN


def rows() -> list[dict]:
    """Return the import, then for each lesson its first figure and its build."""
    measured = [_import()]
    plain = {}
    sources = list_lessons(SOURCES, ".md")
    for source in tqdm(sources, desc="lessons", unit="lesson", disable=None, leave=False):
        notebook = convert(source)
        torch = any(line.startswith(("import torch", "from lessonlib.nets")) for cell in notebook.cells
                    if cell.cell_type == "code" for line in cell.source.splitlines())
        code = PLAIN_TORCH if torch else PLAIN
        if code not in plain:
            plain[code] = statistics.median(_play(_notebook(code))[0] for _ in range(3))
        figure_s, build_s = _play(notebook)
        name = source.stem
        measured += [
            _row(f"{name}: kernel to first figure", figure_s, "plain torch+plt" if torch else "plain plt",
                 plain[code], "at most 2x the time", figure_s <= 2 * plain[code]),
            _row(f"{name}: build", build_s, "limit", BUILD_LIMIT_S, "within the limit",
                 build_s <= BUILD_LIMIT_S),
        ]
    return measured


def _row(name, ours_s, peer, peer_s, goal, ok):
    return {"name": name, "ours_ms": 1e3 * ours_s, "peer": peer, "peer_ms": 1e3 * peer_s, "goal": goal,
            "ok": ok}


def _import():
    """Return the time that ``import lessonlib`` adds to a bare interpreter."""
    def once(code):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    once("import lessonlib")  # compiles it
    taken = [once("import lessonlib") - once("pass") for _ in range(REPEATS)]
    ours = statistics.median(taken)
    return _row("import lessonlib", ours, "limit", IMPORT_LIMIT_MS / 1e3, f"at most {IMPORT_LIMIT_MS} ms",
                1e3 * ours <= IMPORT_LIMIT_MS)


def _notebook(code):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])


def _play(notebook):
    """Run a notebook; return the seconds from starting its kernel to its first figure, and to its end."""
    client = client_for(notebook, NOTEBOOKS)
    start = time.perf_counter()
    figure = None
    with client.setup_kernel(env=kernel_environment()):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if figure is None and any(_is_figure(output) for output in cell.get("outputs", ())):
                figure = time.perf_counter() - start
    return figure, time.perf_counter() - start


def _is_figure(output):
    data = output.get("data", {})
    return "image/png" in data or "<img " in "".join(data.get("text/html", ""))
