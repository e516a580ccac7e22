"""Run every ``bench_*.py`` of this folder and print one table.

    python benchmarks/run.py               all of them
    python benchmarks/run.py reference     only bench_reference.py

The exit status is 1 when a goal was missed, 2 when a name is unknown.
"""

import importlib
import sys
from pathlib import Path

from timing import table
from tqdm import tqdm

FOLDER = Path(__file__).resolve().parent


def gather(names: list[str]) -> list[dict]:
    """Return the rows of the named benchmarks, with a progress bar on stderr."""
    rows = []
    with tqdm(names, desc="benchmarks", unit="module", disable=None) as progress:
        for name in progress:
            progress.set_postfix_str(name)
            rows += importlib.import_module(f"bench_{name}").rows()
    return rows


def main(wanted: list[str]) -> int:
    known = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark called {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        return 2
    rows = gather(wanted or known)
    print(table(rows))
    return 0 if all(row["ok"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
