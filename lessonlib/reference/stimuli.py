"""Pictures made to question a cell of the visual cortex: a bar of light, and a grating (slides S05-S07)."""

import numpy as np

from lessonlib.reference._validation import as_count


def bar(side: int, angle: float = 0.0, offset: float = 0.0, width: float = 3.0,
        length: float | None = None) -> np.ndarray:
    """Return a bright bar on a dark ground.

    Parameters
    ----------
    side : int
        Height and width of the picture, in pixels.
    angle : float
        Degrees. 0 is an upright bar; it turns clockwise on screen, because rows grow downwards. A bar at
        180 is the bar at 0.
    offset : float
        Distance from the centre of the picture to the middle of the bar, in pixels, across the bar:
        to the right for an upright bar.
    width : float
        Thickness in pixels, > 0.
    length : float, optional
        In pixels, > 0; by default the bar crosses the picture.

    Returns
    -------
    ndarray, shape (side, side)
        Light from 0 (dark) to 1; the pixels of the bar's rim have what lies between.

    Raises
    ------
    ValueError
        If side is below 1, or width or length is not above 0.

    Examples
    --------
    >>> bar(5, offset=1, width=1)[0]
    array([0., 0., 0., 1., 0.])
    >>> bar(3, angle=90, width=1).round(6)
    array([[0., 0., 0.],
           [1., 1., 1.],
           [0., 0., 0.]])
    """
    if not width > 0:
        raise ValueError(f"width must be above 0, got {width!r}")
    if length is not None and not length > 0:
        raise ValueError(f"length must be above 0, got {length!r}")
    across, along = _turned(side, angle)
    light = _covered(across - offset, width)
    return light if length is None else light * _covered(along, length)


def grating(side: int, frequency: float, angle: float = 0.0, phase: float = 0.0) -> np.ndarray:
    """Return stripes of light that swell and fade as a cosine.

    Parameters
    ----------
    side : int
        Height and width of the picture, in pixels.
    frequency : float
        Stripes in a pixel, 0 to 0.5.
    angle : float
        Degrees, as in `bar`: 0 gives upright stripes.
    phase : float
        Degrees at the centre: 0 puts the middle of a bright stripe there, 180 that of a dark one.

    Returns
    -------
    ndarray, shape (side, side)
        Light from 0 to 1.

    Raises
    ------
    ValueError
        If side is below 1.

    Examples
    --------
    >>> grating(3, 0.5)[0].round(6)
    array([0., 1., 0.])
    """
    across, _ = _turned(side, angle)
    return (1 + np.cos(2 * np.pi * frequency * across + np.radians(phase))) / 2


def _turned(side, angle):
    """Return the coordinates of each pixel across and along a line that is upright at 0 degrees."""
    as_count(side, "side", minimum=1)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return x * cosine + y * sine, y * cosine - x * sine


def _covered(distance, width):
    """Return how much of a pixel at this distance a band of this width covers (exact for upright bands)."""
    inner = (width - 1) / 2
    return np.clip(1 - (np.abs(distance) - inner), 0, min(width, 1.0))
