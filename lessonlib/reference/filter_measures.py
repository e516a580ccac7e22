"""Two numbers that describe a colour filter: how much of it is colour, and how oriented it is (slide 68)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array


class Orientation(NamedTuple):
    """Which way the energy of a filter's spectrum points.

    Attributes
    ----------
    index : float
        0 if the energy spreads over all directions, 1 if it is all in one.
    angle : float
        Direction in which the filter changes, degrees from 0 to 180; 0 for vertical stripes. NaN if the
        filter is constant.
    """

    index: float
    angle: float


def color_share(weights: ArrayLike) -> np.ndarray:
    """Return the share of a filter's energy that a grey photo cannot see.

    Parameters
    ----------
    weights : array_like, shape (N, 3, H, W)
        Red, green and blue masks of N filters.

    Returns
    -------
    ndarray, shape (N,)
        0 if the three masks are equal, 1 if they cancel out; NaN for a filter of zeros.

    Raises
    ------
    ValueError
        If weights has another shape or holds what is not a finite number.

    Examples
    --------
    >>> color_share([[[[1.0]], [[1.0]], [[1.0]]], [[[1.0]], [[-1.0]], [[0.0]]]]).round(6).tolist()
    [0.0, 1.0]
    """
    weights = as_array(weights, "weights", 4).astype(float)
    if weights.shape[1] != 3:
        raise ValueError(f"weights must have shape (N, 3, H, W), got {weights.shape}")
    total = (weights**2).sum(axis=(1, 2, 3))
    grey = 3 * (weights.mean(axis=1) ** 2).sum(axis=(1, 2))
    return 1 - np.divide(grey, total, out=np.full_like(total, np.nan), where=total > 0)


def orientation(picture: ArrayLike) -> Orientation:
    """Measure the orientation of a filter of one channel.

    The energy of each frequency votes for its direction; opposite directions count as one, so angles are
    doubled before the votes are added.

    Parameters
    ----------
    picture : array_like, shape (H, W)

    Returns
    -------
    Orientation

    Raises
    ------
    ValueError
        If picture has another rank or holds what is not a finite number.

    Examples
    --------
    >>> found = orientation([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    >>> round(found.index, 2), round(found.angle)
    (0.55, 0)
    """
    picture = as_array(picture, "picture", 2).astype(float)
    size = 32 if max(picture.shape) <= 16 else 2 * max(picture.shape)
    power = np.abs(np.fft.fft2(picture - picture.mean(), (size, size))) ** 2
    power[0, 0] = 0
    # The Nyquist row and column have no direction of their own: +1/2 and −1/2 are the same frequency.
    power[size // 2] = power[:, size // 2] = 0
    if power.sum() <= 1e-12 * (picture**2).sum() * size**2:
        return Orientation(0.0, float("nan"))
    frequency = np.fft.fftfreq(size)
    votes = power * np.exp(2j * np.arctan2(frequency[:, None], frequency[None, :]))
    total = votes.sum()
    angle = float(np.degrees(np.angle(total)) / 2)
    if angle < -1e-9:  # a rounding error below 0 must not become 180
        angle += 180
    return Orientation(float(abs(total) / power.sum()), max(angle, 0.0))
