"""Lesson 01: a bar that turns before a simple cell, and the cell's tuning curve (slides 5-6)."""

from __future__ import annotations

from functools import cache

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.stimuli import bar
from lessonlib.reference.visual_cortex import drive, half_width, simple_cell, simple_field

#: The cell of the lesson, in pixels: 31×31, a stripe every 10, turned as needed.
SIDE, FREQUENCY, SIGMA = 31, 0.1, 6.0
#: Angles of the curve.
ANGLES = np.arange(-90, 91, 3)


def tuning(cell: float, offset: float = 0.0, width: float = 4.0, angles=ANGLES) -> np.ndarray:
    """Return the responses of the lesson's simple cell to bars of many orientations.

    Parameters
    ----------
    cell : float
        Orientation that the cell prefers, degrees; 0 is upright.
    offset, width : float
        Place and thickness of the bar, in pixels, as in `lessonlib.reference.stimuli.bar`.
    angles : array_like, shape (N,)
        Degrees.

    Returns
    -------
    ndarray, shape (N,)
        From 0 to about 1.

    Examples
    --------
    >>> tuning(0, angles=[0, 90]).round(2).tolist()
    [0.6, 0.0]
    """
    bars = np.stack([bar(SIDE, angle, offset, width) for angle in angles])
    return simple_cell(bars, simple_field(SIDE, FREQUENCY, cell, SIGMA))


def away(angle: float, cell: float) -> float:
    """Return how far a bar is turned from a cell's orientation, in degrees, 0 to 90.

    Examples
    --------
    >>> away(-80, 90)
    10
    """
    return abs((angle - cell + 90) % 180 - 90)


@course_style()
def orientation_tuning() -> Experiment:
    """Return the widget: turn, move and thicken a bar; template, products and tuning curve follow."""
    canvas = FigureCanvas(1, 4, size=(10.4, 3.1), width_ratios=[1, 1, 1, 1.9])
    stimulus, template, products, chart = canvas.axes
    shown = stimulus.imshow(np.zeros((SIDE, SIDE)), vmin=0, vmax=1)
    field_picture = template.imshow(np.zeros((SIDE, SIDE)), cmap=style.SIGNED, vmin=-1, vmax=1)
    product_picture = products.imshow(np.zeros((SIDE, SIDE)), cmap=style.SIGNED, vmin=-1, vmax=1)
    for ax, text in ((stimulus, "barra de luz"), (template, "molde da célula"), (products, "produtos")):
        ax.set_title(text, fontsize=canvas.fontsize)
        ax.set_xticks([]), ax.set_yticks([])
        ax.grid(False)
        ax.spines[:].set(visible=True, color=style.GREY)
    (curve,) = chart.plot([], [], "-", color=style.BLUE)
    (dot,) = chart.plot([], [], "o", color=style.RED, markersize=10)
    chart.set(xlim=(-92, 92), ylim=(-0.04, 1.0), xlabel="orientação da barra (graus)", ylabel="resposta")
    chart.set_xticks([-90, -45, 0, 45, 90], ["−90", "−45", "0", "45", "90"])
    chart.set_title("curva de sintonia", fontsize=canvas.fontsize)
    curve_of = cache(tuning)

    def paint(angle: int, cell: int, offset: int, width: int) -> str:
        picture, field = bar(SIDE, angle, offset, width), simple_field(SIDE, FREQUENCY, cell, SIGMA)
        top = np.abs(field).max()
        shown.set_data(picture)
        field_picture.set_data(field / top)
        product_picture.set_data(picture * field / top)
        responses = curve_of(cell, offset, width)
        curve.set_data(ANGLES, responses)
        total = float(drive(picture, field))
        response = max(total, 0.0)
        dot.set_data([angle], [response])
        said = (
            f"Soma dos produtos: {number(total)}; resposta: <b>{number(response)}</b>. A barra está a "
            f"{away(angle, cell)}° da orientação preferida."
        )
        # The whole turn, centred on the peak, so that no side is cut at ±90.
        peak = int(ANGLES[responses.argmax()])
        if responses.max() < 0.05:
            return f"{said} Neste lugar a célula quase não responde, em nenhuma orientação."
        turned = peak + ANGLES
        fall = half_width(turned, curve_of(cell, offset, width, tuple(turned)))
        if np.isnan(fall):
            return said
        return f"{said} A resposta cai à metade a {number(fall, 0)}° do pico."

    controls = {
        "angle": int_slider("orientação da barra (graus)", 30, -90, 90, 3),
        "cell": choice(
            "a célula prefere", [("0°, em pé", 0), ("45°, /", 45), ("90°, deitada", 90), ("135°, \\", 135)]
        ),
        "offset": int_slider("posição da barra (pixels)", 0, -12, 12),
        "width": int_slider("largura da barra (pixels)", 4, 1, 15),
    }
    return Experiment(
        "gire a barra diante da célula",
        "Uma barra clara, o molde da célula com faixas vermelhas (excitam) e azuis (inibem), os produtos "
        "dos dois, e a curva da resposta conforme a barra gira, com um ponto na orientação atual.",
        controls,
        canvas,
        paint,
    )
