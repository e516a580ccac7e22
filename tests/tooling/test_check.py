"""The report names each thing, its state and its remedy."""

import pytest

from lessonlib import datasets
from lessonlib.tooling import check
from lessonlib.tooling.check import ERROR, OK, WARNING
from lessonlib.tooling.requirements import Installed, Requirement


def test_here_everything_is_fine(capsys):
    assert [line for line in check.report(gpu=False) if line.label != OK] == []


def test_main_fails_and_counts_if_anything_is_wrong(monkeypatch, capsys):
    lines = [check.Line(OK, "a"), check.Line(ERROR, "b", "faça c"), check.Line(WARNING, "d")]
    monkeypatch.setattr(check, "report", lambda: lines)
    assert check.main([]) == 1
    output = capsys.readouterr().out
    assert "[ OK ]  a\n[ERRO]  b → faça c\n[AVISO] d\n" in output
    assert "1 problema(s)" in output


def test_a_warning_alone_is_no_failure(monkeypatch):
    monkeypatch.setattr(check, "report", lambda: [check.Line(WARNING, "d")])
    assert check.main([]) == 0


def test_python():
    assert check.check_python((3, 11, 0)).label == OK
    old = check.check_python((3, 10, 9))
    assert old.label == ERROR and "3.10.9" in old.text and "3.11" in old.remedy


def test_packages():
    numpy = Requirement("numpy>=2.0,<3")
    fine, old, missing = check.check_packages(
        [Installed(numpy, "2.4.6"), Installed(numpy, "1.26.4"), Installed(numpy, None)]
    )
    assert str(fine) == "[ OK ]  numpy 2.4.6"
    assert old.label == ERROR and "1.26.4" in old.text and ">=2.0" in old.text
    assert missing.label == ERROR and "não está instalado" in missing.text
    assert "course.py lab" in missing.remedy


def test_damaged_data_is_an_error_with_its_message(monkeypatch):
    monkeypatch.setattr(
        datasets, "verify", lambda: [("data/a.npz", True, "íntegro"), ("data/b.csv", False, "mudou")]
    )
    fine, bad = check.check_data()
    assert fine.label == OK
    assert str(bad) == "[ERRO]  dados: data/b.csv: mudou"


def test_data_that_cannot_be_checked_yet_is_a_warning(monkeypatch):
    def no_numpy():
        raise ImportError("No module named 'numpy'")

    monkeypatch.setattr(datasets, "verify", no_numpy)
    assert [line.label for line in check.check_data()] == [WARNING]


def test_writing(tmp_path):
    assert check.check_writing(tmp_path).label == OK
    refused = check.check_writing(tmp_path / "gone")
    assert refused.label == ERROR and "mova o curso" in refused.remedy
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("complete", "free", "label"), [(True, 0.5, ERROR), (True, 2, OK), (False, 2, WARNING), (False, 50, OK)]
)
def test_disk(complete, free, label):
    assert check.check_disk(complete, free).label == label


def test_a_torch_that_does_not_load_is_an_error(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    line = check.check_gpu()
    assert line.label == ERROR and "PyTorch não carrega" in line.text
