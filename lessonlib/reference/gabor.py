"""Gabor's wave in an envelope, and how well it describes a filter (slides 5 and 68).

The receptive fields of the simple cells of the visual cortex are described by it: D. Marcelja, *Journal of
the Optical Society of America* 70, 1980; J. G. Daugman, *JOSA A* 2, 1985.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from lessonlib.reference._validation import as_array


class GaborFit(NamedTuple):
    """The Gabor function nearest to a filter.

    Attributes
    ----------
    r2 : float
        Share of the filter's energy that it explains, 0 to 1.
    picture : ndarray, shape (H, W)
        The fitted function, in the filter's units.
    angle : float
        Direction in which the wave changes, in degrees, 0 to 180 (0: vertical stripes, as Sobel's Gx).
    frequency : float
        Cycles in a pixel.
    """

    r2: float
    picture: np.ndarray
    angle: float
    frequency: float


def gabor(
    side: int, frequency: float, angle: float = 0.0, sigma: float = 2.0, phase: float = 0.0
) -> np.ndarray:
    """Return a Gabor filter: a cosine wave under a round Gaussian, centred.

    Parameters
    ----------
    side : int
        Height and width, in pixels.
    frequency : float
        Cycles in a pixel, 0 to 0.5.
    angle : float
        Direction in which the wave changes, in degrees, clockwise on screen because rows grow downwards.
    sigma : float
        Width of the Gaussian, in pixels, > 0.
    phase : float
        Degrees at the centre: 0 gives a bar, 90 gives an edge.

    Returns
    -------
    ndarray, shape (side, side)
        In [-1, 1].

    Raises
    ------
    ValueError
        If side is below 1 or sigma is not above 0.

    Examples
    --------
    >>> gabor(3, 0.25, sigma=1).round(2)
    array([[0.  , 0.61, 0.  ],
           [0.  , 1.  , 0.  ],
           [0.  , 0.61, 0.  ]])
    """
    if side < 1:
        raise ValueError(f"side must be at least 1, got {side!r}")
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0, got {sigma!r}")
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    across = x * np.cos(np.radians(angle)) + y * np.sin(np.radians(angle))
    envelope = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    return envelope * np.cos(2 * np.pi * frequency * across + np.radians(phase))


def fit_gabor(picture: ArrayLike) -> GaborFit:
    """Fit a Gabor function of any place, size, shape, direction, frequency and phase to a filter.

    Amplitude and phase enter linearly and are solved exactly; the six other numbers are searched from the
    peak of the filter's spectrum, with a small and a large envelope: the same answer on every run.

    Parameters
    ----------
    picture : array_like, shape (H, W)
        A filter of one channel, at least 3×3.

    Returns
    -------
    GaborFit
        An r2 of 0 for a filter of zeros.

    Raises
    ------
    ValueError
        If the picture has another rank, is smaller than 3×3 or holds what is not a finite number.

    Examples
    --------
    >>> fit = fit_gabor(gabor(11, 0.15, angle=30, phase=40))
    >>> round(fit.r2, 3), round(fit.angle), round(fit.frequency, 2)
    (1.0, 30, 0.15)
    """
    picture = as_array(picture, "picture", 2).astype(float)
    if min(picture.shape) < 3:
        raise ValueError(f"picture must be at least 3×3, got shape {picture.shape}")
    length = np.linalg.norm(picture)
    if length == 0:
        return GaborFit(0.0, np.zeros_like(picture), 0.0, 0.0)
    target = picture / length
    reach = max(picture.shape)
    low = [-reach, -reach, 0.5, 0.5, -7, 0.0]
    high = [reach, reach, reach, reach, 7, 0.5]
    best = None
    for sigma in (reach / 9, reach / 4.5):
        start = np.clip([*_centre(target), sigma, sigma, *_peak(target)], low, high)
        found = least_squares(
            lambda p: (_project(p, target) - target).ravel(), start, bounds=(low, high), max_nfev=40
        )
        if best is None or found.cost < best.cost:
            best = found
    angle, frequency = best.x[4:]
    return GaborFit(
        float(1 - 2 * best.cost), length * _project(best.x, target), float(np.degrees(angle) % 180),
        float(frequency),
    )


def _grid(shape):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    return y - (shape[0] - 1) / 2, x - (shape[1] - 1) / 2


def _project(parameters, target):
    """Return the Gabor function of these six numbers whose amplitude and phase suit the target best."""
    x0, y0, across, along, angle, frequency = parameters
    y, x = _grid(target.shape)
    u = (x - x0) * np.cos(angle) + (y - y0) * np.sin(angle)
    v = (y - y0) * np.cos(angle) - (x - x0) * np.sin(angle)
    envelope = np.exp(-((u / across) ** 2 + (v / along) ** 2) / 2)
    wave = 2 * np.pi * frequency * u
    pair = np.stack([(envelope * np.cos(wave)).ravel(), (envelope * np.sin(wave)).ravel()], axis=1)
    weights = np.linalg.lstsq(pair, target.ravel(), rcond=None)[0]
    return (pair @ weights).reshape(target.shape)


def _centre(target):
    y, x = _grid(target.shape)
    return (target**2 * x).sum(), (target**2 * y).sum()


def _peak(target):
    """Return the direction (radians) and frequency at which the spectrum is strongest."""
    size = 4 * max(target.shape)
    power = np.abs(np.fft.rfft2(target - target.mean(), (size, size)))
    row, column = np.unravel_index(power.argmax(), power.shape)
    fy, fx = np.fft.fftfreq(size)[row], np.fft.rfftfreq(size)[column]
    return np.arctan2(fy, fx), np.hypot(fx, fy)
