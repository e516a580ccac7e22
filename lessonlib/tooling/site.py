"""``course.py site``: the whole course as HTML pages that open from a folder, with no server and no network.

The stored notebooks are turned into pages (site_pages), Sphinx with MyST-NB and the theme Furo lays them
out (site_assets), and what these leave in English is translated (site_finish). Nothing is executed again.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from importlib import resources
from pathlib import Path

import nbformat
from tqdm import tqdm

from lessonlib.tooling.console import CourseError, child_environment, say
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, STATE, list_lessons
from lessonlib.tooling.site_finish import finish
from lessonlib.tooling.site_pages import FIGURES, Pages, anchors_of

ASSETS = Path(__file__).with_name("site_assets")
SITE = ROOT / "site"
MATHJAX = "tex-svg.js"  # one file: glyphs are drawn as SVG, so no font is fetched, which file:// may refuse


def main(arguments):
    """Build the static edition in ``site/``; return 1 if something in it is not as it should be."""
    if arguments:
        raise CourseError("O comando “site” não tem opções: ele refaz a pasta site/ inteira.")
    if not list_lessons(NOTEBOOKS, ".ipynb"):
        raise CourseError(f"Não há aulas em {NOTEBOOKS}.")
    complaints = build_site(SITE)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    say(f"Pronto. Abra no navegador: {SITE / 'index.html'}")
    return 1 if complaints else 0


def build_site(target, notebooks=NOTEBOOKS, *, progress=True):
    """Build the static edition.

    Parameters
    ----------
    target : Path
        Folder of the edition. An old edition there stays whole until the new one is.
    notebooks : Path
        Folder of the executed notebooks.
    progress : bool
        Show a bar: each lesson is prepared, read and written.

    Returns
    -------
    list of str
        What is wrong with the edition: links that lead nowhere, and the warnings of Sphinx.
    """
    target, lessons = Path(target), list_lessons(notebooks, ".ipynb")
    STATE.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=STATE, prefix="site-") as scratch,
        tqdm(total=3 * len(lessons), unit="passo", disable=not progress, dynamic_ncols=True) as bar,
    ):
        work = Path(scratch)
        pages = _prepare(lessons, work, bar)
        doubts = _lay_out(work, bar)
        finish(work / "html")
        _replace(target, work / "html")
    return pages.dead_links + doubts


def _prepare(lessons, work, bar):
    """Write Sphinx's source folder, and the pictures and MathJax beside it."""
    data = read_course_data()
    stored = {path.stem: nbformat.read(path, as_version=4) for path in lessons}
    anchors = {stem: anchors_of(notebook, stem) for stem, notebook in stored.items()}
    pages = Pages(anchors, data, work / "extra" / FIGURES)
    (work / "source").mkdir()
    for stem, notebook in stored.items():
        bar.set_postfix_str(stem)
        pages.convert(notebook, stem)
        nbformat.write(notebook, work / "source" / f"{stem}.ipynb")
        bar.update()
    index = (ASSETS / "index.md").read_text(encoding="utf-8")
    index = index.replace("@@MAPA@@", _map_of(data["lessons"], stored))
    index = index.replace("@@AULAS@@", "\n".join(stored))
    (work / "source" / "index.md").write_text(index, encoding="utf-8")
    mathjax = resources.files("sphinx-mathjax-offline") / "static" / "mathjax" / MATHJAX
    (work / "static" / "mathjax").mkdir(parents=True)
    (work / "static" / "mathjax" / MATHJAX).write_bytes(mathjax.read_bytes())
    return pages


def read_course_data():
    """Return what ``lessonlib.classroom.course_data`` prints, from a Python of its own."""
    command = [sys.executable, "-m", "lessonlib.classroom.course_data"]
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), capture_output=True)
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise CourseError("Os exercícios e quizzes não puderam ser lidos. " + "".join(said[-1:]))
    return json.loads(done.stdout)


def _map_of(lessons, stored):
    """Return the map of the course as rows of a Markdown table; a lesson not built yet has no link."""
    rows = []
    for lesson in lessons:
        name = lesson["name"].removeprefix("Aula ")
        built = lesson["file"] in stored
        name = f"[{name}]({lesson['file']}.ipynb)" if built else f"{name} *(em preparação)*"
        needs = ", ".join(lesson["needs"]) or "–"
        slides = lesson["slides"].replace(" ", "\N{NO-BREAK SPACE}")
        rows.append(f"| {name} | {slides} | {lesson['minutes']} | {needs} | {lesson['teaches']} |")
    return "\n".join(rows)


def _lay_out(work, bar):
    """Run Sphinx on the prepared folder; return its warnings."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said = io.StringIO()
    overrides = {
        "html_static_path": [str(ASSETS / "static"), str(work / "static")],
        "html_extra_path": [str(work / "extra")],
    }
    folders = (work / "source", ASSETS, work / "html", work / "doctrees")
    with patch_docutils(os.fspath(ASSETS)), docutils_namespace(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the extensions should change for a later Sphinx
        app = Sphinx(*folders, "html", overrides, status=None, warning=said, freshenv=True)

        def tick(name):
            if name[:2].isdigit():
                bar.set_postfix_str(name)
                bar.update()

        app.connect("doctree-read", lambda app, tree: tick(app.env.docname))
        app.connect("html-page-context", lambda app, name, *_: tick(name))
        app.build()
    shutil.rmtree(work / "html" / "_sources", ignore_errors=True)  # MyST-NB leaves it empty
    plain = re.sub(r"\x1b\[[\d;]*m", "", said.getvalue())  # without the colours of a terminal
    return [line for line in plain.splitlines() if line.strip()]


def _replace(target, fresh):
    """Put the fresh edition in the place of the old one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    old = target.with_name(f".{target.name}.antigo")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.replace(target, old)
    shutil.move(fresh, target)
    shutil.rmtree(old, ignore_errors=True)
