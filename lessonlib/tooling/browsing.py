"""A real JupyterLab in a real browser, for the browser tests and for the benchmarks: the server, the page
and the few moves of a student. Playwright comes with the extra ``test``.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat

from lessonlib.tooling.lab import SETTINGS, lab_command, lab_environment
from lessonlib.tooling.paths import NOTEBOOKS, find_lesson, list_lessons
from lessonlib.tooling.sources import METADATA

_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_browser():
    """Return the path of an installed Chromium, Chrome or Edge, or None."""
    found = filter(None, map(shutil.which, _COMMANDS))
    return next((path for path in [*found, *_PLACES] if Path(path).exists()), None)


@contextmanager
def open_browser(path):
    """Run a headless browser (Playwright's object) from its program."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Server(NamedTuple):
    """A running JupyterLab: its address, its token, the folder that it shows, and its process."""

    address: str
    token: str
    root: Path
    pid: int

    def url(self, path):
        """Return the address of a page, with the token."""
        return f"{self.address}/{path}?token={self.token}"


class LabFailure(RuntimeError):
    """JupyterLab stopped, or did not answer."""


@contextmanager
def running_lab():
    """JupyterLab as ``course.py lab`` starts it, on a copy of the lessons, with settings of its own.

    It never saves by itself, so that a lesson opened twice is the same lesson both times.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root, home = Path(folder, "lab"), Path(folder, "jupyter")
        home.mkdir()
        shutil.copytree(NOTEBOOKS, root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        settings = shutil.copytree(SETTINGS, home / "settings")
        overrides = json.loads((settings / "overrides.json").read_text("utf-8"))
        overrides["@jupyterlab/docmanager-extension:plugin"] = {"autosave": False}
        (settings / "overrides.json").write_text(json.dumps(overrides), "utf-8")
        port = free_port()
        token = "aula"
        options = [
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}",
            "--LabApp.expose_app_in_browser=True",  # window.jupyterapp, for the moves below
        ]
        folders = {
            variable: str(home / variable.lower())
            for variable in (
                "JUPYTER_CONFIG_DIR",
                "JUPYTER_DATA_DIR",
                "JUPYTER_RUNTIME_DIR",
                "JUPYTERLAB_SETTINGS_DIR",
                "JUPYTERLAB_WORKSPACES_DIR",
                "IPYTHONDIR",
            )
        }
        env = lab_environment(LESSONLIB_PROGRESS=str(home / "progress.json"), **folders)
        trust = "from nbformat.sign import TrustNotebookApp; TrustNotebookApp.launch_instance()"
        lessons = list_lessons(root / "notebooks", ".ipynb")
        subprocess.run([sys.executable, "-c", trust, *lessons], env=env, check=True, capture_output=True)
        log = home / "server.log"
        with open(log, "wb") as output:
            process = subprocess.Popen(
                lab_command(root, options=options, settings=settings),
                cwd=root,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", token, root, process.pid)
        try:
            wait_for_server(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port():
    """Return a port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_server(server, process, log, limit=90):
    """Wait until a JupyterLab answers; `LabFailure`, with its log, if it stops or takes too long."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LabFailure(f"JupyterLab stopped:\n{log.read_text(errors='replace')}")
        try:
            with urllib.request.urlopen(server.url("api/status"), timeout=5) as answer:
                json.load(answer)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise LabFailure(f"JupyterLab did not answer in {limit} s:\n{log.read_text(errors='replace')}")


class Lab:
    """A browser page on a JupyterLab, with the moves of a student.

    Attributes
    ----------
    page : playwright.sync_api.Page
    console_errors : list of str
        What the page reported as an error (console and uncaught exceptions).
    """

    def __init__(self, page, server):
        self.page = page
        self.server = server
        self.console_errors = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def _hear(self, message):
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    def open_lesson(self, number, timeout=120):
        """Open a lesson by its number ("03") in JupyterLab and wait for its kernel."""
        name = find_lesson(self.server.root / "notebooks", number, ".ipynb").name
        # In a workspace of its own: the usual one brings back every lesson opened before, kernels and all.
        workspace = f"aula-{number}-{time.time_ns()}"
        self.page.goto(self.server.url(f"lab/workspaces/{workspace}/tree/notebooks/{name}"))
        self._wait("window.jupyterapp !== undefined", timeout)
        self.page.evaluate("window.jupyterapp.restored.then(() => true)")
        ready = f"{_PANEL}?.context?.path === 'notebooks/{name}' && {_KERNEL}?.status === 'idle'"
        self._wait(ready, timeout)
        return name

    def _wait(self, expression, timeout):
        # Playwright would ask at every frame, and make the browser draw frames while a network trains.
        self.page.wait_for_function(expression, timeout=timeout * 1000, polling=200)

    def write_cell(self, number, source):
        """Put a notebook of one cell beside the lessons, under a number that no lesson has ("96")."""
        cells = [nbformat.v4.new_code_cell(source)]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(METADATA))
        nbformat.write(notebook, self.server.root / "notebooks" / f"{number}_ensaio.ipynb")

    def run_all(self, timeout=600):
        """Run every cell, wait until the kernel is idle, and return the errors of the cells.

        Returns
        -------
        list of dict
            ``cell`` (index), ``ename`` and ``evalue`` of each error output, but for the cells whose
            tag raises-exception announces it.
        """
        self.page.evaluate(
            "() => { window.ranAll = false; window.jupyterapp.commands.execute('notebook:run-all-cells')"
            ".then(() => { window.ranAll = true; }); }"
        )
        self._wait("window.ranAll", timeout)
        self.wait_idle(timeout)
        return self.cell_errors()

    def wait_idle(self, timeout=60):
        """Wait until the kernel has nothing left to run."""
        self._wait(
            f"{_KERNEL}.status === 'idle' && "
            f"{_PANEL}.content.widgets.every(cell => cell.model.executionState !== 'running')",
            timeout,
        )

    def cells(self):
        """Return the notebook's cells as JupyterLab has them now (nbformat's JSON)."""
        return self.page.evaluate(f"{_PANEL}.content.model.toJSON().cells")

    def cell_errors(self):
        """Return the error outputs of cells that should not fail."""
        return [
            {"cell": index, "ename": output["ename"], "evalue": output["evalue"]}
            for index, cell in enumerate(self.cells())
            if "raises-exception" not in cell["metadata"].get("tags", ())
            for output in cell.get("outputs", ())
            if output["output_type"] == "error"
        ]

    def show_cell(self, index):
        """Scroll to a cell and return its locator."""
        self.page.evaluate(f"{_PANEL}.content.scrollToItem({index}, 'center').then(() => true)")
        visible = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # a restored tab may hide another notebook
        return self.page.locator(f"{visible} .jp-Cell[data-windowed-list-index='{index}']").first

    def course_errors(self):
        """Return the console errors but those of the browser and of JupyterLab's own core.

        Its cell toolbar and its re-attaching of cells throw now and then; no code of the course is in them.
        """
        foreign = ("favicon", "jlab_core", "reading 'node'", "removeChild")
        return [error for error in self.console_errors if not any(known in error for known in foreign)]

    def stop_kernels(self):
        """Stop every kernel, so that a training cell of this lesson does not slow the next one down."""
        self.page.evaluate("window.jupyterapp?.serviceManager.sessions.shutdownAll().then(() => true)")

    def screenshot(self, path):
        """Save a picture of the page, for a person to look at."""
        self.page.screenshot(path=path)


_PANEL = "window.jupyterapp.shell.currentWidget"
_KERNEL = f"{_PANEL}?.sessionContext?.session?.kernel"
