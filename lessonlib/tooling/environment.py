"""Which Python runs the course: the active environment if there is one, else the course's own .venv."""

import os
import subprocess
import sys
from pathlib import Path

from lessonlib.tooling.console import CourseError, child_environment, run, say
from lessonlib.tooling.diagnosis import explain
from lessonlib.tooling.paths import ROOT, STATE

MINIMUM = (3, 11)
OWN = ROOT / ".venv"

# Debian's venv writes why it failed (no ensurepip) to the standard output: send both the same way.
_MAKE_VENV = """\
import sys, venv
sys.stdout = sys.stderr
try:
    venv.main(sys.argv[1:])
except KeyboardInterrupt:
    sys.exit(130)
"""


def python_of(prefix):
    """Return the interpreter of the environment in a folder: venv or conda, any system."""
    prefix = Path(prefix)
    if os.name == "nt":
        candidates = [prefix / "Scripts" / "python.exe", prefix / "python.exe"]
    else:
        candidates = [prefix / "bin" / "python"]
    return next((path for path in candidates if path.exists()), candidates[0])


def is_conda(prefix):
    return (Path(prefix) / "conda-meta").is_dir()


def holds_conda(prefix):
    """Tell whether this is conda's own "base" environment, where a course should install nothing."""
    return any((Path(prefix) / "conda-meta").glob("conda-[0-9]*.json"))


def in_usable_environment():
    """Tell whether this very process runs in a venv or a conda environment of the student's."""
    if sys.prefix != sys.base_prefix:
        return True
    return is_conda(sys.prefix) and not holds_conda(sys.prefix)


def is_own():
    """Tell whether this process runs in the .venv that the course made for itself."""
    return OWN.exists() and os.path.samefile(sys.prefix, OWN)


def version_of(python):
    """Return (major, minor) of another interpreter, or None if it does not start."""
    script = "import sys; print('%d %d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(python), "-c", script], capture_output=True, text=True, timeout=60)
        return tuple(int(number) for number in answer.stdout.split()) if answer.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


def activated():
    """Return the interpreter of an environment that the shell has activated, if it can run the course."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = os.environ.get(variable)
        if not prefix or holds_conda(prefix):
            continue
        python = python_of(prefix)
        version = version_of(python)
        if version and version >= MINIMUM:
            return python
        say(f"O ambiente ativo ({prefix}) não tem um Python 3.11 ou mais novo; vou usar o de .venv.")
    return None


def find_python(create=True):
    """Return the interpreter that runs the course, making .venv if needed.

    Parameters
    ----------
    create : bool
        With False nothing is made: where there is no environment, the answer is this interpreter.
    """
    if in_usable_environment():
        return Path(sys.executable)
    python = activated()
    if python:
        return python
    python = python_of(OWN)
    if create and (not python.exists() or _creation_marker().exists()):
        create_own()
    elif not python.exists():
        return Path(sys.executable)
    version = version_of(python)
    if version is None or version < MINIMUM:
        raise CourseError(f"O Python da pasta {OWN} não serve. Apague essa pasta e rode de novo.")
    return python


def create_own():
    """Make .venv; a creation that was interrupted leaves its marker and is started afresh."""
    say(f"Criando um ambiente Python só para o curso, em {OWN} …")
    marker = _creation_marker()
    heard = []
    try:
        STATE.mkdir(exist_ok=True)
        marker.touch()
        code = run([sys.executable, "-c", _MAKE_VENV, "--clear", OWN], env=child_environment(), heard=heard)
    except OSError as error:
        raise CourseError(f"Não consegui criar {OWN}. {explain(str(error))}") from error
    if code != 0:
        raise CourseError(f"Não consegui criar {OWN}. {explain(''.join(heard))}")
    marker.unlink(missing_ok=True)


def _creation_marker():
    return STATE / "venv-incompleto"
