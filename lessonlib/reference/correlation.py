"""Correlation: of two signals, and of a mask with every place of a signal (slides S14-S27)."""

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference import _sliding
from lessonlib.reference._angles import centred, cosines, scaled
from lessonlib.reference._validation import as_array, as_count, check_fits, check_option
from lessonlib.reference.matched_filter import normalized_correlate

__all__ = ["best_match", "correlate", "cosine", "lagged_pearson", "normalized_correlate", "pearson"]


def pearson(a: ArrayLike, b: ArrayLike) -> float:
    """Return Pearson's correlation coefficient r of two signals (slides S19-S21).

    r = (a - mean a) . (b - mean b) / (|a - mean a| |b - mean b|): the cosine of
    the angle between the centred signals. It does not change when b becomes
    alpha b + beta with alpha > 0.

    Parameters
    ----------
    a, b : array_like of the same shape
        Signals, or images sample by sample.

    Returns
    -------
    float
        From -1 to 1; NaN, without a warning, if a or b is constant.

    Raises
    ------
    ValueError
        Different shapes, empty, or values that are not finite.

    Examples
    --------
    >>> pearson((3, 4, 8), (6, 8, 16)), pearson((3, 4, 8), (8, 10, 18)), pearson((1, 2), (-2, 0))
    (1.0, 1.0, 1.0)
    >>> pearson((7, 7, 7), (3, 7, 5))
    nan
    """
    a, b = _same_shape(a, b)
    return float(cosines(centred(a.ravel()), centred(b.ravel())))


def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Return the cosine of the angle between two signals, their means left in.

    Parameters
    ----------
    a, b : array_like of the same shape

    Returns
    -------
    float
        From -1 to 1; NaN, without a warning, if a or b is all zero.

    Raises
    ------
    ValueError
        Different shapes, empty, or values that are not finite.

    Examples
    --------
    Both pairs have r = 1; only centring shows it:

    >>> round(cosine((3, 4, 8), (8, 10, 18)), 6), round(cosine((1, 2), (-2, 0)), 6)
    (0.998064, -0.447214)
    """
    a, b = _same_shape(a, b)
    return float(cosines(scaled(a.ravel()), scaled(b.ravel())))


def lagged_pearson(a: ArrayLike, b: ArrayLike, max_lag: int, min_pairs: int = 3) -> np.ndarray:
    """Return Pearson's r between b and a delayed by 0, 1, ..., `max_lag` samples.

    At lag k the pairs are (a[i - k], b[i]): today's b beside the a of k samples
    ago. The lag of the largest r is the delay from a to b (slide S17).

    Parameters
    ----------
    a, b : array_like, shape (N,)
        NaN marks a missing sample; a pair counts only if both are there.
    max_lag : int
        From 0 to N - 1.
    min_pairs : int, optional
        With fewer pairs the answer is NaN. Two pairs always give r = 1 or -1.

    Returns
    -------
    ndarray, shape (max_lag + 1,)
        r at each lag; NaN where there are too few pairs or one side is constant.

    Raises
    ------
    ValueError
        Different lengths, rank other than 1, infinite values, a `max_lag` outside 0 to N - 1,
        or `min_pairs` under 2.

    Examples
    --------
    b repeats a two samples later:

    >>> a = [0, 1, 5, 2, 0, 3, 1, 4]
    >>> b = [float("nan"), float("nan"), 0, 1, 5, 2, 0, 3]
    >>> lagged_pearson(a, b, 3).round(2)
    array([-0.41, -0.23,  1.  , -0.16])
    """
    a, b = _same_shape(a, b, ndim=1, allow_nan=True)
    max_lag, min_pairs = as_count(max_lag, "max_lag"), as_count(min_pairs, "min_pairs", minimum=2)
    if max_lag >= len(a):
        raise ValueError(f"max_lag must be less than the {len(a)} samples, got {max_lag}")
    r = np.full(max_lag + 1, np.nan)
    for lag in range(max_lag + 1):
        earlier, now = a[:len(a) - lag], b[lag:]
        both = np.isfinite(earlier) & np.isfinite(now)
        if both.sum() >= min_pairs:
            r[lag] = pearson(earlier[both], now[both])
    return r


def correlate(s: ArrayLike, w: ArrayLike, mode: str = "valid") -> np.ndarray:
    """Return the unnormalised correlation s o w of a signal with a mask (slides S25-S27).

    The mask slides over the signal; each output is the inner product of the
    mask with the samples under it. `convolution.correlate2d` is the same for images.

    Parameters
    ----------
    s : array_like, shape (N,)
        The signal.
    w : array_like, shape (M,)
        The mask.
    mode : {"valid", "same", "full"}
        "valid": only where the whole mask lies on the signal, N - M + 1 outputs.
        "same": zeros are added at both ends so that N outputs remain; the one
        at i has the mask's sample M // 2 over s[i].
        "full": wherever mask and signal overlap, N + M - 1 outputs.

    Returns
    -------
    ndarray
        Integers if both are integers (float64 if a sum could pass 2**53).

    Raises
    ------
    ValueError
        Another mode, rank other than 1, empty or not finite, or a mask longer
        than the signal unless the mode is "full".

    Examples
    --------
    Slides S26 and S27:

    >>> s, w = (4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2), (3, 7, 5)
    >>> print(correlate(s, w))
    [ 34  64  85  52  27  61  65  59  84 105  75  38]
    >>> print(correlate(s, w, "same"))
    [ 33  34  64  85  52  27  61  65  59  84 105  75  38  17]
    """
    check_option(mode, "mode", ("valid", "same", "full"))
    s, w = as_array(s, "s", 1), as_array(w, "w", 1)
    if mode == "full":
        s = np.pad(s, len(w) - 1)
    else:
        check_fits(s, w, "s", "w")
    return _sliding.correlate_direct(_sliding.pad_to_same(s, w) if mode == "same" else s, w)


def best_match(g: ArrayLike) -> int | tuple[int, ...]:
    """Return the index, counted from 0, of the largest value that is not NaN.

    Parameters
    ----------
    g : array_like
        A correlation: a signal (N), or an image (H, W). NaN is ignored, where ``np.argmax`` returns it.

    Returns
    -------
    int or tuple of int
        The first largest: n for a signal, (row, column) for an image. In a
        "valid" correlation the window begins there; its centre is (M - 1) / 2 further on.

    Raises
    ------
    ValueError
        `g` is empty, has an infinite value, or is all NaN.

    Examples
    --------
    >>> nan = float("nan")
    >>> best_match([0.28, 0.94, nan, -0.5]), best_match([[nan, 0.1], [0.7, 0.2]])
    (1, (1, 0))
    """
    g = as_array(g, "g", allow_nan=True)
    if np.isnan(g).all():
        raise ValueError("g must have a value that is not NaN: the mask, or every window, was constant")
    index = np.unravel_index(int(np.nanargmax(g)), g.shape)
    return int(index[0]) if g.ndim == 1 else tuple(int(i) for i in index)


def _same_shape(a: ArrayLike, b: ArrayLike, **rules) -> tuple[np.ndarray, np.ndarray]:
    a, b = as_array(a, "a", **rules), as_array(b, "b", **rules)
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape, got {a.shape} and {b.shape}")
    return a, b
