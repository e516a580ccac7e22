"""The angle between two signals, computed so that no size of number spoils it."""

import numpy as np


def scaled(x: np.ndarray, axis: int | None = None) -> np.ndarray:
    """Multiply by the power of two that brings max |x| to 0.5-1: exact, and squares cannot overflow."""
    largest = np.maximum(x.max(axis=axis, keepdims=True), -x.min(axis=axis, keepdims=True))
    _, exponent = np.frexp(largest)
    return np.ldexp(x.astype(np.float64, copy=False), -exponent)


def centred(x: np.ndarray) -> np.ndarray:
    """Take the mean off along the last axis, up to a positive factor; NaN where x is constant."""
    d = scaled(x, axis=-1)
    d = d - d.mean(axis=-1, keepdims=True)
    d -= d.mean(axis=-1, keepdims=True)   # what the rounding of the first mean left over
    d[x.min(axis=-1) == x.max(axis=-1)] = np.nan
    return d


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the cosine between the last axes; NaN where one is zero or NaN."""
    product = squares(a) * squares(b)
    return np.clip((a * b).sum(axis=-1) / np.sqrt(np.where(product > 0, product, np.nan)), -1, 1)


def squares(x: np.ndarray) -> np.ndarray:
    """Sum the squares along the last axis, without a temporary and without BLAS (see `_sliding`)."""
    return np.einsum("...i,...i", x, x)
