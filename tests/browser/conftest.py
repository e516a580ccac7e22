"""Fixtures of the browser tests: a browser, JupyterLab and a page, from `lessonlib.tooling.browsing`.

Where there is no Chromium, Chrome or Edge the tests are skipped with that reason, but never in CI.
"""

import os

import pytest

from lessonlib.tooling.browsing import Lab, find_browser, open_browser, running_lab


@pytest.fixture(scope="session")
def browser():
    """A headless browser for the whole session."""
    path = find_browser()
    if path is None:
        reason = "nenhum Chromium, Chrome ou Edge instalado"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}: a CI precisa de um")
        pytest.skip(reason)
    with open_browser(path) as browser:
        yield browser


@pytest.fixture(scope="session")
def lab_server():
    """JupyterLab on a copy of the lessons."""
    with running_lab() as server:
        yield server


@pytest.fixture
def lab(browser, lab_server):
    """A fresh page (its own cookies and storage) on the session's JupyterLab; see `Lab`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="pt-BR")
    lab = Lab(context.new_page(), lab_server)
    yield lab
    lab.stop_kernels()
    context.close()


@pytest.fixture
def page(lab):
    """The Playwright page of `lab`."""
    return lab.page


@pytest.fixture
def experiment(lab):
    """Run one cell in JupyterLab and return its widget."""

    def run(number, source):
        lab.write_cell(number, source)
        lab.open_lesson(number)
        assert lab.run_all() == []
        widget = lab.page.locator(".lessonlib-experiment").first
        widget.wait_for(timeout=20_000)
        return widget

    return run
