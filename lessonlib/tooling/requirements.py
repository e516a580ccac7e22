"""What the course needs (pyproject.toml), what was proved (requirements.lock), what is installed."""

import json
import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from lessonlib.tooling.console import CourseError
from lessonlib.tooling.diagnosis import explain
from lessonlib.tooling.paths import ROOT

try:
    from packaging.requirements import Requirement
except ImportError:  # a fresh environment has only pip, which carries its own copy
    try:
        from pip._vendor.packaging.requirements import Requirement
    except ImportError as error:  # uv makes environments without pip
        raise CourseError(explain("No module named pip")) from error

PYPROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
# A torch that the student chose (CPU-only, another CUDA) is worth more than our exact version.
KEPT = ("torch", "torchvision")


class Installed(NamedTuple):
    """A requirement beside what the environment has: version is None where it is missing."""

    requirement: Requirement
    version: str | None

    @property
    def ok(self):
        if self.version is None:
            return False
        return self.requirement.specifier.contains(self.version, prereleases=True)


def canonical(name):
    """Return a distribution name in its one comparable form.

    >>> canonical("jupyterlab_Language.pack")
    'jupyterlab-language-pack'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def required(extras=(), pyproject=PYPROJECT):
    """Return the `Requirement` list of pyproject.toml, with the named extras."""
    project = tomllib.loads(Path(pyproject).read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def installed_version(name):
    """Return the version of a distribution in this environment, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def inspect(extras=()):
    """Compare every requirement with this environment; return a list of `Installed`."""
    return [Installed(requirement, installed_version(requirement.name)) for requirement in required(extras)]


def read_lock(lock=LOCK):
    """Return the exact versions of requirements.lock as a dict: canonical name → version."""
    pins = {}
    for line in Path(lock).read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line:
            name, version = line.split("==")
            pins[canonical(name)] = version
    return pins


def constraints(keep_installed=False, lock=LOCK):
    """Return the pip constraints for this environment, one a line.

    They are the lines of requirements.lock, but for what is already here and in range: torch and
    torchvision are pinned to the installed version, and so that the lock's versions do not fight
    with an older torch, the pins of torch's own dependencies are dropped.

    Parameters
    ----------
    keep_installed : bool
        Keep every installed package that is in range (for conda, whose packages pip must not replace).

    Returns
    -------
    list of str
    """
    pins = read_lock(lock)
    present = {canonical(item.requirement.name): item for item in inspect()}
    for name in KEPT:
        item = present.get(name)
        if item is None or not item.ok or item.version.split("+")[0] == pins.get(name):
            continue  # missing, to be replaced, or a build ("+cpu") of the very version of the lock
        pins[name] = item.version
        for line in metadata.requires(name) or ():
            dependency = canonical(Requirement(line).name)
            if dependency not in KEPT:
                pins.pop(dependency, None)
    # each torchvision fits one torch, so beside a torch of the student's pip must find which
    if pins["torch"] != read_lock(lock)["torch"] and present["torchvision"].version is None:
        pins.pop("torchvision", None)
    if keep_installed:
        pins = {name: pin for name, pin in pins.items() if name in KEPT or installed_version(name) is None}
    return [f"{name}=={version}" for name, version in sorted(pins.items())]


def is_editable_here():
    """Tell whether lessonlib is installed in this environment from this very folder."""
    # setuptools leaves an egg-info in the checkout too: look at every lessonlib that Python sees
    for distribution in metadata.distributions(name="lessonlib"):
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
        if origin.get("url") == ROOT.as_uri() and origin.get("dir_info", {}).get("editable"):
            return True
    return False


def satisfied(extras=(), exact=False):
    """Tell whether nothing needs installing: every package in range and lessonlib editable here.

    Parameters
    ----------
    exact : bool
        Ask for the lock's own versions too (torch and torchvision aside).
    """
    if not is_editable_here() or not all(item.ok for item in inspect(extras)):
        return False
    if not exact:
        return True
    pins = read_lock()
    return all(
        item.version == pins.get(canonical(item.requirement.name), item.version)
        for item in inspect(extras)
        if canonical(item.requirement.name) not in KEPT
    )


def write_constraints(path, keep_installed=False):
    """Write `constraints` to a file for ``pip install -c``."""
    lines = ["# made by course.py from requirements.lock", *constraints(keep_installed)]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
