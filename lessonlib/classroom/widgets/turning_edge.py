"""Lesson 05: an edge that turns and moves in a small patch, and what Sobel says of it (slide 30)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.patches import Circle

from lessonlib.classroom import style
from lessonlib.classroom.pictures import frame
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, float_slider, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.edges import SOBEL_X, SOBEL_Y, sobel

#: The two levels of slide 30.
DARK, BRIGHT = 0.0, 10.0
#: Points a side inside a pixel when it is shaded by the area that the bright region covers.
SAMPLES = 16


class Reading(NamedTuple):
    """What the two masks measure at one pixel.

    Attributes
    ----------
    gx, gy : float
        Correlation with Sobel Gx and Gy; x grows to the right, y grows downwards, as the rows do.
    magnitude : float
    angle : float
        Degrees from the x axis, positive downwards, up to 180; NaN where the gradient is zero.
    """

    gx: float
    gy: float
    magnitude: float
    angle: float


def edge_patch_values(side: int, angle: float, position: float, shaded: bool = False) -> np.ndarray:
    """Return a patch cut by a straight edge: 0 on one side, 10 on the other.

    Parameters
    ----------
    side : int
        Odd number of pixels a side.
    angle : float
        Direction in which the patch becomes bright, degrees, positive downwards: 0 is right, -90 is up.
    position : float
        Distance in pixels from the central pixel to the edge, along that direction; the far side is bright.
    shaded : bool
        Give each pixel the fraction of its area that is bright; otherwise its centre decides, as on slide 30.

    Returns
    -------
    ndarray, shape (side, side)
        From 0 to 10.

    Examples
    --------
    >>> edge_patch_values(3, angle=-45, position=-0.5).astype(int)  # third patch of slide 30
    array([[10, 10, 10],
           [ 0, 10, 10],
           [ 0,  0, 10]])
    """
    if side < 3 or side % 2 == 0:
        raise ValueError(f"side must be an odd number from 3 up; got {side!r}")
    fine = SAMPLES if shaded else 1
    along = (np.arange(side * fine) + 0.5) / fine - side / 2
    direction = np.deg2rad(angle)
    distance = along * np.cos(direction) + along[:, None] * np.sin(direction) - position
    # Pixel centres that fall on the edge belong to the bright side, whatever the last bit of the cosine says.
    bright = distance > -1e-9
    covered = bright.reshape(side, fine, side, fine).mean(axis=(1, 3))
    return DARK + (BRIGHT - DARK) * covered


def gradient_at_centre(patch) -> Reading:
    """Return what Sobel measures at the central pixel of a patch.

    Parameters
    ----------
    patch : array_like, shape (N, N)
        N odd, at least 3.

    Examples
    --------
    >>> gradient_at_centre([[10, 10, 10], [10, 10, 10], [0, 0, 0]])
    Reading(gx=0.0, gy=-40.0, magnitude=40.0, angle=-90.0)
    """
    patch = np.asarray(patch, float)
    middle = patch.shape[0] // 2
    gradient = sobel(patch[middle - 1 : middle + 2, middle - 1 : middle + 2])
    return Reading(*(float(part.item()) for part in (*gradient, gradient.orientation)))


def orbit(position: float, shaded: bool, step: int = 5) -> np.ndarray:
    """Return where (gx, gy) goes while the edge makes a full turn, shape (turns, 2)."""
    patches = np.stack([edge_patch_values(3, angle, position, shaded) for angle in range(-180, 181, step)])
    return np.stack([np.tensordot(patches, mask, 2) for mask in (SOBEL_X, SOBEL_Y)], axis=1)


def turn(measured: float, true: float) -> float:
    """Return the signed difference of two directions, in degrees, in [-180, 180).

    Examples
    --------
    >>> turn(-179, 179)
    2
    """
    return (measured - true + 180) % 360 - 180


@course_style()
def edge_patch() -> Experiment:
    """Return the widget: turn and move an edge, read gx, gy, magnitude and direction.

    It starts on the second patch of slide 30; 45° and 90° against the clock give the third and the fourth.
    """
    canvas = FigureCanvas(1, 2, size=(9.4, 4.3))
    cells, plane = canvas.axes
    picture = cells.imshow(np.zeros((3, 3)), vmin=DARK, vmax=BRIGHT)
    cells.set_title("recorte (a máscara vê o quadrado)")
    cells.set_xticks([]), cells.set_yticks([])
    cells.spines[:].set_visible(False)
    cells.grid(False)
    texts = [cells.text(0, 0, "", ha="center", va="center") for _ in range(9)]
    arrow = cells.annotate(
        "",
        (1, 0),
        (0, 0),
        arrowprops={"arrowstyle": "-|>", "color": style.RED, "linewidth": 3, "mutation_scale": 20},
    )
    frame(cells, (-1, -1, 3, 3), color=style.ORANGE)
    window = cells.patches[-1]
    reach = 4.6 * BRIGHT
    plane.set(
        xlim=(-reach, reach),
        ylim=(reach, -reach),
        xlabel="gx (contraste na horizontal)",
        ylabel="gy (contraste na vertical, para baixo)",
        aspect="equal",
    )
    plane.axhline(0, color=style.INK, linewidth=0.8)
    plane.axvline(0, color=style.INK, linewidth=0.8)
    plane.add_patch(Circle((0, 0), 4 * BRIGHT, fill=False, edgecolor=style.GREY, linestyle="--"))
    (trail,) = plane.plot([], [], "-", color=style.SKY, linewidth=1.5)
    (shaft,) = plane.plot([], [], "-", color=style.RED, linewidth=3)
    (tip,) = plane.plot([], [], "o", color=style.RED, markersize=9)
    heading = plane.set_title("magnitude = 00,00")
    path = cache(orbit)

    def paint(angle: int, position: float, side: int, shaded: bool) -> str:
        patch = edge_patch_values(side, angle, position, shaded)
        now = gradient_at_centre(patch)
        middle = side // 2
        picture.set_data(patch)
        picture.set_extent((-0.5, side - 0.5, side - 0.5, -0.5))
        window.set_xy((middle - 1.5, middle - 1.5))
        for text, (i, j) in zip(texts, np.ndindex(3, 3), strict=True):
            row, column = middle - 1 + i, middle - 1 + j
            value = patch[row, column]
            text.set(position=(column, row - 0.27), text=number(value, 1), fontsize=36 / side + 4)
            text.set_color(style.ink_on((float(np.clip((value - DARK) / (BRIGHT - DARK), 0, 1)),) * 3))
        arrow.set_visible(now.magnitude > 1e-9)
        if now.magnitude > 1e-9:
            arrow.set_position((middle, middle))
            length = 1.3 * now.magnitude / (4 * BRIGHT)
            arrow.xy = (middle + length * now.gx / now.magnitude, middle + length * now.gy / now.magnitude)
        trail.set_data(*path(position, shaded).T)
        shaft.set_data([0, now.gx], [0, now.gy])
        tip.set_data([now.gx], [now.gy])
        heading.set_text(f"magnitude = {number(now.magnitude)}")
        numbers = (
            f"gx = <b>{number(now.gx)}</b>, gy = <b>{number(now.gy)}</b>, magnitude = {number(now.magnitude)}"
        )
        if np.isnan(now.angle):
            return f"{numbers}. A máscara só vê um tom: não há contorno e a direção não existe."
        error = turn(now.angle, angle)
        return (
            f"{numbers}. Direção medida: {number(now.angle, 1)}°; direção da borda: {number(angle)}°; "
            f"erro: {number(round(error, 1), 1)}°."
        )

    controls = {
        "angle": int_slider("direção da borda (graus)", 0, -180, 180, 5),
        "position": float_slider("posição da borda (pixels)", -0.5, -2.5, 2.5, 0.1, ".1f"),
        "side": choice("tamanho do recorte", [(f"{n}×{n}", n) for n in (3, 5, 7, 9)]),
        "shaded": choice(
            "pixels", [("0 ou 10, como no slide", False), ("meio-tom: fração da área clara", True)]
        ),
    }
    return Experiment(
        "gire e mova a borda",
        "À esquerda o recorte com a seta do gradiente; à direita o ponto (gx, gy) e, em azul claro, "
        "por onde ele passa quando a borda gira.",
        controls,
        canvas,
        paint,
    )
