"""How every benchmark of this folder measures: side by side, medians, one table.

A benchmark module is called ``bench_*.py`` and has a function ``rows()`` that
returns a list of dictionaries made by `compare`:

    name      what is measured, with its size
    ours_ms   our median time
    peer      the library that ours is measured against
    peer_ms   its median time
    goal      the bound that we set ourselves, in words
    ok        whether this run met it
"""

import math
import statistics
import time
from collections.abc import Callable, Iterable

SHORTEST_SAMPLE_S = 0.002   # a timer reading shorter than this is mostly noise


def compare(name: str, ours: Callable[[], object], peer: str, theirs: Callable[[], object],
            at_most: float = math.inf, repeats: int = 9) -> dict:
    """Time two functions in turns and return one row of the table.

    The turns alternate, so that a busy moment of the machine hurts both alike.

    Parameters
    ----------
    name : str
        What is measured.
    ours, theirs : callable without arguments
        The two ways to compute the same thing.
    peer : str
        Whose way `theirs` is.
    at_most : float, optional
        The goal: our time divided by theirs. 0.5 means at least twice as fast;
        by default there is no goal and the row is for information.
    repeats : int, optional
        Readings of each; the row holds their medians.
    """
    loops = _loops(ours), _loops(theirs)
    readings = [], []
    for _ in range(repeats):
        for function, count, taken in zip((ours, theirs), loops, readings, strict=True):
            taken.append(_reading_ms(function, count))
    ours_ms, peer_ms = map(statistics.median, readings)
    return {"name": name, "ours_ms": ours_ms, "peer": peer, "peer_ms": peer_ms,
            "goal": _goal(at_most), "ok": ours_ms <= at_most * peer_ms}


def table(rows: Iterable[dict]) -> str:
    """Return the rows as a text table.

    Examples
    --------
    >>> print(table([{"name": "sum of 100 numbers", "ours_ms": 1.0, "peer": "numpy", "peer_ms": 2.0,
    ...               "goal": "at least 2x faster", "ok": True}]))
    what                  ours, ms  peer   peer, ms  ours/peer  goal                met
    sum of 100 numbers       1.000  numpy     2.000       0.50  at least 2x faster  yes
    """
    rows = list(rows)
    wide = max([len(row["name"]) for row in rows] + [20])
    peer = max([len(row["peer"]) for row in rows] + [5])
    goal = max([len(row["goal"]) for row in rows] + [4])
    lines = [f"{'what':<{wide}}  {'ours, ms':>8}  {'peer':<{peer}}  {'peer, ms':>8}  {'ours/peer':>9}  "
             f"{'goal':<{goal}}  met"]
    for row in rows:
        met = "" if row["goal"] == "-" else "yes" if row["ok"] else "NO"
        lines.append(f"{row['name']:<{wide}}  {row['ours_ms']:>8.3f}  {row['peer']:<{peer}}  "
                     f"{row['peer_ms']:>8.3f}  {row['ours_ms'] / row['peer_ms']:>9.2f}  "
                     f"{row['goal']:<{goal}}  {met}".rstrip())
    return "\n".join(lines)


def _goal(at_most: float) -> str:
    if math.isinf(at_most):
        return "-"
    if at_most < 1:
        return f"at least {1 / at_most:g}x faster"
    return f"at most {at_most:g}x the time"


def _loops(function: Callable[[], object]) -> int:
    """Warm up, and return how many calls make one reading long enough."""
    function()
    return max(1, math.ceil(SHORTEST_SAMPLE_S * 1e3 / _reading_ms(function, 1)))


def _reading_ms(function: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        function()
    return (time.perf_counter() - start) / count * 1e3
