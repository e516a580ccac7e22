"""Lesson 05: the direction of an edge as a colour, with the ring that says which colour is which."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import to_rgb

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure

#: Colours of the gradient directions 0°, 45°, 90° and 135°; between them, a mixture. Okabe-Ito colours that
#: stand out on black and stay distinct for the common colour-vision deficiencies; a full rainbow does not.
ANCHORS = (style.ORANGE, style.YELLOW, style.SKY, style.PINK)

#: Half circle, one colour a degree.
_DEGREES = np.arange(180)
_TABLE = np.stack(
    [
        np.interp(_DEGREES, [0, 45, 90, 135, 180], [to_rgb(c)[channel] for c in (*ANCHORS, ANCHORS[0])])
        for channel in range(3)
    ],
    axis=1,
)


def direction_colors(degrees) -> np.ndarray:
    """Return the colour of each gradient direction; a direction and its opposite share one.

    Parameters
    ----------
    degrees : array_like
        Any shape.

    Returns
    -------
    ndarray, same shape plus 3, float in [0, 1]

    Examples
    --------
    >>> bool(np.allclose(direction_colors(30), direction_colors(-150)))
    True
    """
    return _TABLE[np.round(np.asarray(degrees, float)).astype(int) % 180]


def orientation_rgb(gx, gy, threshold: float = 0.0) -> np.ndarray:
    """Return a picture in which hue is the gradient's direction and brightness its magnitude.

    Parameters
    ----------
    gx, gy : array_like, shape (H, W)
    threshold : float
        Pixels whose magnitude is below it stay black.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    size = np.hypot(gx, gy)
    # Edges of a photo span orders of magnitude: the top 1 % may saturate, and a root lifts the weak ones.
    top = np.percentile(size, 99) or 1.0
    bright = np.sqrt(np.minimum(size / top, 1.0)) * (size >= threshold)
    return np.round(255 * bright[..., None] * direction_colors(np.rad2deg(np.arctan2(gy, gx)))).astype(
        np.uint8
    )


def draw_ring(ax) -> None:
    """Draw the legend: a white disc's own edge, coloured by the rule of :func:`orientation_rgb`."""
    side = 121
    y, x = np.mgrid[:side, :side] - side // 2
    radius = np.hypot(x, y)
    ring = direction_colors(np.rad2deg(np.arctan2(y, x))) * ((radius > 38) & (radius < 56))[..., None]
    ax.imshow(ring)
    style.bare(ax)
    style.name_above(ax, "borda de\num disco")


@course_style()
def orientation(items: Mapping[str, tuple], *, title: str, alt: str, threshold: float = 0.0) -> None:
    """Show edge directions in colour for one or more images, with the legend at the right.

    Parameters
    ----------
    items : mapping of str to (gx, gy)
        Title → two arrays of shape (H, W).
    threshold : float
        Pixels whose magnitude is below it stay black.
    """
    ratios = [np.shape(gx)[1] / np.shape(gx)[0] for gx, _ in items.values()]
    width = 8.0
    figure, axes = new_figure(
        1,
        len(items) + 1,
        size=(width + 1.2, width / sum(ratios) + 0.75),
        width_ratios=[*ratios, 0.14 * sum(ratios)],
    )
    for ax, (name, (gx, gy)) in zip(axes[:-1], items.items(), strict=True):
        ax.imshow(orientation_rgb(gx, gy, threshold))
        style.name_above(ax, name)
        style.bare(ax)
    draw_ring(axes[-1])
    style.headline(figure, title)
    show(figure, alt)
