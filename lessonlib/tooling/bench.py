"""``course.py bench``: the speed comparisons in benchmarks/."""

import sys

from lessonlib.tooling.console import run
from lessonlib.tooling.paths import ROOT


def main(arguments):
    """Run the benchmarks, with whatever arguments they take."""
    return run([sys.executable, ROOT / "benchmarks" / "run.py", *arguments], cwd=ROOT)
