"""Grading in parts: who handed in what, what the tables say, what a run remembers, what the cage holds."""

import csv
import importlib.util
import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lessonlib.tooling import cli, grade
from lessonlib.tooling.console import CourseError
from lessonlib.tooling.grading import desk, marking
from lessonlib.tooling.grading.desk import Limits, clean_environment
from lessonlib.tooling.grading.peer import Gone, Peer
from lessonlib.tooling.grading.results import Results, digest_of, read_journal
from lessonlib.tooling.grading.submissions import Submission, find_submissions
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, find_lesson, list_lessons

_SPEC = importlib.util.spec_from_file_location("submissions", Path(__file__).with_name("submissions.py"))
submissions = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(submissions)

LESSONS = [path.stem for path in list_lessons(NOTEBOOKS, ".ipynb")]


# --- whose notebook, which lesson -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "student", "lesson"),
    [
        ("Ana Souza/03_correlacao.ipynb", "Ana Souza", "03"),
        ("José Conceição/fundo/03_correlacao-Copy1.ipynb", "José Conceição", "03"),
        ("Ana Souza - 03_correlacao.ipynb", "Ana Souza", "03"),
        ("03_correlacao_ana_souza.ipynb", "ana_souza", "03"),
        ("03_correlacao (1).ipynb", "turma", "03"),
        ("Ana Souza_12345_assignsubmission_file_/03_correlacao.ipynb", "Ana Souza", "03"),
        ("Ana Souza_12345_assignsubmission_file_03_correlacao.ipynb", "Ana Souza", "03"),
        ("ana/minha aula 03.ipynb", "ana", "03"),
        ("ana/lista.ipynb", "ana", None),
        ("=cmd/03_correlacao.ipynb", "=cmd", "03"),
    ],
)
def test_student_and_lesson_come_from_the_path(tmp_path, path, student, lesson):
    submissions.write({"cells": []}, tmp_path / "turma" / path)
    (found,) = find_submissions(tmp_path / "turma", LESSONS)
    assert (found.student, found.lesson, found.label) == (student, lesson, path)


def test_nameless_notebook_tells_its_lesson_by_its_checks(tmp_path):
    submissions.write(submissions.solved("03"), tmp_path / "ana" / "entrega.ipynb")
    (found,) = find_submissions(tmp_path, LESSONS)
    assert found.lesson == "03"


def test_rubbish_and_links_to_elsewhere_are_left_out(tmp_path):
    secret = tmp_path / "secreto.ipynb"
    submissions.write({"cells": []}, secret)
    for rubbish in (".ipynb_checkpoints/03_correlacao-checkpoint.ipynb", "__MACOSX/._03_correlacao.ipynb"):
        submissions.write("", tmp_path / "turma" / "ana" / rubbish)
    try:
        (tmp_path / "turma" / "ana" / "03_correlacao.ipynb").symlink_to(secret)
    except OSError:
        pass  # Windows without the right to make links
    assert find_submissions(tmp_path / "turma", LESSONS) == []


# --- the tables -------------------------------------------------------------------------------------------


def report(**changes):
    mark = marking.Mark("3.1", "failed", "my_pearson([1, 2], [3, 4])", "Errou.", 0.125)
    return marking.Report(**{"marks": [mark], "troubles": [], "isolation": "sistema", **changes})


def read_table(path, separator=";"):
    return list(
        csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=separator)
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r@", " =", "＝"])
def test_no_cell_is_a_formula(tmp_path, start):
    evil = start + 'HYPERLINK("http://x";"y")'
    results = Results(tmp_path / "notas.csv", {"seed": 1})
    results.resume()
    mark = marking.Mark("3.1", "failed", evil, evil, 0.0)
    submission = Submission(tmp_path / "a.ipynb", evil, "03", evil)
    results.add(submission, "0", report(marks=[mark], troubles=[evil]))
    results.write_tables()
    for path in (results.out, results.troubles_out):
        for row in read_table(path)[1:]:
            assert all(cell.lstrip()[:1] not in "=+-@＝" or not cell for cell in row), row
            assert not any(c in cell for cell in row for c in "\t\r\n")


@pytest.mark.parametrize(("separator", "minutes"), [(";", "0,12"), (",", "0.12")])
def test_numbers_follow_the_separator(tmp_path, separator, minutes):
    results = Results(tmp_path / "notas.csv", {"seed": 1}, separator)
    results.resume()
    results.add(Submission(tmp_path / "a", 'João; "Zé", o 1º', "03", "a"), "0", report())
    results.write_tables()
    _, row = read_table(results.out, separator)
    assert row[:5] == ['João; "Zé", o 1º', "Ex. 3.1", "não", "my_pearson([1, 2], [3, 4])", minutes]


def test_name_that_is_no_text_is_still_written(tmp_path):
    results = Results(tmp_path / "notas.csv", {"seed": 1})
    results.resume()
    results.add(Submission(tmp_path / "a", "Jos\udce9", "03", "Jos\udce9/a"), "0", report())
    results.write_tables()
    assert read_table(results.out)[1][0] == "Jos?"


# --- what a run remembers ---------------------------------------------------------------------------------


def test_interrupted_run_keeps_what_was_marked(tmp_path):
    first = Results(tmp_path / "notas.csv", {"seed": 5})
    first.resume()
    done = Submission(tmp_path / "a", "Ana", "03", "Ana/a")
    first.add(done, "abc", report())
    with open(first.journal, "ab") as file:  # the power went while the second line was written
        file.write(b'{"label": "Bia/a", "stu')
    second = Results(tmp_path / "notas.csv", {"seed": 5})
    second.resume()
    assert second.has(done, "abc") and not second.has(done, "changed since")
    assert second.rows() == first.rows()
    third = Results(tmp_path / "notas.csv", {"seed": 6})  # other seeds: the old marks say nothing
    third.resume()
    assert not third.done and read_journal(third.journal) == ({"seed": 6}, [])


def test_line_after_a_cut_one_is_not_lost(tmp_path):
    results = Results(tmp_path / "notas.csv", {"seed": 5})
    results.resume()
    with open(results.journal, "ab") as file:
        file.write(b'{"label": "Bia/a", "stu')
    again = Results(tmp_path / "notas.csv", {"seed": 5})
    again.resume()
    again.add(Submission(tmp_path / "a", "Ana", "03", "Ana/a"), "abc", report())
    assert [line["label"] for line in read_journal(results.journal)[1]] == ["Ana/a"]


def test_seed_is_kept_until_a_restart(tmp_path):
    options = grade.Options(tmp_path, tmp_path / "notas.csv")
    run = grade._run_of(options)
    Results(options.out, run).resume()
    assert grade._run_of(options) == run
    assert grade._run_of(grade.replace(options, restart=True))["seeds"] != run["seeds"]
    asked = [grade._run_of(grade.replace(options, seed=3))["seeds"] for _ in range(2)]
    assert asked[0] == asked[1] != run["seeds"]


def test_table_open_in_excel_is_one_sentence(tmp_path, monkeypatch):
    results = Results(tmp_path / "notas.csv", {"seed": 1})
    results.resume()

    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("lessonlib.tooling.grading.results.os.replace", refuse)
    with pytest.raises(CourseError, match="aberta no Excel"):
        grade._write_tables(results, [])
    assert not list(tmp_path.glob(".*.tmp"))


# --- the command line -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (["não existe"], "Não há uma pasta"),
        (["--jobs", "2"], "Não há uma pasta"),
        (["{folder}"], "Nenhum notebook"),
        (["{folder}", "--jobs", "0"], "número inteiro a partir de 1"),
        (["{folder}", "--seed", "x"], "recebeu “x”"),
        (["{folder}", "--minutes"], "Falta o valor"),
        (["{folder}", "--rapido"], "Não entendi"),
        (["{folder}", "outra"], "Não entendi"),
        (["{folder}", "--separator", "|"], "aceita ; ou ,"),
        (["{folder}", "--memory-gb", "nan"], "recebeu “nan”"),
    ],
)
def test_wrong_command_is_one_clear_sentence(tmp_path, words, fragment):
    with pytest.raises(CourseError, match=fragment):
        grade.main([word.replace("{folder}", str(tmp_path)) for word in words])


def test_command_is_listed():
    assert "grade PASTA" in cli.help_text()
    assert grade.main([]) == 2 and grade.main(["--help"]) == 0


def test_folder_that_holds_the_course_is_refused(tmp_path):
    folder = ROOT.parent
    with pytest.raises(CourseError, match="contém|Nenhum notebook"):
        grade.grade(grade.Options(folder, tmp_path / "notas.csv"), progress=False)


# --- marking ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def marker():
    made = marking.Marker([3, 4], Limits(seconds=20))
    yield made
    made.close()


def mark(marker, tmp_path, notebook, lesson="00"):
    path = tmp_path / f"{lesson}_x.ipynb"
    submissions.write(notebook, path)
    found = marker.mark(Submission(path, "ana", lesson, path.name))
    return {m.exercise: m for m in found.marks}, found


@pytest.mark.parametrize(("lesson", "count"), [("00", 3), ("02", 6)])
def test_untouched_lesson_is_not_started(marker, lesson, count):
    path = find_lesson(NOTEBOOKS, lesson, ".ipynb")  # lesson 00 has a wrong function of the same name too
    found = marker.mark(Submission(path, "ana", lesson, path.name))
    assert [m.status for m in found.marks] == ["not_started"] * count
    assert found.troubles == []


def test_only_what_a_function_needs_is_run(marker, tmp_path):
    cell = (
        "SIDE = {}\nSIDE['rows'] = 0\n%time SIDE['columns'] = 1\n"
        "def rows(image):\n    return image.shape[SIDE['rows']]\n\n"
        "def count_pixels(image):\n    return rows(image) * image.shape[SIDE['columns']]\n"
        'exercises.check("0.1", count_pixels)'
    )
    slow = "import time\ntime.sleep(1000)\nraise RuntimeError"
    marks, found = mark(marker, tmp_path, submissions.solved("00", {"0.1": cell}, extra=[slow]))
    assert [m.status for m in marks.values()] == ["passed"] * 3 and not found.troubles


def test_whole_notebook_runs_where_a_name_is_missing(marker, tmp_path):
    hidden = (
        "exec('ROWS = 0')\nimport ipywidgets, matplotlib.pyplot as plt\nplt.plot([1])\nipywidgets.IntSlider()"
    )
    cell = (
        "%%time\ndef count_pixels(image):\n    return image.shape[ROWS] * image.shape[1]\n"
        'exercises.check("0.1", count_pixels)'
    )
    notebook = submissions.solved("00", {"0.1": cell}, extra=[hidden])
    keep = [c for c in notebook["cells"] if "".join(c["source"]).startswith(("exec", "%%", "def ", "from"))]
    marks, _ = mark(marker, tmp_path, {**notebook, "cells": keep})
    assert marks["0.1"].status == "passed", marks["0.1"]


def test_function_is_the_one_that_its_check_cell_has(marker, tmp_path):
    later = "def count_pixels(image):\n    return 'rascunho'\n\ndef helper(image):\n    return 0"
    earlier = "def helper(image):\n    return image.shape[0] * image.shape[1]"
    cell = "def count_pixels(image):\n    return helper(image)\n" + 'exercises.check("0.1", count_pixels)'
    notebook = submissions.solved("00", {"0.1": cell}, extra=[earlier])
    notebook["cells"].append(submissions.code_cell(later))
    marks, _ = mark(marker, tmp_path, notebook)
    assert marks["0.1"].status == "passed", marks["0.1"]


@pytest.mark.parametrize(
    ("cell", "status", "fragment"),
    [
        ('def count_pixels(image)\n    return 1\nexercises.check("0.1", count_pixels)', "failed", "sintaxe"),
        ('exercises.check("0.9", count_pixels)', "failed", "não é o esperado"),  # the wrong one shown above
        ('count_pixels = 3\nexercises.check("0.1", count_pixels)', "failed", "não é mais uma função"),
        (
            "def other(image):\n    return image[..., 0].size if image.ndim > 2 else image.size\n"
            'exercises.check("0.1", other)',
            "passed",
            "Certo",
        ),
        (
            'def count_pixels(image):\n    return missing\nexercises.check("0.1", count_pixels)',
            "failed",
            "NameError",
        ),
    ],
)
def test_odd_answer_cells(marker, tmp_path, cell, status, fragment):
    marks, _ = mark(marker, tmp_path, submissions.solved("00", {"0.1": cell}))
    assert marks["0.1"].status == status, marks["0.1"]
    assert fragment in marks["0.1"].message
    assert marks["0.2"].status == marks["0.3"].status == "passed"


def test_hidden_seeds_catch_answers_learnt_by_heart(marker, tmp_path):
    from lessonlib.classroom.grading import judge

    known = {tuple(image.shape): answer for (image,), answer in judge.cases("0.1", 0)}  # the lesson's seed
    cell = (
        f"def count_pixels(image):\n    return {known}.get(image.shape, 0)\n"
        + 'exercises.check("0.1", count_pixels)'
    )
    marks, _ = mark(marker, tmp_path, submissions.solved("00", {"0.1": cell}))
    assert marks["0.1"].status == "failed" and marks["0.1"].failing_input.startswith("count_pixels(")


def test_unknown_lesson_is_a_trouble(marker, tmp_path):
    found = marker.mark(Submission(tmp_path / "x.ipynb", "ana", None, "x.ipynb"))
    assert "de que aula" in found.troubles[0]
    assert "99" in marker.mark(Submission(tmp_path / "x.ipynb", "ana", "99", "x.ipynb")).troubles[0]


def test_time_of_the_notebook_runs_out(tmp_path):
    cell = (
        "def count_pixels(image):\n    while True:\n        pass\n" + 'exercises.check("0.1", count_pixels)'
    )
    path = tmp_path / "00_x.ipynb"
    submissions.write(submissions.solved("00", {"0.1": cell}), path)
    short = marking.Marker([3], Limits(minutes=0.04))
    try:
        found = short.mark(Submission(path, "ana", "00", path.name))
    finally:
        short.close()
    assert [m.status for m in found.marks] == ["stopped"] * 3 and found.troubles


# --- the cage ---------------------------------------------------------------------------------------------

CAGED = """
import os, socket, sys
from pathlib import Path
from lessonlib.classroom.grading import cage
os.makedirs(sys.argv[1], exist_ok=True)
cage.enter_namespaces(Path(sys.argv[1]), [Path(sys.argv[2])])
def attempt(action):
    try:
        action(); return "done"
    except OSError as error:
        return type(error).__name__
answers = [attempt(lambda: open(sys.argv[1] + "/mine", "w").write("x"))]
for place in (sys.argv[3] + "/x", sys.argv[2] + "/x", "/dev/shm/x"):
    answers.append(attempt(lambda: open(place, "w")))
answers.append(str(os.listdir(sys.argv[2])))
answers.append(attempt(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[4])), 2)))
answers.append(str("CapEff:\\t0000000000000000" in open("/proc/self/status").read()))
print(answers)
"""


def test_kernel_holds_the_process_without_python(tmp_path):
    if not desk.kernel_guards():
        pytest.skip("this system has no user namespaces, or forbids them")
    answers = tmp_path / "respostas"
    answers.mkdir()
    (answers / "secret.py").write_text("x", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        arguments = [tmp_path / "mine", answers, tmp_path, server.getsockname()[1]]
        done = subprocess.run(
            [sys.executable, "-c", CAGED, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=clean_environment(tmp_path),
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert eval(done.stdout) == ["done", "OSError", "OSError", "OSError", "[]", "OSError", "True"]
    assert (tmp_path / "mine" / "mine").read_text(encoding="utf-8") == "x"


GUARDED = """
import os, socket, sys
from pathlib import Path
from lessonlib.classroom.grading import cage
isolation, attempts = cage.close(Path(sys.argv[1]), [Path(sys.argv[2])], 2**31, 60, isolate=False)
def attempt(action):
    try:
        action(); return "done"
    except PermissionError as error:
        return type(error).__name__
answers = [isolation, attempt(lambda: open(sys.argv[1] + "/mine", "w").close())]
answers += [attempt(action) for action in (
    lambda: open(sys.argv[3] + "/x", "w"), lambda: open(sys.argv[2] + "/secret.py"),
    lambda: os.rename(sys.argv[1] + "/mine", sys.argv[3] + "/stolen"), lambda: os.system("true"),
    lambda: socket.getaddrinfo("example.org", 80), lambda: os.symlink(sys.argv[2], sys.argv[1] + "/link"),
    lambda: os.open(sys.argv[3] + "/x", os.O_CREAT | os.O_WRONLY))]
print(answers + [len(attempts)])
"""


def test_audit_hook_holds_where_the_kernel_does_not(tmp_path):
    answers = tmp_path / "respostas"
    answers.mkdir()
    (answers / "secret.py").write_text("x", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, *map(str, (tmp_path / "mine", answers, tmp_path))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment(tmp_path),
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert eval(done.stdout) == ["python", "done", *["Forbidden"] * 7, 7]


def test_class_is_marked_and_warned_where_only_python_guards(tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "kernel_guards", lambda: False)
    cheat = submissions.BAD_CELLS["reads_the_solution"]
    for name, notebook in (
        ("ana", submissions.solved("00")),
        ("bia", submissions.solved("00", {"0.1": cheat})),
    ):
        submissions.write(notebook, tmp_path / name / "00_boas_vindas.ipynb")
    results = grade.grade(grade.Options(tmp_path, tmp_path / "notas.csv"), progress=False)
    assert [row[2] for row in results.rows()] == ["sim"] * 3 + ["não", "sim", "sim"]
    assert "só o Python vigiou" in grade.summary(results)


def test_notebooks_get_nothing_of_the_lecturers_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_SECRET_TOKEN", "x")
    env = clean_environment(tmp_path)
    assert "MY_SECRET_TOKEN" not in env and env["HOME"] == env["USERPROFILE"] == str(tmp_path)


def test_process_that_talks_nonsense_is_gone(tmp_path):
    (tmp_path / "nonsense.py").write_text("print('[' * 5000); input()", encoding="utf-8")
    peer = Peer("nonsense", folder=tmp_path, env=clean_environment(tmp_path))
    with pytest.raises(Gone, match="fora de hora"):
        peer.ask(30)
    assert peer.process.poll() is not None


def test_digest_of_a_lost_file_is_no_crash(tmp_path):
    assert digest_of(tmp_path / "none") == "ilegível"
    assert json.loads(json.dumps(marking.Report().as_dict()))["marks"] == []
