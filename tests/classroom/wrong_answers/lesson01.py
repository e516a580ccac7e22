"""Plausible wrong answers to the exercises of lesson 01: each must fail."""

import numpy as np


def _coverage(length, side, spacing, end=1, size=0):
    counts = np.zeros(length, int)
    for start in range(0, length - side + end, spacing):
        counts[start : start + side + size] += 1
    return counts


def _corner(upright, lying, distance, threshold, up=1, right=1, wrap=False, each=False):
    rows, columns = np.roll(upright, up * distance, 0), np.roll(lying, -right * distance, 1)
    if not wrap:
        rows[slice(None, distance) if up > 0 else slice(-distance, None)] = 0
        columns[:, slice(-distance, None) if right > 0 else slice(None, distance)] = 0
    if each:
        return np.maximum(rows - threshold, 0) + np.maximum(columns - threshold, 0)
    return np.maximum(rows + columns - threshold, 0)


def _half(angles, responses, sides=(1, -1), interpolate=True, level=0.5, whole=False):
    peak = int(np.argmax(responses))
    half = responses[peak] * level
    found = []
    for step in sides:
        k = peak
        while responses[k] > half:
            k += step
        share = (responses[k - step] - half) / (responses[k - step] - responses[k]) if interpolate else 1
        found.append(abs(angles[k - step] + share * (angles[k] - angles[k - step]) - angles[peak]))
    return sum(found) if whole else np.mean(found)


WRONG = {
    "1.1": [
        lambda x, w, b: np.sum(x * w) + b,
        lambda x, w, b: max(0, np.sum(x * w)) + b,
        lambda x, w, b: max(0, np.sum(x * w) - b),
        lambda x, w, b: max(0, np.sum(x * w)),
        lambda x, w, b: np.maximum(0, x * w + b),
        lambda x, w, b: abs(np.sum(x * w) + b),
    ],
    "1.2": [
        lambda sizes: sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True)),
        lambda sizes: sum(a * b + b for a, b in zip(sizes[:-1], sizes[1:], strict=True)) + sizes[0],
        lambda sizes: sum(a * b + a for a, b in zip(sizes[:-1], sizes[1:], strict=True)),
        lambda sizes: int(np.prod(sizes)),
        lambda sizes: sum(sizes[1:]),
    ],
    "1.3": [
        lambda *a: _coverage(*a, end=0),
        lambda *a: _coverage(*a, end=a[1]),
        lambda *a: _coverage(*a, size=1),
        lambda length, side, spacing: _coverage(length, spacing, side),
        lambda length, side, spacing: np.full(length, side // spacing),
    ],
    "1.4": [
        lambda p, a, b: max(np.sum(p * a), 0) + max(np.sum(p * b), 0),
        lambda p, a, b: np.sqrt(max(np.sum(p * a), 0) ** 2 + max(np.sum(p * b), 0) ** 2),
        lambda p, a, b: np.sum(p * a) ** 2 + np.sum(p * b) ** 2,
        lambda p, a, b: np.sqrt(np.sum((p * a) ** 2) + np.sum((p * b) ** 2)),
        lambda p, a, b: max(np.sum(p * a), np.sum(p * b)),
        lambda p, a, b: abs(np.sum(p * a) + np.sum(p * b)),
    ],
    "1.5": [
        lambda *a: _corner(*a, up=-1),
        lambda *a: _corner(*a, right=-1),
        lambda *a: _corner(*a, up=-1, right=-1),
        lambda *a: _corner(*a, wrap=True),
        lambda *a: _corner(*a, each=True),
        lambda u, v, d, t: _corner(v, u, d, t),
        lambda u, v, d, t: np.maximum(u + v - t, 0),
    ],
    "1.6": [
        lambda *a: _half(*a, whole=True),
        lambda *a: _half(*a, sides=(1,)),
        lambda *a: _half(*a, sides=(-1,)),
        lambda *a: _half(*a, interpolate=False),
        lambda *a: _half(*a, level=np.exp(-0.5)),
        lambda angles, responses: float(np.mean(angles[responses >= responses.max() / 2])),
    ],
}
