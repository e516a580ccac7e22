"""The measurement of a class: memory of a real process, and the page that repeats the numbers."""

import importlib.util
import json
import subprocess
import sys

import psutil
import pytest

from lessonlib.tooling.paths import ROOT, SOURCES, list_lessons

ALLOCATE = "import sys; block = b'x' * 200_000_000; print('ready', flush=True); sys.stdin.readline()"


@pytest.fixture(scope="module")
def class_load():
    spec = importlib.util.spec_from_file_location("class_load", ROOT / "benchmarks" / "class_load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_memory_of_a_process_that_holds_200_mb(class_load):
    with subprocess.Popen(
        [sys.executable, "-c", ALLOCATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            peak = class_load.Peak(child.pid)
            peak.start()
            assert child.stdout.readline() == "ready\n"
            now = class_load.memory_mb(child.pid)
            assert 200 < now <= psutil.Process(child.pid).memory_info().rss / 1e6 + 1
            while peak.mb < 200:  # the test's own time limit ends a watch that sees nothing
                pass
            assert peak.stop() <= now + 5
        finally:
            child.stdin.close()
            child.wait(timeout=20)
    assert class_load.memory_mb(child.pid) == 0


def test_the_page_repeats_the_measurements_of_every_lesson(class_load):
    result = json.loads(class_load.RESULT.read_text("utf-8"))
    assert [run["lesson"] for run in result["runs"]] == [path.stem for path in list_lessons(SOURCES, ".md")]
    assert all(0 < run["imports_mb"] <= run["peak_mb"] for run in result["runs"])
    text = class_load.PAGE.read_text("utf-8")
    assert class_load.page_with(result, text) == text
