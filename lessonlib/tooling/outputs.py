"""Cleaning an executed notebook: only what a reader sees stays, so that a rebuild changes nothing else."""

import nbformat

from lessonlib.tooling.sources import METADATA

WIDGET = "application/vnd.jupyter.widget-view+json"
FALLBACKS = ("image/png", "image/svg+xml", "image/jpeg", "text/html")


def clean(notebook):
    """Drop from an executed notebook, in place, what differs from run to run or needs a kernel.

    - the times of execution, the widgets' saved state and the version of Python;
    - a widget's view where a picture stands beside it, for a model that no kernel holds shows only an error;
    - the seams in printed text, which fall where the kernel happened to flush.
    """
    notebook.metadata = nbformat.from_dict(METADATA)  # the kernel had written its own beside it
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = merge_streams(cell.outputs)
            for output in cell.outputs:
                _drop_view(output)
    return notebook


def merge_streams(outputs):
    """Join neighbouring outputs of the same stream (stdout or stderr)."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def keep_pictures(model, **kwargs):
    """Drop the widgets' views, as `clean` does, from a notebook that a student saves.

    A pre-save hook of Jupyter Server: whoever opens the file the next day finds each widget's picture, and
    not an error for every widget.

    Parameters
    ----------
    model : dict
        What is about to be written, in the form of Jupyter Server's contents API; changed in place.
    **kwargs
        What else the hook is told: path and contents manager.
    """
    if model["type"] == "notebook":
        for cell in model["content"].get("cells", ()):
            for output in cell.get("outputs", ()):
                _drop_view(output)


def _drop_view(output):
    data = output.get("data", {})
    if WIDGET in data and any(kind in data for kind in FALLBACKS):
        del data[WIDGET]
