"""``course.py test``: everything that CI proves, stage by stage, each with what it cost."""

import os
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

from lessonlib.tooling.console import child_environment, kernel_environment, run, say, warm_up
from lessonlib.tooling.execute import CELL_TIMEOUT
from lessonlib.tooling.lint import lint_code, lint_lessons
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, list_lessons

BLOCKER = ROOT / "tests" / "notebooks" / "blocker"  # its sitecustomize.py closes the network
SANITIZE = ROOT / "tests" / "notebooks" / "sanitize.cfg"
WORKERS = ["-n", "2", "--dist", "loadfile"]  # a notebook is one kernel: its cells must not be split


class Counts(NamedTuple):
    """How many tests passed, failed (errors too) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Outcome(NamedTuple):
    """What a stage gave: its exit code, and its counts where it is a pytest run."""

    code: int
    counts: Counts = Counts()


def main(arguments):
    """Run every stage (or one pytest with the given arguments); return 1 if any failed."""
    if arguments:
        return pytest(arguments, offline(child_environment(OMP_NUM_THREADS="1"))).code
    return run_stages(
        {
            "estilo do código (ruff)": lambda: Outcome(lint_code()),
            "estilo das aulas (ruff)": lambda: Outcome(lint_lessons()),
            "unidades e exemplos (pytest)": unit_stage,
            "notebooks (nbval)": notebook_stage,
            "navegador (playwright)": browser_stage,
        }
    )


def run_stages(stages):
    """Run every stage, also after a failure; print a table, then the total in pytest's words."""
    total, failed, rows = Counts(), [], []
    for name, stage in stages.items():
        say(f"\n── {name} " + "─" * max(0, 70 - len(name)))
        start = time.perf_counter()
        outcome = stage()
        rows.append(f"{time.perf_counter() - start:7.1f} s  {'falhou' if outcome.code else 'passou'}  {name}")
        total += outcome.counts
        if outcome.code:
            failed.append(name)
            if not outcome.counts.failed:  # ruff, or a pytest that could not start
                total += Counts(failed=1)
    say("\n" + "\n".join(rows) + "\n")
    say("Falhou: " + ", ".join(failed) if failed else "Tudo passou.")
    say(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if failed else 0


def unit_stage():
    """Run the unit tests and every docstring's examples."""
    options = ["tests", "lessonlib", "--doctest-modules", "--ignore=tests/browser", *WORKERS]
    return pytest(options, offline(child_environment(OMP_NUM_THREADS="1")))


def notebook_stage(folder=NOTEBOOKS):
    """Run every lesson again and compare each output with the stored one."""
    env = offline(kernel_environment())
    warm_up(env)
    return pytest([*nbval_options(), *list_lessons(folder, ".ipynb")], env)


def browser_stage():
    """Run the tests in a real JupyterLab, with one thread a kernel as in the other stages."""
    options = ["tests/browser", "-n", "2", "--dist", "worksteal"]  # each worker has a JupyterLab of its own
    return pytest(options, offline(child_environment(OMP_NUM_THREADS="1")))


def nbval_options():
    """Return pytest's options for a strict comparison, in this environment's kernel."""
    limits = [f"--nbval-cell-timeout={CELL_TIMEOUT}", f"--timeout={2 * CELL_TIMEOUT}"]
    return ["--nbval", "--nbval-current-env", f"--nbval-sanitize-with={SANITIZE}", *limits, *WORKERS]


def offline(env):
    """Return the environment with the network closed to every Python started in it."""
    others = env.get("PYTHONPATH")
    return {**env, "PYTHONPATH": os.pathsep.join([str(BLOCKER), *([others] if others else [])])}


def pytest(options, env, cwd=ROOT):
    """Run pytest and count from its JUnit report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        code = run([sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *options], cwd=cwd, env=env)
        return Outcome(code, read_counts(report))


def read_counts(report):
    """Return the `Counts` of a JUnit report; nothing if pytest stopped before writing it."""
    total = Counts()
    if not Path(report).exists():
        return total
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, errors, failures, skipped = (
            int(suite.get(key, 0)) for key in ("tests", "errors", "failures", "skipped")
        )
        total += Counts(tests - errors - failures - skipped, errors + failures, skipped)
    return total
