"""``course.py build``: source → notebook → executed → saved with its outputs, if every cell ran."""

import asyncio
import os
import sys
from pathlib import Path

import nbformat
from tqdm import tqdm

from lessonlib.tooling.console import CourseError, kernel_environment, say, warm_up
from lessonlib.tooling.execute import CELL_TIMEOUT, CellFailed, execute
from lessonlib.tooling.outputs import clean
from lessonlib.tooling.paths import NOTEBOOKS, SOURCES, find_lesson, list_lessons
from lessonlib.tooling.sources import convert, notebook_of

AT_ONCE = 2


def main(arguments):
    """Build the lessons named (all, without names); return 1 if a cell failed anywhere."""
    sources = [find_lesson(SOURCES, name, ".md") for name in arguments] or list_lessons(SOURCES, ".md")
    if not sources:
        raise CourseError(f"Não há aulas em {SOURCES}.")
    failures = build(sources)
    for source, reason in failures.items():
        print(f"\n{Path(source).name}: {reason}\nO notebook antigo ficou como estava.", file=sys.stderr)
    say(f"{len(sources) - len(failures)} de {len(sources)} notebooks refeitos.")
    return 1 if failures else 0


def build(sources, notebooks=NOTEBOOKS, *, timeout=CELL_TIMEOUT, at_once=AT_ONCE, progress=True):
    """Build notebooks from MyST sources, a few at a time.

    Parameters
    ----------
    sources : sequence of Path
    notebooks : Path
        Where the notebooks go; also the working folder of their kernels.
    timeout : float
        Limit for each cell, in seconds.
    at_once : int
        How many notebooks run in parallel.
    progress : bool
        Show a bar that counts cells.

    Returns
    -------
    dict
        Source → why it failed. A notebook that failed keeps its old file.
    """
    warm_up(kernel_environment())
    return asyncio.run(_build_all(list(sources), Path(notebooks), timeout, at_once, progress))


async def _build_all(sources, folder, timeout, at_once, progress):
    env = kernel_environment()
    failures = {}
    converted = {}
    for source in sources:
        try:
            converted[source] = convert(source)
        except Exception as error:  # whatever the parser stumbled on, the other lessons go on
            failures[source] = f"o arquivo não pôde ser lido: {error}"
    gate = asyncio.Semaphore(at_once)
    total = sum(cell.cell_type == "code" for notebook in converted.values() for cell in notebook.cells)
    with tqdm(total=total, unit="célula", disable=not progress, dynamic_ncols=True) as bar:

        async def build_one(source, notebook):
            async with gate:
                bar.set_postfix_str(source.stem)
                try:
                    await execute(notebook, folder, timeout=timeout, on_cell=bar.update, env=env)
                    save(clean(notebook), notebook_of(source, folder))
                except CellFailed as error:
                    failures[source] = str(error)

        await asyncio.gather(*(build_one(*pair) for pair in converted.items()))
    return failures


def save(notebook, path):
    """Write a notebook in one step: the old file stays whole until the new one is."""
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as file:
            nbformat.write(notebook, file)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
