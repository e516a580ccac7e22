"""Sheets of equal cells laid over a picture, and units that combine neighbours (slides S06-S07).

The cells are those of `visual_cortex`. Laying one template on every place of a picture is a correlation,
the subject of lesson 03.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array, as_count, check_fits
from lessonlib.reference.convolution import correlate2d
from lessonlib.reference.fast_convolution import fft_correlate2d
from lessonlib.reference.visual_cortex import check_pair

#: Elements of a template from which on the FFT is faster.
_LARGE = 100


def simple_map(image: ArrayLike, field: ArrayLike, threshold: float = 0.0) -> np.ndarray:
    """Return the responses of a sheet of equal simple cells, one centred on each pixel.

    Parameters
    ----------
    image : array_like, shape (..., H, W)
    field : array_like, shape (K, K)

    Returns
    -------
    ndarray, shape (..., H - K + 1, W - K + 1)
        Only cells whose whole field lies on the picture.

    Raises
    ------
    ValueError
        If the field does not fit, an array has another rank or a number is not finite.

    Examples
    --------
    >>> simple_map([[0, 0, 1, 0, 0]] * 3, [[-1, 2, -1]] * 3)
    array([[0., 6., 0.]])
    """
    return np.maximum(_drive_map(image, as_array(field, "field", 2)) - threshold, 0)


def complex_map(image: ArrayLike, pair: ArrayLike) -> np.ndarray:
    """Return the responses of a sheet of equal complex cells, one centred on each pixel.

    Parameters and errors as in `simple_map`, for a pair of templates of shape (2, K, K).

    Examples
    --------
    >>> from lessonlib.reference.visual_cortex import quadrature_pair
    >>> complex_map(np.eye(12), quadrature_pair(9, 0.2)).shape
    (4, 4)
    """
    even, odd = check_pair(pair)
    return np.hypot(_drive_map(image, even), _drive_map(image, odd))


def _drive_map(image, field):
    image = as_array(image, "image").astype(float)
    if image.ndim < 2:
        raise ValueError(f"image must be at least 2-D, got shape {image.shape}")
    check_fits(np.empty(image.shape[-2:]), field, "image", "field")
    # Pictures one under the other are one tall picture; rows where a field would lie on two of them are cut.
    height, width = image.shape[-2:]
    sums = (correlate2d if field.size < _LARGE else fft_correlate2d)(image.reshape(-1, width), field)
    tall = np.zeros((image.size // width, sums.shape[1]))
    tall[: len(sums)] = sums
    sheets = tall.reshape(*image.shape[:-1], sums.shape[1])
    return sheets[..., : height - field.shape[0] + 1, :]


def combine(maps: ArrayLike, taps: Sequence[tuple[int, int, int, float]],
            threshold: float = 0.0) -> np.ndarray:
    """Return the responses of a sheet of second-level units, each of which adds up a few neighbours.

    Parameters
    ----------
    maps : array_like, shape (N, H, W)
        Responses of N kinds of cells over the same picture.
    taps : sequence of (map, down, right, weight)
        The cells that a unit listens to: which map, where they are from the unit on (whole pixels), and their
        weight. At least one.
    threshold : float
        Taken off the sum; what is left below 0 is silence.

    Returns
    -------
    ndarray, shape (H, W)
        A neighbour outside the maps counts as 0.

    Raises
    ------
    ValueError
        If there is no tap, a map does not exist or lies farther than the maps reach, or maps is not 3-D.

    Examples
    --------
    >>> upright, lying = np.zeros((2, 3, 3))
    >>> upright[2, 1], lying[1, 0] = 5, 4
    >>> combine([upright, lying], [(0, 1, 0, 1), (1, 0, -1, 1)], threshold=5)
    array([[0., 0., 0.],
           [0., 4., 0.],
           [0., 0., 0.]])
    """
    maps = as_array(maps, "maps", 3).astype(float)
    taps = list(taps)
    if not taps:
        raise ValueError("taps must hold at least one (map, down, right, weight), got none")
    height, width = maps.shape[1:]
    total = np.zeros((height, width))
    for index, down, right, weight in taps:
        if not 0 <= index < len(maps):
            raise ValueError(f"taps must name a map from 0 to {len(maps) - 1}, got {index!r}")
        if abs(down) >= height or abs(right) >= width:
            raise ValueError(f"taps must stay within maps of {height}×{width}, got ({down}, {right})")
        rows = slice(max(0, -down), min(height, height - down))
        columns = slice(max(0, -right), min(width, width - right))
        seen = maps[index, max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
        total[rows, columns] += weight * seen
    return np.maximum(total - threshold, 0)


def coverage(shape: tuple[int, int], side: int, spacing: int) -> np.ndarray:
    """Return how many receptive fields see each pixel, when equal fields stand in rows and columns.

    Parameters
    ----------
    shape : (int, int)
        Height and width of the picture.
    side : int
        Height and width of a field, in pixels.
    spacing : int
        Pixels from one field to the next; the first one starts in the corner.

    Returns
    -------
    ndarray of int, shape `shape`
        0 where the picture is blind.

    Raises
    ------
    ValueError
        If side or spacing is below 1, or a field does not fit.

    Examples
    --------
    >>> coverage((3, 8), side=3, spacing=2)[0]
    array([1, 1, 2, 1, 2, 1, 1, 0])
    """
    as_count(side, "side", minimum=1)
    as_count(spacing, "spacing", minimum=1)
    if side > min(shape):
        raise ValueError(f"side must fit in a picture of {shape[0]}×{shape[1]}, got {side}")
    rows, columns = (np.zeros(n, int) for n in shape)
    for counts in (rows, columns):
        for start in range(0, len(counts) - side + 1, spacing):
            counts[start : start + side] += 1
    return np.outer(rows, columns)
