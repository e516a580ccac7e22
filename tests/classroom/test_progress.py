"""Progress: what passed is remembered, nothing is lost, and nothing of it ever stops a lesson."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

from lessonlib.classroom import exercises, progress, progress_file, quiz
from lessonlib.classroom.course_map import lessons
from lessonlib.classroom.progress_file import load, location, record_answer, record_exercise, reset
from lessonlib.tooling.console import kernel_environment
from lessonlib.tooling.paths import ROOT


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A student's file, not there yet."""
    path = tmp_path / "folder" / "progress.json"
    monkeypatch.setenv("LESSONLIB_PROGRESS", str(path))
    monkeypatch.setattr(progress_file, "_said", set())
    return path


@pytest.fixture
def shown(monkeypatch):
    """Collect the MIME bundles that are displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def solution_of(identifier):
    exercise = exercises.find(identifier)
    namespace = {}
    exec("import numpy as np\n" + exercise.solution, namespace)
    return namespace[exercise.name]


def test_only_what_passes_is_remembered(file):
    exercises.check("0.1", lambda image: image.size)
    exercises.check("0.2", lambda image: None)
    assert load() == {"exercises": {}, "quizzes": {}} and not file.exists()
    exercises.check("0.1", solution_of("0.1"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", load()["exercises"]["0.1"])
    exercises.check("0.1", lambda image: image.size)  # a later failure does not take it back
    assert list(load()["exercises"]) == ["0.1"]


def test_the_day_is_that_of_the_first_success(file):
    file.parent.mkdir()
    file.write_text('{"exercises": {"0.1": "2026-01-02"}, "quizzes": {}}', encoding="utf-8")
    record_exercise("0.1")
    record_exercise("0.2")
    assert load()["exercises"]["0.1"] == "2026-01-02" < load()["exercises"]["0.2"]


def test_grading_does_not_touch_it(file):
    assert exercises.grade("0.1", solution_of("0.1")).passed
    assert not file.exists()


def test_the_first_answer_to_a_question_is_the_one_that_counts(file):
    for choose in (lambda option: not option.correct, lambda option: option.correct):
        view = quiz.show("03")  # the second time as if the kernel had been restarted
        card, options = view.cards[0], view.questions[0].options
        card.radio.value = next(place for place, option in enumerate(options) if choose(option))
        card.button.click()
    assert load()["quizzes"] == {"03": {"1": False}}


def test_a_quiz_of_no_lesson_is_not_remembered(file):
    view = quiz.Quiz(quiz.load("03"))
    view.cards[0].radio.value = 0
    view.cards[0].button.click()
    assert not file.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"a"',
        b"\xff\xfe\x00",
        b'{"exercises": {}}',
        b'{"exercises": [], "quizzes": {}}',
        b'{"exercises": {"0.1": 3}, "quizzes": {}}',
        b'{"exercises": {}, "quizzes": {"03": {"1": "yes"}}}',
        b'{"exercises": {}, "quizzes": {"03": []}}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_cannot_be_understood_is_put_aside_and_said_in_one_sentence(file, capsys, content):
    file.parent.mkdir()
    file.write_bytes(content)
    assert exercises.check("0.1", solution_of("0.1")).result.passed
    assert list(load()["exercises"]) == ["0.1"]
    (aside,) = file.parent.glob("progress-estragado-*.json")
    assert aside.read_bytes() == content
    said = capsys.readouterr().out.strip()
    assert aside.name in said and len(said.splitlines()) == 1 and said.endswith(".")


def test_looking_at_a_broken_file_does_not_fail_either(file, capsys, shown):
    file.parent.mkdir()
    file.write_text("{", encoding="utf-8")
    progress.show()
    assert "Seu progresso: 0 de" in shown[0]["text/plain"]
    assert "estragado" in capsys.readouterr().out


def test_where_nothing_can_be_written_a_check_works_and_says_so_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "a_file").write_text("", encoding="utf-8")
    monkeypatch.setenv("LESSONLIB_PROGRESS", str(tmp_path / "a_file" / "progress.json"))
    monkeypatch.setattr(progress_file, "_said", set())
    for identifier in ("0.1", "0.2"):
        assert exercises.check(identifier, solution_of(identifier)).result.passed
    said = capsys.readouterr().out.strip().splitlines()
    assert len(said) == 1 and said[0].startswith("O seu progresso não pôde ser guardado (")
    assert load() == {"exercises": {}, "quizzes": {}}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("no home")])
def test_a_write_that_fails_leaves_the_old_file_whole(file, monkeypatch, capsys, error):
    record_exercise("0.1")
    before = file.read_bytes()

    def fail(*paths):
        raise error

    monkeypatch.setattr(os, "replace", fail)
    record_exercise("0.2")
    assert file.read_bytes() == before
    assert "não pôde ser guardado" in capsys.readouterr().out
    assert not list(file.parent.glob("*.tmp"))


WRITER = """
import sys, time
from lessonlib.classroom.progress_file import record_answer, record_exercise
while time.time() < float(sys.argv[2]):
    pass
for number in range(25):
    record_exercise(f"{sys.argv[1]}.{number}")
    record_answer("03", int(sys.argv[1]) * 100 + number, True)
"""


def test_kernels_that_write_at_once_lose_nothing(file):
    start = str(time.time() + 1.0)
    command = [sys.executable, "-c", WRITER]
    writers = [subprocess.Popen([*command, str(k), start], cwd=ROOT) for k in range(4)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 4
    known = load()
    assert set(known["exercises"]) == {f"{k}.{number}" for k in range(4) for number in range(25)}
    assert len(known["quizzes"]["03"]) == 100
    assert not list(file.parent.glob("*.tmp"))


def test_a_kernel_killed_while_it_writes_does_not_block_the_others(file):
    hold = (
        "import sys\nfrom pathlib import Path\nfrom lessonlib.classroom import progress_file\n"
        "with progress_file._locked(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()\n"
    )
    record_exercise("0.1")
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(file)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline().strip() == b"held"
    with file.with_name(f".{file.name}.lock").open("a+b") as lock:
        assert not progress_file._try_lock(lock)
        child.kill()
        child.communicate()
        assert progress_file._try_lock(lock)


def test_starting_again_keeps_the_old_file_under_another_name(file, capsys):
    reset()
    assert "Não havia nada guardado." in capsys.readouterr().out
    record_exercise("0.1")
    before = file.read_bytes()
    reset()
    (aside,) = file.parent.glob("progress-antes-*.json")
    assert aside.read_bytes() == before and aside.name in capsys.readouterr().out
    assert load() == {"exercises": {}, "quizzes": {}}


# ---- where, and when not --------------------------------------------------------------------------------


@pytest.mark.parametrize("off", ["off", "OFF", " off ", "0"])
def test_it_can_be_switched_off(monkeypatch, off):
    monkeypatch.setenv("LESSONLIB_PROGRESS", off)
    assert location() is None
    record_exercise("0.1")
    assert load() == {"exercises": {}, "quizzes": {}}


def test_builds_and_tests_never_read_or_write_it(monkeypatch):
    monkeypatch.delenv("LESSONLIB_PROGRESS", raising=False)
    assert location() is None  # this very test, and every kernel that nbval starts
    assert kernel_environment()["LESSONLIB_PROGRESS"] == "off"


def test_each_copy_of_the_course_has_a_file_in_the_users_data_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("LESSONLIB_PROGRESS", raising=False)
    monkeypatch.delenv("PYTEST_VERSION")
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *names, **options: str(tmp_path))
    first = location()
    assert first == location() and first.parent == tmp_path and first.name.isascii()
    monkeypatch.setattr(progress_file, "COURSE", tmp_path / "other copy")
    assert location() != first and location().parent == tmp_path


def test_the_file_holds_nothing_but_progress(file):
    record_exercise("0.1")
    record_answer("03", 2, True)
    data = json.loads(file.read_text(encoding="utf-8"))
    day = data["exercises"]["0.1"]
    assert data == {"exercises": {"0.1": day}, "quizzes": {"03": {"2": True}}}


# ---- the view -------------------------------------------------------------------------------------------


def test_identifiers_are_those_of_the_exercises():
    known = [exercise.id for exercise in exercises.all_exercises()]
    assert [name for lesson in lessons() for name in progress.identifiers(lesson.number)] == known


def test_the_table_counts_links_and_can_be_read_without_seeing_it(file, shown):
    for identifier in progress.identifiers("00") + ("3.2", "3.4", "99.9"):
        record_exercise(identifier)
    record_answer("03", 1, True)
    record_answer("03", 2, False)
    progress.show()
    markup, text = shown[0]["text/html"], shown[0]["text/plain"]
    total = sum(len(progress.identifiers(lesson.number)) for lesson in lessons())
    assert f"Seu progresso: 5 de {total} exercícios" in text and "<caption>Seu progresso: 5 de" in markup
    rows = {row[:2]: row for row in re.findall(r'scope="row"[^>]*>(?:<a [^>]*>)?(\d\d .*?)</tr>', markup)}
    assert "3 de 3" in rows["00"] and "todos" in rows["00"]
    assert "2 de 5" in rows["03"] and "3.2, 3.4" in rows["03"]
    assert f"1 de {len(quiz.load('03'))} (2 respondidas)" in rows["03"]
    assert 'href="03_correlacao.ipynb#cell-id=exercicios"' in markup
    assert markup.count("aria-hidden") == len(rows) == markup.count('scope="row"')


def test_what_is_stored_is_what_a_new_student_sees(monkeypatch, shown):
    monkeypatch.setenv("LESSONLIB_PROGRESS", "off")
    progress.show()
    assert "Seu progresso: 0 de" in shown[0]["text/plain"]
