"""Setting up: once, never half, and with a reason when it fails. pip is played by a small script."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from lessonlib.tooling import install, repair, requirements
from lessonlib.tooling.console import CourseError
from lessonlib.tooling.paths import ROOT


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """An environment of one's own that has nothing installed."""
    monkeypatch.setattr(install, "STATE", tmp_path / "state")
    monkeypatch.setattr(install, "LOG", tmp_path / "state" / "instalacao.log")
    monkeypatch.setattr(install, "stamp_path", lambda: tmp_path / "stamp.json")
    monkeypatch.setattr(install, "marker_path", lambda: tmp_path / "under-way")
    monkeypatch.setattr(install, "warm_up", lambda env: None)
    monkeypatch.setattr(repair, "site_packages", lambda: [])
    monkeypatch.setattr(requirements, "satisfied", lambda extras=(), exact=False: False)
    return tmp_path


def play_pip(monkeypatch, script, calls=None):
    def command(extras, constraints):
        if calls is not None:
            calls.append((tuple(extras), constraints.read_text()))
        return [sys.executable, "-c", script]

    monkeypatch.setattr(install, "pip_command", command)


def test_it_runs_pip_once_and_then_only_looks(prefix, monkeypatch, capsys):
    calls = []
    play_pip(monkeypatch, "pass", calls)
    install.set_up(["test"])
    assert len(calls) == 1
    assert json.loads((prefix / "stamp.json").read_text())["extras"] == ["test"]
    assert not (prefix / "under-way").exists()
    monkeypatch.setattr(requirements, "satisfied", lambda extras=(), exact=False: not exact)
    install.set_up(["test"])
    install.set_up([])  # less than what is there
    assert len(calls) == 1
    assert "Ambiente pronto" in capsys.readouterr().out


def test_more_extras_or_another_lock_bring_pip_back(prefix, monkeypatch, tmp_path):
    calls = []
    play_pip(monkeypatch, "pass", calls)
    install.set_up([])
    monkeypatch.setattr(requirements, "satisfied", lambda extras=(), exact=False: not extras and not exact)
    monkeypatch.setattr(install, "is_own", lambda: True)
    assert install.is_ready([])
    assert not install.is_ready(["test"])
    other = tmp_path / "requirements.lock"
    other.write_text("numpy==2.0.0\ntorch==2.6.0\ntorchvision==0.21.0\n")
    monkeypatch.setattr(requirements, "LOCK", other)
    assert not install.is_ready([])


def test_a_package_that_the_student_removed_is_missed(prefix, monkeypatch):
    play_pip(monkeypatch, "pass")
    install.set_up([])
    assert not install.is_ready([])  # the stamp holds, and satisfied() still says no


def test_an_environment_of_the_students_needs_only_the_ranges(prefix, monkeypatch):
    monkeypatch.setattr(requirements, "satisfied", lambda extras=(), exact=False: not exact)
    monkeypatch.setattr(install, "is_own", lambda: False)
    assert install.is_ready(["test"])
    assert (prefix / "stamp.json").exists()


def test_a_failure_says_why_shows_pips_words_and_leaves_no_stamp(prefix, monkeypatch, capfd):
    words = "ERROR: [Errno 28] No space left on device"
    play_pip(monkeypatch, f"import sys; print({words!r}, file=sys.stderr); sys.exit(1)")
    with pytest.raises(CourseError, match="O disco está cheio"):
        install.set_up([])
    assert words in capfd.readouterr().err
    assert not (prefix / "stamp.json").exists()
    assert (prefix / "under-way").exists()


def test_a_failure_says_where_pips_log_is(prefix, monkeypatch):
    log = install.LOG
    play_pip(monkeypatch, f"import sys; open({str(log)!r}, 'w').close(); sys.exit(1)")
    with pytest.raises(CourseError) as failure:
        install.set_up([])
    assert str(failure.value).endswith(f"Registro completo do pip: {log}")


def test_without_permission_there_is_a_sentence(prefix, monkeypatch):
    def refuse():
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(requirements, "write_constraints", lambda *args, **kwargs: refuse())
    with pytest.raises(CourseError, match="Sem permissão"):
        install.set_up([])


def test_an_interrupted_installation_is_redone(prefix, monkeypatch, capsys):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(install, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            install.set_up([])
    monkeypatch.setattr(requirements, "satisfied", lambda extras=(), exact=False: True)
    assert not install.is_ready([])  # even though every package seems to be there
    calls = []
    play_pip(monkeypatch, "pass", calls)
    install.set_up([])
    assert len(calls) == 1
    assert "parou no meio" in capsys.readouterr().out
    assert install.is_ready([])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_a_killed_installation_takes_pip_with_it(tmp_path):
    """A real kill: the child that stands for pip must not go on writing behind the student's back."""
    note = tmp_path / "pid"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    script = f"from lessonlib.tooling.console import run; run([{sys.executable!r}, '-c', {child!r}])"
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    parent.send_signal(signal.SIGTERM)
    assert b"KeyboardInterrupt" in parent.communicate(timeout=30)[1]
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_pips_command_is_for_this_interpreter_with_our_constraints():
    command = [str(part) for part in install.pip_command(["test"], "c.txt")]
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-4:] == ["--constraint", "c.txt", "--editable", ".[test]"]
    assert [str(part) for part in install.pip_command([], "c.txt")][-1] == "."
