"""Statistics of every window of a signal or an image, without rounding surprises.

The usual way, one running sum (or integral image) of the whole signal, subtracts
large totals to get small windows and loses their digits. Here a window is
built by doubling: a window of 2k samples is a window of k next to another. No
number from outside a window ever enters it, and log2(k) steps are enough.

Arrays are handled flat: the neighbour below is one row further on. Windows
that would wrap around a row's end are computed too, and cut off at the end.
"""

from collections.abc import Callable, Iterator

import numpy as np

# Part of a window's sum of squares that may cancel before we compute its deviations the careful way.
_CANCELLATION = 1e-6
# Samples handled at once: the temporaries of one strip stay in the cache, and cost no fresh memory.
_STRIP = 65_536

State = tuple[np.ndarray, ...]
Merge = Callable[[State, int, State, int], State]


def constant_windows(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Say, exactly, which windows hold one single value: those where no two neighbours differ."""
    constant = np.ones(_places(x, shape), dtype=bool)
    for strip, part in _strips(x, constant, shape):
        flat, steps = strip.ravel(), _steps(strip)
        for axis, step in enumerate(steps):
            pairs = [length - (i == axis) for i, length in enumerate(shape)]
            if pairs[axis]:
                differ = flat[step:] != flat[:-step]
                part &= ~_crop(_slide((differ,), steps, pairs, _either)[0], strip, shape)
    return constant


def squared_deviations(x: np.ndarray, shape: tuple[int, ...], exact: bool) -> np.ndarray:
    """Return the sum of (sample - mean of its window)**2 of every window.

    `exact` says that x holds integers whose sums of squares float64 adds without rounding.
    Otherwise, where some window's mean is far larger than its contrast, windows are merged
    with the formula of Chan, Golub and LeVeque, which never subtracts squares.
    """
    deviations = np.empty(_places(x, shape))
    samples = int(np.prod(shape))
    for strip, part in _strips(x, deviations, shape):
        flat, steps = strip.ravel(), _steps(strip)
        (total,) = _slide((flat,), steps, shape, _add)
        (squares,) = _slide((flat * flat,), steps, shape, _add)
        found = (samples * squares - total * total) / samples
        if not exact and (found < _CANCELLATION * squares).any():
            _, found = _slide((flat, np.zeros_like(flat)), steps, shape, _merge_moments)
        part[:] = _crop(found, strip, shape)
    return deviations


def _strips(x: np.ndarray, out: np.ndarray,
            shape: tuple[int, ...]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cut x along its first axis; yield each strip with the part of `out` for the windows inside it."""
    shared = shape[0] - 1
    step = max(1, shared, _STRIP * len(x) // x.size - shared)
    for top in range(0, len(out), step):
        yield x[top:top + step + shared], out[top:top + step]


def _slide(leaf: State, steps: list[int], shape: list[int] | tuple[int, ...], merge: Merge) -> State:
    """Merge, for every window, the values of its samples, axis by axis."""
    samples = 1                                    # in one leaf
    for step, length in zip(steps, shape, strict=True):
        window, size = leaf, 1                     # size: leaves in one window so far
        for bit in bin(length)[3:]:                # the binary digits of length after the first
            window = _join(window, size, window, size, step, samples, merge)
            size *= 2
            if bit == "1":
                window = _join(window, size, leaf, 1, step, samples, merge)
                size += 1
        leaf, samples = window, samples * length
    return leaf


def _join(left: State, size: int, right: State, right_size: int, step: int, samples: int,
          merge: Merge) -> State:
    right = tuple(part[size * step:] for part in right)
    count = min(len(left[0]), len(right[0]))
    return merge(tuple(part[:count] for part in left), size * samples,
                 tuple(part[:count] for part in right), right_size * samples)


def _add(left: State, _: int, right: State, __: int) -> State:
    return tuple(a + b for a, b in zip(left, right, strict=True))


def _either(left: State, _: int, right: State, __: int) -> State:
    return (left[0] | right[0],)


def _merge_moments(left: State, m: int, right: State, n: int) -> State:
    """Merge (mean, squared deviations) of m and of n samples (Chan, Golub, LeVeque 1983, eq. 2.1)."""
    distance = right[0] - left[0]
    mean = left[0] + distance * (n / (m + n))
    return mean, left[1] + right[1] + distance * distance * (m * n / (m + n))


def _steps(x: np.ndarray) -> list[int]:
    return [int(np.prod(x.shape[axis + 1:])) for axis in range(x.ndim)]


def _places(x: np.ndarray, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n - k + 1 for n, k in zip(x.shape, shape, strict=True))


def _crop(flat: np.ndarray, x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Drop the windows that wrap around a row's end."""
    whole = np.zeros(x.size, dtype=flat.dtype)
    whole[:len(flat)] = flat
    return whole.reshape(x.shape)[tuple(map(slice, _places(x, shape)))]
