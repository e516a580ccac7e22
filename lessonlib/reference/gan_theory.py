"""A GAN's game in formulas: best discriminator, value, and what is left to the generator (slide S69).

Goodfellow et al., *Generative Adversarial Nets*, NIPS 2014, arXiv:1406.2661, §4. Distributions are arrays:
probabilities of a list of outcomes (``dx=1``), or a density at equally spaced points, ``dx`` apart.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array

#: How far from 1 the sum of a distribution may be: a density on a grid is cut at both ends.
TOLERANCE = 1e-3
#: Below this share of the other density, a density does not change D*: p / (p + q) rounds to 0 or 1.
ROUNDING = 1e-15


def optimal_discriminator(p_data: ArrayLike, p_g: ArrayLike) -> np.ndarray:
    """Return D*(x) = p_data(x) / (p_data(x) + p_g(x)), the best discriminator against a generator.

    Parameters
    ----------
    p_data, p_g : array_like, shape (N,)
        Probability or density of the real and of the generated samples at each x, ≥ 0.

    Returns
    -------
    ndarray, shape (N,)
        0 to 1; NaN where neither kind of sample ever falls: there any answer is as good.

    Raises
    ------
    ValueError
        If the two differ in shape, or hold what is negative or not finite.

    Examples
    --------
    >>> optimal_discriminator([0.5, 0.5, 0.0], [0.25, 0.5, 0.25]).round(4).tolist()
    [0.6667, 0.5, 0.0]
    """
    p, q = _pair(p_data, p_g)
    return np.divide(p, p + q, out=np.full_like(p, np.nan), where=p + q > 0)


def game_value(p_data: ArrayLike, p_g: ArrayLike, d: ArrayLike, dx: float = 1.0) -> float:
    """Return V = E_data[log D] + E_g[log(1 − D)], natural logarithms, for any discriminator.

    Parameters
    ----------
    p_data, p_g : array_like, shape (N,)
        Each adds up to 1 (times ``dx``).
    d : array_like, shape (N,)
        The discriminator's answers, 0 to 1; NaN is allowed where both distributions are zero.
    dx : float
        Distance between points, > 0; 1 for a list of probabilities.

    Returns
    -------
    float
        ≤ 0; −inf if the discriminator is sure and wrong somewhere. Points where one density is below 10⁻¹⁵
        of the other count for the larger one only.

    Raises
    ------
    ValueError
        If a distribution does not add up to 1, or an argument has another shape or range.

    Examples
    --------
    >>> round(game_value([0.5, 0.5], [0.5, 0.5], [0.5, 0.5]), 6)  # nobody knows: −log 4
    -1.386294
    >>> game_value([1, 0], [0, 1], [1, 0])  # the discriminator knows everything
    0.0
    """
    p, q = _distributions(p_data, p_g, dx)
    d = as_array(d, "d", 1, allow_nan=True).astype(float)
    if d.shape != p.shape:
        raise ValueError(f"d must have shape {p.shape}, as p_data and p_g have, got {d.shape}")
    matters = p + q > 0
    if not ((d[matters] >= 0) & (d[matters] <= 1)).all():
        raise ValueError("d must lie in 0..1 wherever samples fall, got another value")
    with np.errstate(divide="ignore"):
        # x · log y is 0 where x is 0, whatever y is; and next to a much larger q, a p cannot be seen in D
        seen_p, seen_q = p > ROUNDING * q, q > ROUNDING * p
        real = p[seen_p] @ np.log(d[seen_p])
        fake = q[seen_q] @ np.log1p(-d[seen_q])
    return float(dx * (real + fake)) + 0.0


def jensen_shannon(p_data: ArrayLike, p_g: ArrayLike, dx: float = 1.0) -> float:
    """Return the Jensen–Shannon divergence of two distributions: 0 if equal, log 2 if they never meet.

    It is the mean of the two Kullback–Leibler divergences to the mixture (p + q) / 2, natural logarithms.

    Parameters
    ----------
    p_data, p_g, dx
        As in `game_value`.

    Examples
    --------
    >>> jensen_shannon([0.5, 0.5], [0.5, 0.5])
    0.0
    >>> round(jensen_shannon([1, 0], [0, 1]), 4)
    0.6931
    """
    p, q = _distributions(p_data, p_g, dx)
    middle = (p + q) / 2
    total = sum(one[one > 0] @ np.log(one[one > 0] / middle[one > 0]) for one in (p, q)) / 2
    return max(float(dx * total), 0.0)


def generator_criterion(p_data: ArrayLike, p_g: ArrayLike, dx: float = 1.0) -> float:
    """Return C(G) = max over D of V(D, G) = −log 4 + 2 · JSD(p_data ‖ p_g): what is left to the generator.

    Parameters
    ----------
    p_data, p_g, dx
        As in `game_value`.

    Returns
    -------
    float
        −log 4 = −1.386294… if and only if the two are equal; at most 0.

    Examples
    --------
    >>> round(generator_criterion([0.5, 0.5], [0.5, 0.5]), 6)
    -1.386294
    >>> round(generator_criterion([0.5, 0.5, 0.0], [0.25, 0.5, 0.25]), 4)
    -1.1705
    """
    return 2 * jensen_shannon(p_data, p_g, dx) - math.log(4)


def _pair(p_data, p_g):
    p, q = (as_array(value, name, 1).astype(float) for value, name in ((p_data, "p_data"), (p_g, "p_g")))
    if p.shape != q.shape:
        raise ValueError(f"p_g must have shape {p.shape}, as p_data has, got {q.shape}")
    for values, name in ((p, "p_data"), (q, "p_g")):
        if values.min() < 0:
            raise ValueError(f"{name} must not be negative, got {values.min()}")
    return p, q


def _distributions(p_data, p_g, dx):
    if not (np.isfinite(dx) and dx > 0):
        raise ValueError(f"dx must be > 0, got {dx!r}")
    p, q = _pair(p_data, p_g)
    for values, name in ((p, "p_data"), (q, "p_g")):
        if abs(values.sum() * dx - 1) > TOLERANCE:
            raise ValueError(f"{name} must add up to 1, got {values.sum() * dx:.4f}")
    return p, q
