"""Lesson 01: a unit of the second level that listens to two neighbours, on real digits (slide 7)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, float_slider, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.cortex_sheets import combine, complex_map
from lessonlib.reference.visual_cortex import quadrature_pair

#: The first level on 28×28 digits, in pixels: 9×9 fields, stripes as wide as a stroke.
SIDE, FREQUENCY, SIGMA = 9, 0.18, 2.2
#: Corner → where its lying and its upright stroke are, from the corner on: (right of the lying, down of
#: the upright).
CORNERS = {"┐": (-1, 1), "┌": (1, 1), "└": (1, -1), "┘": (-1, -1)}


def contours(digits, angle: float) -> np.ndarray:
    """Return the answers of complex cells on digits, as large as the digits: ink counts 0 to 1.

    Parameters
    ----------
    digits : array_like of uint8, shape (..., 28, 28)
    angle : float
        Orientation that the cells prefer, degrees.
    """
    digits = np.asarray(digits) / 255
    around = SIDE // 2
    padded = np.pad(digits, [(0, 0)] * (digits.ndim - 2) + [(around, around)] * 2)
    return complex_map(padded, quadrature_pair(SIDE, FREQUENCY, angle, SIGMA))


def corner_taps(corner: str, distance: int) -> list[tuple[int, int, int, float]]:
    """Return what a corner unit listens to, in maps (upright, lying), for `combine`.

    Examples
    --------
    >>> corner_taps("┐", 3)
    [(1, 0, -3, 1.0), (0, 3, 0, 1.0)]
    """
    if corner not in CORNERS:
        raise ValueError(f"corner must be one of {', '.join(CORNERS)}; got {corner!r}")
    right, down = CORNERS[corner]
    return [(1, 0, right * distance, 1.0), (0, down * distance, 0, 1.0)]


class Finding(NamedTuple):
    """What the sheet of corner units finds on one digit.

    Attributes
    ----------
    responses : ndarray, shape (28, 28)
    row, column : int
        Where the unit with the largest sum is, 0-based.
    lying, upright : float
        What its two neighbours say.
    """

    responses: np.ndarray
    row: int
    column: int
    lying: float
    upright: float


def find_corner(upright, lying, corner: str, distance: int, threshold: float) -> Finding:
    """Lay corner units over the maps of one digit.

    Parameters
    ----------
    upright, lying : ndarray, shape (28, 28)
        From :func:`contours`, at 0 and 90 degrees.
    """
    taps = corner_taps(corner, distance)
    sums = combine([upright, lying], taps)
    row, column = (int(k) for k in np.unravel_index(sums.argmax(), sums.shape))
    (_, _, right, _), (_, down, _, _) = taps
    # A neighbour outside the map counts as 0, as in `combine`.
    said = [
        float(map_[r, c]) if 0 <= r < sums.shape[0] and 0 <= c < sums.shape[1] else 0.0
        for map_, r, c in ((lying, row, column + right), (upright, row + down, column))
    ]
    return Finding(np.maximum(sums - threshold, 0), row, column, *said)


@course_style()
def corner_detector(digits, labels, *, example: int = 1) -> Experiment:
    """Return the widget: choose a digit, a corner and a threshold; see who fires.

    Parameters
    ----------
    digits : array_like of uint8, shape (N, 28, 28)
    labels : array_like of int, shape (N,)
        Every digit from 0 to 9 at least once.
    example : int
        Which of the first twelve sevens is shown first, counted from 1.
    """
    digits, labels = np.asarray(digits), np.asarray(labels)
    missing = [k for k in range(10) if k not in labels]
    if missing:
        raise ValueError(f"labels must hold every digit from 0 to 9; got none of {missing}")
    pages = {k: digits[labels == k][:12] for k in range(10)}
    canvas = FigureCanvas(1, 4, size=(10.2, 3.0))
    names = ("o dígito", "contornos deitados", "contornos em pé", "unidades do 2º nível")
    drawn = []
    for ax, name in zip(canvas.axes, names, strict=True):
        drawn.append(ax.imshow(np.zeros((28, 28)), vmin=0, vmax=1))
        ax.set_title(name, fontsize=canvas.fontsize)
        ax.set_xticks([]), ax.set_yticks([])
        ax.grid(False)
    look = {"linestyle": "none", "markerfacecolor": "none", "markeredgewidth": 2.5}
    (tap_lying,) = canvas.axes[1].plot([], [], "s", markeredgecolor=style.ORANGE, markersize=12, **look)
    (tap_upright,) = canvas.axes[2].plot([], [], "s", markeredgecolor=style.ORANGE, markersize=12, **look)
    (spot,) = canvas.axes[0].plot([], [], "o", markeredgecolor=style.ORANGE, markersize=15, **look)
    (winner,) = canvas.axes[3].plot([], [], "o", markeredgecolor=style.ORANGE, markersize=15, **look)
    maps_of = cache(lambda digit, which: [contours(pages[digit][which - 1], angle) for angle in (0, 90)])

    def paint(digit: int, which: int, corner: str, distance: int, threshold: float) -> str:
        controls["which"].max = len(pages[digit])
        which = min(which, len(pages[digit]))
        upright, lying = maps_of(digit, which)
        found = find_corner(upright, lying, corner, distance, threshold)
        right, down = (sign * distance for sign in CORNERS[corner])
        for image, pixels in zip(
            drawn, (pages[digit][which - 1] / 255, lying, upright, found.responses / 0.5), strict=True
        ):
            image.set_data(pixels)
        total = found.lying + found.upright
        fires = total > threshold
        tap_lying.set_data([found.column + right], [found.row])
        tap_upright.set_data([found.column], [found.row + down])
        for mark in (spot, winner):
            mark.set_data([found.column], [found.row])
            mark.set_visible(fires)
        verdict = (
            f"A unidade <b>dispara</b>: {number(total - threshold)}."
            if fires
            else "Nem a unidade mais forte passa do limiar: <b>silêncio</b>."
        )
        return (
            f"Canto {corner}, a unidade mais forte: {number(found.lying)} (deitado) + "
            f"{number(found.upright)} (em pé) = {number(total)}; limiar {number(threshold)}. {verdict}"
        )

    controls = {
        "digit": int_slider("dígito", 7, 0, 9),
        "which": int_slider("exemplo", example, 1, 12),
        "corner": choice("canto que a unidade procura", list(CORNERS)),
        "distance": int_slider("distância às vizinhas (pixels)", 4, 1, 6),
        "threshold": float_slider("limiar", 1.0, 0.0, 1.9, 0.05),
    }
    return Experiment(
        "monte um detector de cantos",
        "Um dígito, os contornos deitados e em pé que o primeiro nível encontra, e as respostas do segundo "
        "nível; quadrados marcam as duas vizinhas que a unidade mais forte escuta.",
        controls,
        canvas,
        paint,
    )
