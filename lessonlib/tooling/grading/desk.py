"""Where one submission is marked: a folder and a process of its own, and a clock."""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lessonlib.tooling.grading.peer import Gone, Peer
from lessonlib.tooling.paths import ROOT, STATE

PUPIL = "lessonlib.classroom.grading.pupil"
CAGE = "lessonlib.classroom.grading.cage"
MAX_NOTEBOOK = 100 * 2**20  # bytes
_KEPT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "LANG",
    "LC_ALL",
    "TZ",
)
_KEPT += ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")


@dataclass(frozen=True)
class Limits:
    """What one notebook may use.

    Attributes
    ----------
    minutes : float
        Time of one notebook, all exercises together.
    seconds : float
        Processor time of one exercise: the cells that it needs and its calls.
    memory : int
        Bytes.
    whole : bool
        Run every cell up to the check in place of those that the function needs.
    """

    minutes: float = 10.0
    seconds: float = 60.0
    memory: int = 2 * 2**30
    whole: bool = False


class CannotGoOn(Exception):
    """The notebook cannot be marked further; the text says why, in pt-BR."""


class Desk:
    """Where one notebook is marked: its folder, its process, its clock."""

    def __init__(self, marker, submission, report):
        self.marker, self.submission, self.report = marker, submission, report
        self.deadline = time.monotonic() + marker.limits.minutes * 60
        self.pupil = self.folder = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="correcao-")).resolve()
        return self

    def __exit__(self, *error):
        if self.pupil is not None:
            self.pupil.kill()
        _remove(self.folder)

    def open(self, identifiers, whole):
        """Start a process for the notebook; return its exercises in the order of their checks."""
        if self.pupil is not None:
            self.pupil.kill()
        self.identifiers, self.whole, limits = identifiers, whole, self.marker.limits
        place = Path(tempfile.mkdtemp(dir=self.folder))
        notebook = place / f"aula_{self.submission.lesson}.ipynb"
        try:
            if self.submission.path.stat().st_size > MAX_NOTEBOOK:
                raise CannotGoOn(f"o arquivo tem mais de {MAX_NOTEBOOK // 2**20} MB")
            shutil.copyfile(self.submission.path, notebook)
        except OSError as error:
            raise CannotGoOn(f"o arquivo não pôde ser lido: {error.strerror}") from error
        _lend_font_list(place)
        settings = {
            "notebook": str(notebook),
            "folder": str(place),
            "hidden": [str(path) for path in self.marker.hidden],
            "memory": limits.memory,
            "seconds": limits.minutes * 60,
            "exercises": identifiers,
            "whole": whole,
            "isolate": kernel_guards(),
        }
        self.pupil = Peer(
            PUPIL,
            [json.dumps(settings)],
            folder=place,
            env=clean_environment(place),
            memory=limits.memory,
            alone=True,
            stop=self.marker.stop,
        )
        try:
            hello = self.pupil.ask(max(self._left(), 0.1), until=self.deadline)
        except Gone as error:
            if self.marker.stop.is_set():
                raise KeyboardInterrupt from error
            raise CannotGoOn(f"o notebook não abriu: {error}") from error
        if "trouble" in hello:
            raise CannotGoOn(str(hello["trouble"]))
        self.report.isolation = str(hello["isolation"])
        self.order = [i for i in hello["order"] if i in identifiers]
        return self.order

    def restart(self):
        """After a process died: a new one for the exercises that are left."""
        self.open(self.identifiers, self.whole)

    def budget(self):
        """Return a fresh allowance of processor time for one exercise: a list, which the questions use up."""
        if self._left() <= 0:
            raise CannotGoOn(f"o notebook passou do limite de {self.marker.limits.minutes:g} min")
        return [self._left() if self.whole else min(self.marker.limits.seconds, self._left())]

    def ask(self, budget, **message):
        """Ask the pupil; what is forbidden and was tried is a :class:`Gone`."""
        before = self.pupil.processor_time()
        reply = self.pupil.ask(max(budget[0], 0.1), message, self.deadline)
        budget[0] -= self.pupil.processor_time() - before
        attempts = reply.get("attempts")
        if attempts:
            self.pupil.kill()
            raise Gone(str(attempts[0])[:300])
        return reply

    def _left(self):
        return self.deadline - time.monotonic()


@functools.cache
def kernel_guards():
    """Tell whether this system lets a process shut itself in: tried once, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        inside, hidden = Path(folder, "inside"), Path(folder, "hidden")
        inside.mkdir()
        hidden.mkdir()
        command = [sys.executable, "-m", CAGE, str(inside), str(hidden)]
        done = subprocess.run(command, env=clean_environment(inside), cwd=ROOT, capture_output=True)
    return done.returncode == 0


def clean_environment(folder):
    """Return an environment with nothing of the lecturer's: no passwords, no home, no settings."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    homes = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR")
    homes += ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TORCH_HOME", "JUPYTER_CONFIG_DIR")
    return {
        **kept,
        **dict.fromkeys(homes, str(folder)),
        "MPLCONFIGDIR": str(Path(folder, "matplotlib")),
        "LESSONLIB_PROGRESS": str(Path(folder, "progress.json")),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _lend_font_list(folder):
    """Copy matplotlib's list of fonts, if there is one: making it takes seconds, and each notebook would."""
    for path in (STATE / "matplotlib").glob("fontlist-*.json"):
        (folder / "matplotlib").mkdir(exist_ok=True)
        shutil.copyfile(path, folder / "matplotlib" / path.name)


def _remove(folder):
    """Delete a folder, also what a notebook left without permission to be deleted."""
    for top, names, _ in os.walk(folder):
        for path in (os.path.join(top, name) for name in names):
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)
