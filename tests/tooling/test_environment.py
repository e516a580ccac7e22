"""Which Python is used, and that .venv is made whole or made again."""

import sys
from pathlib import Path

import pytest

from lessonlib.tooling import environment
from lessonlib.tooling.console import CourseError


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """As if run by the system's Python, with no active environment and an empty course folder."""
    monkeypatch.setattr(environment, "OWN", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STATE", tmp_path / ".course")
    monkeypatch.setattr(environment.sys, "prefix", sys.base_prefix)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    return tmp_path


def fake_environment(folder, conda=None):
    """A folder that looks like an environment, with this very interpreter in it."""
    python = environment.python_of(folder)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    if conda is not None:
        (folder / "conda-meta").mkdir()
        for name in conda:
            (folder / "conda-meta" / f"{name}.json").write_text("{}")
    return python


def test_the_interpreter_of_a_venv_is_used_as_it_is(monkeypatch):
    monkeypatch.setattr(environment.sys, "prefix", "/some/venv")
    assert environment.find_python() == Path(sys.executable)


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_an_active_environment_is_used(outside, monkeypatch, variable):
    python = fake_environment(outside / "mine", conda=() if variable == "CONDA_PREFIX" else None)
    monkeypatch.setenv(variable, str(outside / "mine"))
    assert environment.find_python() == python
    assert not environment.OWN.exists()


def test_condas_own_base_is_not_used(outside, monkeypatch):
    fake_environment(outside / "base", conda=["conda-24.9.2-py312", "python-3.12.7"])
    monkeypatch.setenv("CONDA_PREFIX", str(outside / "base"))
    assert environment.activated() is None


def test_an_active_environment_with_an_old_python_is_not_used(outside, monkeypatch, capsys):
    fake_environment(outside / "old")
    monkeypatch.setenv("VIRTUAL_ENV", str(outside / "old"))
    monkeypatch.setattr(environment, "version_of", lambda python: (3, 9))
    assert environment.activated() is None
    assert "não tem um Python 3.11" in capsys.readouterr().out


def test_check_makes_nothing(outside):
    assert environment.find_python(create=False) == Path(sys.executable)
    assert list(outside.iterdir()) == []


def test_venv_is_made_once_and_made_again_after_an_interruption(outside, monkeypatch):
    real = environment.run

    def interrupted(command, **options):
        environment.OWN.mkdir()
        (environment.OWN / "half").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        environment.find_python()
    fake_environment(environment.OWN)  # it even looks complete

    runs = []

    def without_pip(command, **options):  # ensurepip takes seconds and is not what is tested
        runs.append(command)
        return real([*command, "--without-pip"], **options)

    monkeypatch.setattr(environment, "run", without_pip)
    python = environment.find_python()
    assert python == environment.python_of(environment.OWN)
    assert environment.version_of(python) == sys.version_info[:2]
    assert not (environment.OWN / "half").exists()
    assert environment.find_python() == python
    assert len(runs) == 1


def test_debian_without_venv_is_explained(outside, monkeypatch):
    def fails(command, heard, **options):
        heard.append(
            "The virtual environment was not created successfully because ensurepip is not available."
        )
        return 1

    monkeypatch.setattr(environment, "run", fails)
    with pytest.raises(CourseError, match="sudo apt install python3-venv"):
        environment.find_python()


def test_a_folder_without_permission_is_explained(outside, monkeypatch):
    def refused(command, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(environment, "run", refused)
    with pytest.raises(CourseError, match="Sem permissão"):
        environment.find_python()


def test_a_venv_whose_python_does_not_start_is_explained(outside):
    python = environment.python_of(environment.OWN)
    python.parent.mkdir(parents=True)
    python.write_text("not a program")
    with pytest.raises(CourseError, match="Apague essa pasta"):
        environment.find_python()


def test_a_venv_whose_base_python_is_gone_is_made_again(outside, monkeypatch):
    python = environment.python_of(environment.OWN)
    python.parent.mkdir(parents=True)
    python.symlink_to(outside / "python-that-was-uninstalled")
    made = []
    monkeypatch.setattr(environment, "create_own", lambda: made.append(1))
    monkeypatch.setattr(environment, "version_of", lambda python: (3, 12))
    environment.find_python()
    assert made
