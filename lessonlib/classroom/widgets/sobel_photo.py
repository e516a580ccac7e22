"""Lesson 05: the Sobel maps of a photo, with a threshold and a direction to choose (slide 31)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.plots_edges import direction_colors, draw_ring
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.edges import sobel

VIEWS = {
    "gx": "Gx (contraste na horizontal)",
    "gy": "Gy (contraste na vertical)",
    "magnitude": "magnitude",
    "orientation": "direção em cores",
    "edges": "contornos (o que passa no limiar)",
}


class Maps(NamedTuple):
    """Everything about a photo that does not depend on the controls.

    Attributes
    ----------
    gx, gy, magnitude, degrees : ndarray, shape (H - 2, W - 2)
        As :func:`lessonlib.reference.edges.sobel` gives them; degrees are 0 where there is no gradient.
    top : float
        Magnitude that gets the strongest colour: a few pixels far above the rest would leave all others pale.
    """

    gx: np.ndarray
    gy: np.ndarray
    magnitude: np.ndarray
    degrees: np.ndarray
    top: float


def measure(photo) -> Maps:
    """Return the maps of a grey photo, shape (H, W)."""
    gradient = sobel(photo)
    top = float(np.percentile(gradient.magnitude, 99.5)) or 1.0
    return Maps(*gradient, np.nan_to_num(gradient.orientation), top)


def selected(magnitude, degrees, threshold: float, direction: float, tolerance: float) -> np.ndarray:
    """Tell which pixels have a gradient that is large enough and points the chosen way.

    Parameters
    ----------
    magnitude, degrees : array_like, shape (H, W)
    threshold : float
        Least magnitude.
    direction, tolerance : float
        Degrees; a direction and its opposite count as one, so a tolerance of 90 keeps all.

    Returns
    -------
    ndarray of bool, shape (H, W)

    Examples
    --------
    >>> selected([40, 40, 40], [0, 180, 90], threshold=10, direction=0, tolerance=20).tolist()
    [True, True, False]
    """
    away = np.abs((np.asarray(degrees, float) - direction + 90) % 180 - 90)
    return (np.asarray(magnitude) >= threshold) & (away <= tolerance)


def full_map(maps: Maps, view: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the chosen map of every pixel as a picture, and the colour that stands for zero.

    Parameters
    ----------
    maps : Maps
    view : str
        A key of ``VIEWS``.

    Returns
    -------
    picture : ndarray of uint8, shape (H, W, 3)
    zero : ndarray of uint8, shape (3,)
    """
    if view not in VIEWS:
        raise ValueError(f"view must be one of {', '.join(VIEWS)}; got {view!r}")
    if view in ("gx", "gy"):
        table = _table(style.SIGNED)
        level = np.clip(128 + 127.5 * getattr(maps, view) / maps.top, 0, 255)
        return table[level.astype(np.uint8)], table[128]
    black = np.zeros(3, np.uint8)
    if view == "edges":
        return np.zeros((*maps.gx.shape, 3), np.uint8), black + np.uint8(255)
    bright = np.minimum(maps.magnitude / maps.top, 1.0)[..., None]
    if view == "magnitude":
        return (255 * bright).astype(np.uint8).repeat(3, axis=2), black
    return (255 * np.sqrt(bright) * direction_colors(maps.degrees)).astype(np.uint8), black


@cache
def _table(name: str) -> np.ndarray:
    import matplotlib as mpl

    return (255 * mpl.colormaps[name](np.arange(256))[:, :3]).round().astype(np.uint8)


@course_style()
def sobel_explorer(photos: Mapping[str, np.ndarray], *, threshold: int = 100) -> Experiment:
    """Return the widget: choose photo, map, threshold and direction.

    Parameters
    ----------
    photos : mapping of str to array_like, shape (H, W)
        Name in pt-BR → grey levels from 0 to 255.
    threshold : int
        Where the slider starts.
    """
    photos = {name: np.asarray(photo, float) for name, photo in photos.items()}
    if any(photo.ndim != 2 for photo in photos.values()):
        raise ValueError("photos must be grey images H×W: convert colour photos first")
    first = next(iter(photos.values()))
    canvas = FigureCanvas(1, 3, size=(9.8, 3.7), width_ratios=[1, 1, 0.2])
    left, right, legend = canvas.axes
    photo_picture = left.imshow(first, vmin=0, vmax=255)
    map_picture = right.imshow(np.zeros((*first.shape, 3), np.uint8))
    left.set_title("foto")
    heading = right.set_title(VIEWS["edges"])
    for ax in (left, right):
        style.bare(ax)
        ax.set_anchor("W")  # photos of any shape start at the same place
    draw_ring(legend)
    measured = cache(lambda name: measure(photos[name]))
    painted = cache(lambda name, view: full_map(measured(name), view))

    def paint(photo: str, view: str, threshold: int, direction: int, tolerance: int) -> str:
        maps = measured(photo)
        keep = selected(maps.magnitude, maps.degrees, threshold, direction, tolerance)
        height, width = photos[photo].shape
        photo_picture.set_data(photos[photo])
        photo_picture.set_extent((-0.5, width - 0.5, height - 0.5, -0.5))
        picture, zero = painted(photo, view)
        map_picture.set_data(np.where(keep[..., None], picture, zero))
        map_picture.set_extent((0.5, width - 1.5, height - 1.5, 0.5))  # the mask does not reach the border
        heading.set_text(VIEWS[view])
        legend.set_visible(view == "orientation")
        which = "em qualquer direção"
        if tolerance < 90:
            which = f"com gradiente a até {number(tolerance)}° de {number(direction)}°"
        return (
            f"<b>{number(100 * keep.mean(), 1)}%</b> dos pixels têm magnitude de pelo menos "
            f"{number(threshold)}, {which}. O resto aparece como zero."
        )

    controls = {
        "photo": choice("foto", list(photos)),
        "view": choice("mapa", [(text, view) for view, text in VIEWS.items()], "orientation"),
        "threshold": int_slider("limiar da magnitude", threshold, 0, 800, 10),
        "direction": int_slider("direção do gradiente (graus)", 0, -90, 90, 5),
        "tolerance": int_slider("tolerância (graus)", 90, 5, 90, 5),
    }
    return Experiment(
        "escolha o mapa, o limiar e a direção",
        "À esquerda a foto; à direita o mapa de Sobel, só com os pixels que passam no limiar e na direção.",
        controls,
        canvas,
        paint,
    )
