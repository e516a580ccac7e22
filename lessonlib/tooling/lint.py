"""ruff on the code of the package and on the code cells of the lessons' sources."""

import sys
import tempfile
from pathlib import Path

import nbformat

from lessonlib.tooling.console import run
from lessonlib.tooling.paths import ROOT, SOURCES, list_lessons
from lessonlib.tooling.sources import convert


def lint_code(root=ROOT):
    """Lint every Python file of the course; return ruff's exit code."""
    return run([sys.executable, "-m", "ruff", "check", "."], cwd=root)


def lint_lessons(sources=SOURCES, config=ROOT / "pyproject.toml"):
    """Lint the code cells of every source; ruff's report says ``03_correlacao.ipynb:cell 5:1:8``."""
    lessons = list_lessons(sources, ".md")
    if not lessons:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for source in lessons:
            nbformat.write(convert(source), Path(folder, source.stem + ".ipynb"))
        return run([sys.executable, "-m", "ruff", "check", "--no-cache", "--config", config, "."], cwd=folder)
