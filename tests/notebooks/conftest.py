"""Every lesson's source and notebook, for the tests of this folder."""

import nbformat
import pytest

from lessonlib.tooling.paths import NOTEBOOKS, SOURCES, list_lessons
from lessonlib.tooling.sources import convert


def pytest_generate_tests(metafunc):
    """Give a test that asks for ``notebook_path`` or ``source_path`` each lesson in turn."""
    for name, folder, suffix in (("notebook_path", NOTEBOOKS, ".ipynb"), ("source_path", SOURCES, ".md")):
        if name in metafunc.fixturenames:
            paths = list_lessons(folder, suffix)
            metafunc.parametrize(name, paths, ids=[path.stem for path in paths])


@pytest.fixture
def notebook(notebook_path):
    """A lesson as it is stored."""
    return nbformat.read(notebook_path, as_version=4)


@pytest.fixture
def lesson(source_path):
    """A lesson as its author wrote it: the notebook of its source, not executed."""
    return convert(source_path)
