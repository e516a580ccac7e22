"""The matched filter: find the window most like a mask (slides S22-S24)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from lessonlib.reference import _sliding, _windows
from lessonlib.reference._angles import centred, cosines, scaled, squares
from lessonlib.reference._validation import (
    LARGEST_EXACT_INTEGER,
    as_array,
    check_fits,
    check_option,
    largest_magnitude,
)

# A window whose contrast is this small, squared, beside that of the whole signal is
# recomputed: the rounding of the FFT, about 1e-16 of the whole, would show in its result.
_FAINT = 1e-11
# Multiplications up to which, and mask size up to which, sliding directly beats the FFT.
_DIRECT_MULTIPLICATIONS, _DIRECT_MASK = 100_000, 64
# Part of the windows from which sliding over all of them is cheaper than taking the faint ones out.
_MANY = 0.1
# Squared deviations that are still far from the smallest float64.
_SAFE = 1e-200
# Samples that are taken out at once: the temporaries stay in the cache.
_UNFOLDED = 100_000


def normalized_correlate(s: ArrayLike, w: ArrayLike, mode: str = "valid") -> np.ndarray:
    """Return the normalised correlation s . w: Pearson's r of the mask with every window (S22-S24).

    Its largest value marks the window most like the mask, whatever the
    brightness and contrast of either: the matched filter. Works on signals and images.

    Parameters
    ----------
    s : array_like, shape (N,) or (H, W)
        The signal or image.
    w : array_like, same rank
        The mask, no larger than s.
    mode : {"valid", "same"}
        "valid": only windows that lie inside s, N - M + 1 of them along each
        axis; index i is the window that begins at s[i]. "same": one output a sample, as if
        zeros surrounded s; those zeros take part, and can look like a match.

    Returns
    -------
    ndarray of float64
        From -1 to 1; NaN, without a warning, where the window is constant, and
        everywhere if the mask is. A window counts as constant only if all its samples are equal.

    Raises
    ------
    ValueError
        Another mode, ranks that differ or are not 1 or 2, empty or not finite, or a mask larger than s.

    Notes
    -----
    The numerator comes from the FFT, as in J. P. Lewis, *Fast Normalized
    Cross-Correlation* (Vision Interface, 1995), but the window statistics from sums by doubling
    and not from integral images, and a window too faint beside the whole is
    recomputed alone. So an offset (s + 1e6) or a huge sample far away costs no digits.

    Examples
    --------
    Slides S23 and S24, with the constant window (7, 7, 7):

    >>> s, w = (4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2), (3, 7, 5)
    >>> normalized_correlate(s, w).round(2)
    array([-0.98,  0.28,  0.94, -0.5 , -0.96,  0.37,  0.62, -0.92,  0.87,  nan,  0.  , -0.93])

    With zeros around, a false match at the edge beats the true one:

    >>> normalized_correlate(s, w, "same")[[0, -1]].round(7)
    array([0.9607689, 0.5      ])
    """
    check_option(mode, "mode", ("valid", "same"))
    s, w = as_array(s, "s", (1, 2)), as_array(w, "w", (1, 2))
    if s.ndim != w.ndim:
        raise ValueError(f"w must have the rank of s, got w of shape {w.shape} and s of shape {s.shape}")
    check_fits(s, w, "s", "w")
    if mode == "same":
        s = _sliding.pad_to_same(s, w)
    mask = centred(w.ravel())
    if np.isnan(mask).any():
        return np.full([n - m + 1 for n, m in zip(s.shape, w.shape, strict=True)], np.nan)

    # A common reference taken off first changes no result, and keeps the numbers small.
    integers = s.dtype.kind == "i"
    x = s.astype(np.float64) if integers else scaled(s)
    x -= np.rint(x.mean()) if integers else x.mean()
    exact = integers and (w.size * largest_magnitude(x))**2 <= LARGEST_EXACT_INTEGER
    deviations = _windows.squared_deviations(x, w.shape, exact)
    faint = deviations <= _FAINT * squares(x.ravel())
    deviations[faint] = np.nan
    g = _divide(_slide_mask(x, mask.reshape(w.shape)), deviations, mask)
    if faint.any():
        _recompute(g, faint & ~_windows.constant_windows(s, w.shape), s, mask, w.shape)
    return g


def _slide_mask(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    places = np.prod([n - k + 1 for n, k in zip(x.shape, mask.shape, strict=True)])
    direct = mask.size <= _DIRECT_MASK or places * mask.size <= _DIRECT_MULTIPLICATIONS
    return (_sliding.correlate_direct if direct else _sliding.correlate_fft)(x, mask)


def _divide(numerator: np.ndarray, deviations: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return numerator / sqrt(deviations * |mask|**2), in the memory of the arguments."""
    deviations *= squares(mask)
    numerator /= np.sqrt(deviations, out=deviations)
    return np.clip(numerator, -1, 1, out=numerator)


def _recompute(g: np.ndarray, where: np.ndarray, s: np.ndarray, mask: np.ndarray,
               shape: tuple[int, ...]) -> None:
    """Fill g at the marked places, none of them constant, from their own samples alone."""
    if where.mean() > _MANY:
        x = scaled(s)
        deviations = _windows.squared_deviations(x, shape, exact=False)
        where, done = where & (deviations < _SAFE), where & (deviations >= _SAFE)
        deviations[~done] = np.nan
        g[done] = _divide(_sliding.correlate_direct(x, mask.reshape(shape)), deviations, mask)[done]
    windows, places = sliding_window_view(s, shape), np.argwhere(where)
    for chunk in np.array_split(places, -(-len(places) * mask.size // _UNFOLDED) or 1):
        at = tuple(chunk.T)
        g[at] = cosines(centred(windows[at].reshape(len(chunk), mask.size)), mask)
