"""From a lesson's MyST source (notebooks/source/NN_nome.md) to a notebook without outputs."""

import re
from pathlib import Path

import jupytext
import nbformat

from lessonlib.tooling.paths import NOTEBOOKS, SOURCES, list_lessons

# Written into every notebook, so that neither the Python nor the machine that built it shows in a diff.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def notebook_of(source, notebooks=NOTEBOOKS):
    """Return the path of the notebook that a source builds."""
    return Path(notebooks) / (Path(source).stem + ".ipynb")


def unpaired(sources=SOURCES, notebooks=NOTEBOOKS):
    """Return the names that have a source or a notebook but not both."""
    written = {path.stem for path in list_lessons(sources, ".md")}
    built = {path.stem for path in list_lessons(notebooks, ".ipynb")}
    return sorted(written ^ built)


def convert(source):
    """Return the notebook of a MyST source: cells, tags, stable ids and metadata, no outputs.

    Parameters
    ----------
    source : Path

    Returns
    -------
    nbformat.NotebookNode
    """
    source = Path(source)
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="md:myst")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    prefix = re.sub(r"[^A-Za-z0-9-]", "-", source.stem)[:40]
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"{prefix}-{index:03d}"
    nbformat.validate(notebook)
    return notebook


def essence(notebook):
    """Return what source and notebook must have in common: kind, text and metadata of each cell."""
    return [(cell.cell_type, cell.source, dict(cell.metadata)) for cell in notebook.cells]
