"""Bringing the active environment to what the course needs, once, and knowing that it is there."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from lessonlib.tooling import requirements
from lessonlib.tooling.console import CourseError, child_environment, run, say, warm_up
from lessonlib.tooling.diagnosis import explain
from lessonlib.tooling.environment import is_conda, is_own
from lessonlib.tooling.paths import ROOT, STATE
from lessonlib.tooling.repair import forget_half_installed

LOG = STATE / "instalacao.log"


def stamp_path():
    return Path(sys.prefix) / "lessonlib-course.json"


def marker_path():
    """The file that exists while an installation is under way, or was cut short."""
    return Path(sys.prefix) / "lessonlib-course.incompleto"


def fingerprint():
    """Return a hash of all that decides what this environment must hold, extras aside."""
    digest = hashlib.sha256()
    for path in (requirements.PYPROJECT, requirements.LOCK):
        digest.update(path.read_text(encoding="utf-8").encode())  # the same with Windows line ends
    digest.update(f"{sys.version}\n{sys.prefix}\n{ROOT}".encode())
    return digest.hexdigest()


def read_stamp():
    """Return the extras of the stamp if it still holds, else None."""
    try:
        stamp = json.loads(stamp_path().read_text(encoding="utf-8"))
        return set(stamp["extras"]) if stamp["fingerprint"] == fingerprint() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(extras):
    """Note, as the very last step of an installation, that it is complete."""
    temporary = stamp_path().with_suffix(".tmp")
    try:
        content = {"fingerprint": fingerprint(), "extras": sorted(extras)}
        temporary.write_text(json.dumps(content), encoding="utf-8")
        os.replace(temporary, stamp_path())
    except OSError:
        pass  # an environment prepared by someone else, read-only: it is checked again next time


def is_ready(extras=()):
    """Tell whether the environment is complete, without starting pip."""
    if marker_path().exists():
        return False
    stamped = read_stamp()
    if stamped is not None and stamped >= set(extras):
        return requirements.satisfied(extras)  # the student may have removed something since
    # An environment of the student's is fine within the ranges; our own follows the lock.
    if requirements.satisfied(extras, exact=is_own()):
        write_stamp(set(extras) | (stamped or set()))
        return True
    return False


def set_up(extras=()):
    """Make the active environment ready: nothing if it is, else one pip run.

    Raises
    ------
    CourseError
        With one sentence in pt-BR that says why pip failed, and where its log is.
    KeyboardInterrupt
        If stopped; the next call does it over.
    """
    if is_ready(extras):
        return
    say("Preparando o ambiente do curso. Só na primeira vez demora: são uns 3 GB com o PyTorch.")
    heard = []
    try:
        STATE.mkdir(exist_ok=True)
        LOG.unlink(missing_ok=True)
        if marker_path().exists():
            forgotten = forget_half_installed(marker_path().stat().st_mtime)
            say(f"A instalação anterior parou no meio; vou refazer ({len(forgotten)} pacotes pela metade).")
        else:
            marker_path().touch()
        stamp_path().unlink(missing_ok=True)
        constraints = STATE / "constraints.txt"
        requirements.write_constraints(constraints, keep_installed=is_conda(sys.prefix))
        code = run(pip_command(extras, constraints), cwd=ROOT, env=child_environment(), heard=heard)
    except OSError as error:
        raise CourseError(f"Não consegui preparar o ambiente. {explain(str(error))}") from error
    if code != 0:
        where = f" Registro completo do pip: {LOG}" if LOG.exists() else ""
        raise CourseError(f"Não consegui instalar os pacotes do curso. {explain(''.join(heard))}{where}")
    write_stamp(extras)
    marker_path().unlink(missing_ok=True)
    warm_up(child_environment())
    say("Ambiente pronto.")


def pip_command(extras, constraints):
    """Return the pip command that installs the course, editable, in this interpreter."""
    target = f".[{','.join(extras)}]" if extras else "."
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--log", LOG]
    return [*command, "--constraint", constraints, "--editable", target]


def free_gigabytes(path=None):
    """Return the free space, in GB, on the disk that holds a path (the environment by default)."""
    return shutil.disk_usage(path or sys.prefix).free / 1e9
