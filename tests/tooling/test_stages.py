"""course.py test: every stage runs, failures add up, and the closing line counts them."""

import os

from lessonlib.tooling import lint, stages
from lessonlib.tooling.stages import Counts, Outcome


def test_every_stage_runs_and_one_failure_is_enough(capsys):
    ran = []

    def stage(name, outcome):
        def run():
            ran.append(name)
            return outcome

        return run

    code = stages.run_stages(
        {
            "estilo": stage("estilo", Outcome(1)),
            "unidades": stage("unidades", Outcome(1, Counts(10, 2, 1))),
            "notebooks": stage("notebooks", Outcome(0, Counts(5, 0, 0))),
        }
    )
    assert code == 1
    assert ran == ["estilo", "unidades", "notebooks"]
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "15 passed, 3 failed, 1 skipped"
    assert lines[-2] == "Falhou: estilo, unidades"
    assert sum(" s  passou" in line for line in lines) == 1


def test_all_green(capsys):
    assert stages.run_stages({"unidades": lambda: Outcome(0, Counts(3, 0, 1))}) == 0
    assert capsys.readouterr().out.endswith("Tudo passou.\n3 passed, 0 failed, 1 skipped\n")


def test_pytest_is_run_and_counted(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "import pytest\ndef test_a(): pass\ndef test_b(): assert 0\ndef test_c(): pytest.skip('x')\n"
        "@pytest.fixture\ndef broken(): 1 / 0\ndef test_d(broken): pass\n"
    )
    outcome = stages.pytest(["-p", "no:cacheprovider", "test_some.py"], dict(os.environ), cwd=tmp_path)
    assert outcome == Outcome(1, Counts(passed=1, failed=2, skipped=1))


def test_a_pytest_that_cannot_start_is_a_failure(tmp_path):
    outcome = stages.pytest(["--no-such-option"], dict(os.environ), cwd=tmp_path)
    assert outcome.code != 0 and outcome.counts == Counts()


def test_options_go_to_one_pytest(monkeypatch):
    seen = []
    monkeypatch.setattr(stages, "pytest", lambda options, env: seen.append(options) or Outcome(5))
    assert stages.main(["-k", "sobel"]) == 5
    assert seen == [["-k", "sobel"]]


def test_the_network_is_closed_for_children_too(monkeypatch):
    env = stages.offline({"PYTHONPATH": "mine"})
    assert env["PYTHONPATH"].split(os.pathsep) == [str(stages.BLOCKER), "mine"]
    assert (stages.BLOCKER / "sitecustomize.py").exists()


def test_the_code_cells_of_the_sources_are_linted(tmp_path, capfd):
    source = tmp_path / "03_x.md"
    cell = "```{code-cell} ipython3\nimport os\n\nprint(1)\n```\n"
    source.write_text("# Aula 03 · X\n\n" + cell, encoding="utf-8")
    assert lint.lint_lessons(tmp_path) == 1
    assert "03_x.ipynb" in capfd.readouterr().out.replace("\\", "/")
    source.write_text("# Aula 03 · X\n\n" + cell.replace("print(1)", "print(os.name)"), encoding="utf-8")
    assert lint.lint_lessons(tmp_path) == 0
