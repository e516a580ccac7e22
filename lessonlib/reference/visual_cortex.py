"""Models of the cells that Hubel and Wiesel found in the visual cortex (slides S05-S07).

A simple cell multiplies its patch of the picture by a template, adds up and keeps what is positive. A complex
cell adds the squares of simple cells that differ only in phase: the energy model of E. H. Adelson and
J. R. Bergen, *Journal of the Optical Society of America A* 2, 1985. The names simple and complex are from
D. H. Hubel and T. N. Wiesel, *Journal of Physiology* 160, 1962. Angles are those of `stimuli.bar`: a cell at
0 prefers upright bars. `cortex_sheets` lays such cells over a whole picture.
"""

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array, as_count
from lessonlib.reference.gabor import gabor


def simple_field(side: int, frequency: float, angle: float = 0.0, sigma: float = 2.0,
                 phase: float = 0.0) -> np.ndarray:
    """Return the template of a simple cell: a Gabor function that ignores uniform light.

    Its bands excite (positive) or inhibit (negative). Those of each sign add up to 1, exactly at phases 0 and
    180 and nearly so at others if the wave spans some 7 pixels or more. So a response is the mean that its
    bright bands see minus the mean that its dark bands see, in the units of the picture.

    Parameters
    ----------
    side : int
        Height and width, in pixels, at least 3.
    frequency, angle, sigma, phase : float
        As in `gabor.gabor`; the frequency above 0.

    Returns
    -------
    ndarray, shape (side, side)
        Adds up to 0.

    Raises
    ------
    ValueError
        If side is below 3, or frequency or sigma is not above 0.

    Examples
    --------
    >>> simple_field(3, 0.5, sigma=1).round(2)
    array([[-0.14,  0.27, -0.14],
           [-0.23,  0.45, -0.23],
           [-0.14,  0.27, -0.14]])
    """
    as_count(side, "side", minimum=3)
    if not frequency > 0:
        raise ValueError(f"frequency must be above 0, got {frequency!r}")
    envelope = gabor(side, 0.0, sigma=sigma)
    wave, even = (gabor(side, frequency, angle, sigma, p) for p in (phase, 0.0))
    wave, even = (w - envelope * (w.sum() / envelope.sum()) for w in (wave, even))
    return wave / np.maximum(even, 0).sum()


def quadrature_pair(side: int, frequency: float, angle: float = 0.0, sigma: float = 2.0) -> np.ndarray:
    """Return two templates that differ only in phase, 0 and 90 degrees: a bright bar and an edge.

    Parameters
    ----------
    side, frequency, angle, sigma
        As in `simple_field`.

    Returns
    -------
    ndarray, shape (2, side, side)
    """
    return np.stack([simple_field(side, frequency, angle, sigma, phase) for phase in (0, 90)])


def drive(patch: ArrayLike, field: ArrayLike) -> np.ndarray:
    """Return what a cell adds up before it decides: products of patch and template, summed.

    Parameters
    ----------
    patch : array_like, shape (..., K, K)
        One picture, or many.
    field : array_like, shape (K, K)

    Returns
    -------
    ndarray, shape (...)
        A number for each picture, of either sign.

    Raises
    ------
    ValueError
        If the last two sides of patch are not those of field, or a number is not finite.

    Examples
    --------
    >>> float(drive([[0, 9, 0]] * 3, [[-1, 2, -1]] * 3)), float(drive([[9, 9, 9]] * 3, [[-1, 2, -1]] * 3))
    (54.0, 0.0)
    """
    patch, field = as_array(patch, "patch"), as_array(field, "field", 2)
    if patch.shape[-2:] != field.shape:
        raise ValueError(f"patch must end in the sides of field {field.shape}, got shape {patch.shape}")
    return np.einsum("...ij,ij->...", patch, field)


def simple_cell(patch: ArrayLike, field: ArrayLike, threshold: float = 0.0) -> np.ndarray:
    """Return the response of a simple cell: its drive above a threshold, and never below 0.

    A cell fires or is silent; it cannot fire less than never. Arguments and errors as in `drive`.

    Examples
    --------
    >>> float(simple_cell([[9, 0, 0]] * 3, [[-1, 2, -1]] * 3))
    0.0
    """
    return np.maximum(drive(patch, field) - threshold, 0)


def complex_cell(patch: ArrayLike, pair: ArrayLike) -> np.ndarray:
    """Return the response of a complex cell: the root of the squares of four simple cells, added up.

    The four have phases 0, 90, 180 and 270 degrees. A template of the opposite phase is the same with the
    opposite sign, and of a number and its opposite one is rectified away: the squares of those two cells add
    up to the square of one drive. So two templates are enough.

    Parameters
    ----------
    patch : array_like, shape (..., K, K)
    pair : array_like, shape (2, K, K)
        As from `quadrature_pair`.

    Returns
    -------
    ndarray, shape (...)
        0 or more.

    Raises
    ------
    ValueError
        As `drive`, or if pair does not hold two templates.

    Examples
    --------
    >>> pair = quadrature_pair(9, 0.2)
    >>> stripes = [np.roll(np.tile([1, 1, 0, 0, 0], (9, 2))[:, :9], shift, axis=1) for shift in range(5)]
    >>> simple_cell(stripes, pair[0]).round(2)
    array([0.  , 0.  , 0.  , 0.84, 0.64])
    >>> complex_cell(stripes, pair).round(2)
    array([1.02, 1.  , 1.02, 1.  , 0.98])
    """
    even, odd = check_pair(pair)
    return np.hypot(drive(patch, even), drive(patch, odd))


def check_pair(pair: ArrayLike) -> np.ndarray:
    """Return a pair of templates as an array (2, K, L), or raise ValueError."""
    pair = as_array(pair, "pair", 3)
    if len(pair) != 2:
        raise ValueError(f"pair must hold two templates, got shape {pair.shape}")
    return pair


def half_width(angles: ArrayLike, responses: ArrayLike) -> float:
    """Return how far from its peak a tuning curve falls to half: the mean of both sides, in degrees.

    Parameters
    ----------
    angles : array_like, shape (N,)
        Rising.
    responses : array_like, shape (N,)
        Between two samples the curve is a straight line.

    Returns
    -------
    float
        NaN if the curve does not fall to half on both sides.

    Raises
    ------
    ValueError
        If the lengths differ, angles do not rise or no response is above 0.

    Examples
    --------
    >>> half_width([-30, -20, -10, 0, 10, 20, 30], [0, 0, 6, 8, 4, 2, 0])
    11.666666666666666
    """
    angles, responses = as_array(angles, "angles", 1), as_array(responses, "responses", 1)
    if angles.shape != responses.shape:
        raise ValueError(f"responses must have one value per angle, got {len(responses)} for {len(angles)}")
    if (np.diff(angles) <= 0).any():
        raise ValueError("angles must rise from each one to the next")
    peak = int(responses.argmax())
    if not responses[peak] > 0:
        raise ValueError(f"responses must reach above 0, got a maximum of {responses[peak]}")
    half, crossings = responses[peak] / 2, []
    for step in (1, -1):
        place = peak
        while responses[place] > half:
            place += step
            if not 0 <= place < len(responses):
                return float("nan")
        high, low = responses[place - step], responses[place]
        share = (high - half) / (high - low)
        crossings.append(angles[place - step] + share * (angles[place] - angles[place - step]))
    return float(crossings[0] - crossings[1]) / 2
