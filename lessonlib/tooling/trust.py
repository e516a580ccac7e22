"""Signing the course's notebooks: JupyterLab shows stored SVG and HTML only in notebooks it trusts."""

import json
import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from lessonlib.tooling.paths import STATE

SIGNED = STATE / "assinados.json"


def sign(notebooks):
    """Sign these notebooks for the current user, those that changed since the last time.

    Signing reads and hashes each whole notebook, so a note of size and time spares the second time.

    Parameters
    ----------
    notebooks : sequence of Path

    Returns
    -------
    list of Path
        The notebooks signed now.
    """
    database = Path(jupyter_data_dir(), "nbsignatures.db")  # each user has one
    states = {str(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in notebooks}
    known = _read().get(str(database), {}) if database.exists() else {}
    changed = [path for path in notebooks if known.get(str(path)) != states[str(path)]]
    if not changed:
        return []
    import nbformat  # a second of imports: only when there is something to sign
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    try:
        for path in changed:
            notary.sign(nbformat.read(path, as_version=4))
    finally:
        notary.store.close()
    _write({str(database): states})
    return changed


def _read():
    try:
        return json.loads(SIGNED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write(states):
    temporary = SIGNED.with_suffix(".tmp")
    try:
        SIGNED.parent.mkdir(exist_ok=True)
        temporary.write_text(json.dumps(states), encoding="utf-8")
        os.replace(temporary, SIGNED)
    except OSError:
        pass  # signed again next time
