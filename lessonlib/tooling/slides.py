"""``course.py slides``: a lesson as a presentation with live cells, in a JupyterLab of its own.

Everything that the presentation writes (notebook, notes, settings, workspaces, signatures) is in a
temporary folder under .course, and goes with it: the user's own JupyterLab never learns of the deck.
"""

import json
import shutil
import tempfile
import time
from pathlib import Path

import nbformat

from lessonlib.tooling.console import run, say
from lessonlib.tooling.lab import SETTINGS, lab_command, lab_environment, split_arguments
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, STATE, find_lesson
from lessonlib.tooling.slide_rules import presentation, slides_of
from lessonlib.tooling.speaker_notes import load, page

EXTENSIONS = ROOT / "lessonlib" / "tooling" / "slide_extensions"
EXTENSION = EXTENSIONS / "lessonlib-slides"
DECK, NOTES = "apresentacao.ipynb", "notas.html"
RUN_ALL = "--run-all"
DAY = 24 * 3600  # seconds


def main(arguments):
    """Present a lesson; options that are not ours go to JupyterLab as they are."""
    name, options = split_arguments(arguments)
    lesson = find_lesson(NOTEBOOKS, name, ".ipynb")
    run_all = RUN_ALL in options
    STATE.mkdir(exist_ok=True)
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix="slides-", dir=STATE))
    try:
        prepare(lesson, folder, run_all=run_all)
        say("A apresentação vai abrir no navegador.")
        say("  → e ←, ou Page Down e Page Up   próximo slide e anterior; depois de uma pergunta, a resposta")
        say("  Shift+Enter                     roda o slide e o que ele precisa")
        say("  N                               notas do apresentador, em outra janela")
        say("  F11                             tela cheia")
        say("Para encerrar, volte a este terminal e aperte Ctrl-C. Nada do que você mudar fica guardado.")
        options = [option for option in options if option != RUN_ALL]
        return run(slides_command(folder, options), cwd=ROOT, env=lab_environment())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep():
    """Remove what presentations that were killed left behind; one that runs now is younger."""
    for left in STATE.glob("slides-*"):
        if time.time() - left.stat().st_mtime > DAY:
            shutil.rmtree(left, ignore_errors=True)


def prepare(lesson, folder, *, run_all=False):
    """Write into a folder all that a presentation needs; return the presentation's notebook.

    Parameters
    ----------
    lesson : Path
        A built lesson.
    folder : Path
        Exists; gets the notebook, the speaker notes and JupyterLab's settings.
    run_all : bool
        Run every cell when the presentation opens.
    """
    notebook = nbformat.read(lesson, as_version=4)
    files = folder / "files"
    files.mkdir()
    deck = files / DECK
    nbformat.write(presentation(notebook, run_all=run_all), deck)
    slides, _ = slides_of(notebook)
    notes = page(slides, load(lesson.stem[:2]))
    (files / NOTES).write_text(notes, encoding="utf-8")
    settings = folder / "app_settings"
    settings.mkdir()
    merged = _settings(SETTINGS / "overrides.json")
    merged.update(_settings(EXTENSION / "overrides.json"))
    (settings / "overrides.json").write_text(json.dumps(merged), encoding="utf-8")
    _sign(deck, folder)
    return deck


def _settings(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _sign(deck, folder):
    """Sign the notebook in the folder's own database, for JupyterLab to show its stored figures."""
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary(db_file=str(folder / "signatures.db"), secret_file=str(folder / "secret"))
    try:
        notary.sign(nbformat.read(deck, as_version=4))
    finally:
        notary.store.close()


def slides_command(folder, options=()):
    """Return the command that serves a prepared presentation, with settings of its own."""
    files = folder / "files"
    own = [
        f"--LabApp.user_settings_dir={folder / 'user_settings'}",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
        f"--LabApp.extra_labextensions_path={EXTENSIONS}",
        f"--NotebookNotary.db_file={folder / 'signatures.db'}",
        f"--NotebookNotary.secret_file={folder / 'secret'}",
    ]
    return lab_command(files, files / DECK, [*own, *options], settings=folder / "app_settings")
