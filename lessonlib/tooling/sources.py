"""From a lesson's MyST source (notebooks/source/NN_nome.md) to a notebook without outputs."""

import re
import unicodedata
from pathlib import Path

import jupytext
import nbformat

from lessonlib.tooling.glossary_links import link_terms
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


def anchor(heading):
    """Return the id of a cell that begins with a heading: what a link to that section ends with.

    ``[…](03_correlacao.ipynb#cell-id=filtro-casado-slide-24)`` is the one form that JupyterLab follows:
    jupyterlab-myst gives headings other ids than those JupyterLab looks for.

    >>> anchor("## Filtro casado: onde está o padrão? (slides 23–24)")
    'filtro-casado-onde-esta-o-padrao-slides-23-24'
    """
    letters = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:64]


def convert(source):
    """Return the notebook of a MyST source: cells, tags, stable ids and metadata, no outputs.

    A cell that begins with a heading has the id `anchor`; terms of the glossary have become links.

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
    link_terms(notebook.cells, source.stem[:2])
    prefix = re.sub(r"[^A-Za-z0-9-]", "-", source.stem)[:40]
    used = set()
    for index, cell in enumerate(notebook.cells):
        heading = re.match(r"#{2,} .+", cell.source) if cell.cell_type == "markdown" else None
        name = anchor(heading[0]) if heading else ""
        cell["id"] = name if name and name not in used else f"{prefix}-{index:03d}"
        used.add(cell["id"])
    nbformat.validate(notebook)
    return notebook


def essence(notebook):
    """Return what source and notebook must have in common: kind, text and metadata of each cell."""
    return [(cell.cell_type, cell.source, dict(cell.metadata)) for cell in notebook.cells]
