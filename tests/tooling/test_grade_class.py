"""A whole class marked in one run: what misbehaves costs its author points, and nobody else."""

import csv
import importlib.util
import io
import json
import tempfile
from pathlib import Path

import psutil
import pytest

from lessonlib.tooling.grade import Options, grade
from lessonlib.tooling.grading import peer
from lessonlib.tooling.grading.desk import Limits

_SPEC = importlib.util.spec_from_file_location("submissions", Path(__file__).with_name("submissions.py"))
submissions = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(submissions)
BAD_CELLS, BAD_FILES = submissions.BAD_CELLS, submissions.BAD_FILES
GOOD = {"00": 14, "03": 3, "05": 2}  # lesson → how many good students


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("turma")
    evil = tmp_path_factory.mktemp("fora") / "evil"
    for name, source in BAD_CELLS.items():
        source = source.replace("EVIL", str(evil))
        submissions.write(
            submissions.solved("00", {"0.1": source}), folder / f"bad_{name}" / "00_boas_vindas.ipynb"
        )
    for name, text in BAD_FILES.items():
        submissions.write(text, folder / f"file_{name}" / "00_boas_vindas.ipynb")
    for lesson, count in GOOD.items():
        notebook = submissions.solved(lesson)
        for number in range(count):  # spread among the bad ones in the order of marking
            submissions.write(
                notebook, folder / f"{'aeiou'[number % 5]}_good_{lesson}_{number}" / f"{lesson}_x.ipynb"
            )
    options = Options(
        folder, folder / "notas.csv", seed=7, jobs=2, limits=Limits(seconds=2.0, memory=640 * 2**20)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peer, "MAX_FOLDER", 2**27)
        patch.setattr(peer, "MAX_FILES", 500)
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("tmp")))
        results = grade(options, progress=False)
        assert list(Path(tempfile.gettempdir()).iterdir()) == []  # every notebook's folder is gone
    return {"folder": folder, "evil": evil, "results": results}


def marks(graded, student):
    text = (graded["folder"] / "notas.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    return {row["exercício"]: row for row in rows if row["aluno"] == student}


def test_at_least_ten_of_fifty_misbehave():
    assert len(BAD_CELLS) + len(BAD_FILES) >= 10
    assert len(BAD_CELLS) + len(BAD_FILES) + sum(GOOD.values()) >= 50


def test_no_good_student_loses_a_point(graded):
    rows = [row for row in graded["results"].rows() if "_good_" in row[0]]
    assert len(rows) == sum(GOOD[lesson] * count for lesson, count in (("00", 3), ("03", 5), ("05", 6)))
    assert [row for row in rows if row[2] != "sim"] == []


@pytest.mark.parametrize("name", BAD_CELLS)
def test_misbehaviour_costs_its_exercise_and_no_other(graded, name):
    found = marks(graded, f"bad_{name}")
    assert found["Ex. 0.1"]["passou"] == "não", found["Ex. 0.1"]
    assert found["Ex. 0.1"]["mensagem"]
    if name != "patches_numpy":  # it broke the NumPy that its own other answers use
        assert [found[e]["passou"] for e in ("Ex. 0.2", "Ex. 0.3")] == ["sim", "sim"], found


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("hangs", "limite de 2 s"),
        ("sleeps", "limite de 2 s"),
        ("writes_outside", "escrever fora da sua pasta"),
        ("writes_outside_and_hides_it", "mudar algo fora da sua pasta"),
        ("exits_at_once", "derrubou o processo"),
        ("leaves_politely", "SystemExit"),
        ("forks", "outro processo"),
        ("starts_a_program", "outro processo"),
        ("spawns", "outro processo"),
        ("fills_the_disk", "encheu o disco"),
        ("makes_a_million_files", "encheu o disco"),
        ("prints_gigabytes", "imprimiu mais de"),
        ("imports_the_reference", "lessonlib.classroom.exercises"),
        ("reads_the_solution", "tentou ler as respostas"),
        ("uses_the_network", "usar a rede"),
        ("kills_the_grader", "encerrar outros processos"),
        ("answers_too_much", "grande demais"),
        ("changes_the_input", "alterou a entrada"),
        ("calls_the_system", "ctypes"),
        ("edits_the_check", "não"),
        ("redefines_exercises", "valor não é o esperado"),
        ("patches_the_grader", "valor não é o esperado"),
    ],
)
def test_message_names_the_reason(graded, name, reason):
    assert reason in marks(graded, f"bad_{name}")["Ex. 0.1"]["mensagem"]


def test_eating_memory_is_stopped(graded):
    message = marks(graded, "bad_eats_memory")["Ex. 0.1"]["mensagem"]
    assert "MemoryError" in message or "GB de memória" in message


def test_first_failing_input_is_written(graded):
    row = marks(graded, "bad_redefines_exercises")["Ex. 0.1"]
    assert row["primeira entrada que falha"].startswith("count_pixels([[4, 7, 6], [2, 0, 0], [7, 1, 1]])")
    assert marks(graded, "bad_hangs")["Ex. 0.1"]["primeira entrada que falha"].startswith("count_pixels(")
    assert marks(graded, "bad_hangs")["Ex. 0.2"]["primeira entrada que falha"] == ""


@pytest.mark.parametrize("name", BAD_FILES)
def test_unreadable_file_gets_no_point_and_one_sentence(graded, name):
    found = marks(graded, f"file_{name}")
    assert {e: row["passou"] for e, row in found.items()} == dict.fromkeys(
        ("Ex. 0.1", "Ex. 0.2", "Ex. 0.3"), "não"
    )
    troubles = [text for student, _, text in graded["results"].troubles() if student == f"file_{name}"]
    assert len(troubles) == 1 and "notebook" in troubles[0]


def test_nothing_was_written_outside_and_nothing_runs_on(graded):
    assert not graded["evil"].exists()
    lines = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
    assert [line for line in lines if "grading.pupil" in line and str(graded["folder"]) in line] == []
    assert sorted(path.name for path in graded["folder"].glob("*.*")) == [
        "notas.csv",
        "notas.jsonl",
        "notas_problemas.csv",
    ]


def test_table_opens_in_excel(graded):
    raw = (graded["folder"] / "notas.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw
    header = raw.decode("utf-8-sig").splitlines()[0].split(";")
    assert header[:5] == ["aluno", "exercício", "passou", "primeira entrada que falha", "minutos"]


def test_seeds_are_recorded_and_none_is_the_lessons(graded):
    first = json.loads((graded["folder"] / "notas.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["run"]["seed"] == 7
    assert len(set(first["run"]["seeds"])) == 3 and 0 not in first["run"]["seeds"]


def test_running_again_marks_nothing_again(graded, monkeypatch):
    monkeypatch.setattr("lessonlib.tooling.grade.Marker", None)  # calling it would fail
    again = grade(
        Options(
            graded["folder"], graded["folder"] / "notas.csv", limits=Limits(seconds=2.0, memory=640 * 2**20)
        ),
        progress=False,
    )
    assert again.rows() == graded["results"].rows()
