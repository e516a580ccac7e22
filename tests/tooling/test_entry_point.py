"""course.py from the outside: old Pythons, odd terminals, help, unknown names."""

import ast
import os
import subprocess
import sys

import pytest

from lessonlib.tooling import cli
from lessonlib.tooling.paths import ROOT

COURSE = ROOT / "course.py"


def course(*arguments, **env):
    return subprocess.run(
        [sys.executable, COURSE, *arguments], capture_output=True, env={**os.environ, **env}, timeout=120
    )


def test_an_old_python_can_read_it_and_gets_one_sentence():
    ast.parse(COURSE.read_text(encoding="ascii"), feature_version=(3, 6))
    script = (
        "import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", script, COURSE], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Este curso precisa do Python 3.11 ou mais novo; este é o Python 3.8")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii", "utf-8"])
def test_no_terminal_encoding_stops_it(encoding):
    done = course("help", PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert "opções do pytest" in done.stdout.decode()


def test_help_names_every_command():
    text = course("--help").stdout.decode()
    assert all(f"\n  {name} " in text or f"\n  {name}  " in text for name in cli.COMMANDS)


def test_without_arguments_it_shows_the_help_and_fails():
    done = course()
    assert done.returncode == 2
    assert "python course.py COMANDO" in done.stdout.decode()


def test_an_unknown_command_is_named():
    done = course("lba")
    assert done.returncode == 2
    assert "“lba”" in done.stderr.decode()


def test_an_unknown_lesson_lists_those_there_are(monkeypatch, capsys):
    monkeypatch.setattr("lessonlib.tooling.install.set_up", lambda extras: None)
    monkeypatch.setattr("lessonlib.tooling.environment.find_python", lambda create: sys.executable)
    assert cli.main(["lab", "77"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("Erro: Não há uma aula “77”. As aulas são: ")
    assert "Traceback" not in error


def test_ctrl_c_ends_with_one_sentence(monkeypatch, capsys):
    def interrupted(extras):
        raise KeyboardInterrupt

    monkeypatch.setattr("lessonlib.tooling.install.set_up", interrupted)
    monkeypatch.setattr("lessonlib.tooling.environment.find_python", lambda create: sys.executable)
    assert cli.main(["lab"]) == 130
    assert "Nada ficou pela metade" in capsys.readouterr().err


def without_pip(statements):
    hidden = "import sys; sys.modules['packaging'] = sys.modules['pip'] = None\n"
    return subprocess.run(
        [sys.executable, "-c", hidden + statements], capture_output=True, text=True, cwd=ROOT, timeout=60
    )


def test_a_system_python_without_pip_can_still_make_the_environment():
    """The Python of Debian and Ubuntu: only the one inside .venv needs pip."""
    done = without_pip(
        "from lessonlib.tooling import cli, environment\n"
        "environment.find_python = lambda create: '/elsewhere/python'\n"
        "cli._rerun = lambda python, arguments: print(python, *arguments) or 0\n"
        "sys.exit(cli.main(['lab', '03']))"
    )
    assert (done.returncode, done.stdout) == (0, "/elsewhere/python lab 03\n"), done.stderr


def test_an_environment_without_pip_is_explained():
    done = without_pip(
        "from lessonlib.tooling import cli, environment\n"
        "environment.find_python = lambda create: sys.executable\n"
        "sys.exit(cli.main(['lab', '03']))"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Erro: Este ambiente Python não tem o pip.")
    check = without_pip("from lessonlib.tooling import check; print(*check.check_packages())")
    assert check.stdout.startswith("[ERRO]  o ambiente do curso ainda não existe")


def test_before_anything_is_installed_the_standard_library_and_pip_are_enough():
    script = (
        "import sys; before = set(sys.modules); sys.modules['packaging'] = None\n"
        "from lessonlib.tooling import check, cli, environment, install\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["lessonlib", "packaging", "pip"]  # "packaging" is the None above
