"""``course.py check``: what this computer has of what the course needs, and the remedy for the rest."""

import os
import platform
import shutil
import sys
import tempfile
from typing import NamedTuple

from lessonlib.tooling.console import CourseError, say
from lessonlib.tooling.environment import MINIMUM
from lessonlib.tooling.paths import ROOT

OK, WARNING, ERROR = "[ OK ]", "[AVISO]", "[ERRO]"
_WIDTH = max(len(label) for label in (OK, WARNING, ERROR))
_ROOM_TO_INSTALL, _ROOM_TO_WORK = 8.0, 1.0  # GB: PyTorch with CUDA and its download; notebooks and pictures
_INSTALL = "rode python course.py lab"


class Line(NamedTuple):
    """One line of the report: its label, what was found and, where something is wrong, the remedy."""

    label: str
    text: str
    remedy: str = ""

    def __str__(self):
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{self.label:<{_WIDTH}} {self.text}{remedy}"


def main(arguments):
    """Print the report; return 1 if anything in it is an error."""
    lines = report()
    for line in lines:
        say(str(line))
    errors = sum(line.label == ERROR for line in lines)
    if errors:
        say(f"\n{errors} problema(s). O remédio está depois da seta, em cada linha {ERROR}.")
    else:
        say("\nTudo pronto. Para começar: python course.py lab")
    return 1 if errors else 0


def report(gpu=True):
    """Return the whole report as a list of `Line`.

    Parameters
    ----------
    gpu : bool
        Look for a GPU too, which loads PyTorch and takes some seconds.
    """
    packages = check_packages()
    complete = all(line.label == OK for line in packages)
    lines = [check_python(), *packages, *check_data(), check_writing(), check_disk(complete)]
    return [*lines, check_gpu()] if gpu else lines


def check_python(version=None):
    """Check the interpreter's version, given as in ``sys.version_info``."""
    version = tuple(version or sys.version_info[:3])
    text = f"Python {'.'.join(map(str, version))} ({platform.machine()}) em {sys.prefix}"
    if version < MINIMUM:
        return Line(ERROR, text, "instale o Python 3.11 ou mais novo e apague a pasta .venv")
    if sys.maxsize < 2**32:
        return Line(ERROR, text, "instale um Python de 64 bits: o PyTorch não existe para 32 bits")
    return Line(OK, text)


def check_packages(inspected=None):
    """Check every package of pyproject.toml against its range."""
    try:
        from lessonlib.tooling import requirements
    except CourseError:  # no pip: the system's Python on Debian, before there is an environment
        return [Line(ERROR, "o ambiente do curso ainda não existe", _INSTALL)]
    lines = []
    for requirement, version in inspected or requirements.inspect():
        item = requirements.Installed(requirement, version)
        wanted = f"{requirement.name}{requirement.specifier}"
        if item.ok:
            lines.append(Line(OK, f"{requirement.name} {version}"))
        elif version is None:
            lines.append(Line(ERROR, f"{requirement.name} não está instalado", _INSTALL))
        else:
            lines.append(Line(ERROR, f"{requirement.name} {version}: o curso pede {wanted}", _INSTALL))
    return lines


def check_data():
    """Check the files in data/ by their sha256."""
    try:
        from lessonlib import datasets

        results = datasets.verify()
    except ImportError as error:
        return [Line(WARNING, f"dados não conferidos: {error}", "instale antes os pacotes que faltam")]
    return [  # the message of a bad file has its remedy
        Line(OK, f"dados: {name}") if good else Line(ERROR, f"dados: {name}: {message}")
        for name, good, message in results
    ]


def check_writing(folder=ROOT / "notebooks"):
    """Check that the student's work can be saved where the lessons are."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Line(OK, f"gravação em {folder}")
    except OSError as error:
        remedy = "mova o curso para uma pasta sua, como Documentos"
        return Line(ERROR, f"não consigo gravar em {folder} ({error.strerror})", remedy)


def check_disk(complete, free=None):
    """Check the free space, in GB; ``complete`` tells that the packages are installed already."""
    free = shutil.disk_usage(ROOT).free / 1e9 if free is None else free
    text = f"{free:.1f} GB livres no disco".replace(".", ",")
    if free < _ROOM_TO_WORK:
        return Line(ERROR, text, "libere espaço: JupyterLab e notebooks precisam de 1 GB")
    if not complete and free < _ROOM_TO_INSTALL:
        return Line(WARNING, text, "a instalação com o PyTorch pode precisar de 8 GB")
    return Line(OK, text)


def check_gpu():
    """Tell where the networks will run; every lesson also runs without a GPU."""
    try:
        import torch
        import torchvision  # noqa: F401  (a torchvision made for another torch fails right here)
    except Exception as error:  # ImportError, OSError on a library, RuntimeError on a missing operator
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = "reinstale os dois juntos: pip install --force-reinstall torch torchvision"
        return Line(ERROR, f"o PyTorch não carrega: {reason}", remedy)
    if torch.cuda.is_available():
        return Line(OK, f"GPU: {torch.cuda.get_device_name(0)} (CUDA)")
    if torch.backends.mps.is_available():
        return Line(OK, "GPU: Apple (MPS)")
    return Line(OK, f"GPU: nenhuma; as redes usam o processador ({os.cpu_count()} núcleos), que basta")
