"""Lesson 01: a bar that moves across the field of four simple cells and of one complex cell (slide 7)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.turning_bar import FREQUENCY, SIDE, SIGMA
from lessonlib.reference.stimuli import bar
from lessonlib.reference.visual_cortex import complex_cell, quadrature_pair, simple_cell, simple_field

#: The four simple cells behind the complex one: phase in degrees → what each is after.
CELLS = {0: "faixa clara", 90: "contorno", 180: "faixa escura", 270: "contorno oposto"}
#: Places of the curves: whole pixels, because between them the bar has another rim and the curves ripple.
PLACES = np.arange(-14, 15)


class Answers(NamedTuple):
    """What the cells say to bars of light.

    Attributes
    ----------
    simple : ndarray, shape (4, N)
        One row for each of ``CELLS``.
    complex : ndarray, shape (N,)
    """

    simple: np.ndarray
    complex: np.ndarray


def ask(angle: float, width: float, places=PLACES) -> Answers:
    """Show a bar at many places to upright cells.

    Parameters
    ----------
    angle, width : float
        Of the bar: degrees from upright, pixels.
    places : array_like, shape (N,)
        Distances from the centre of the field, in pixels.

    Examples
    --------
    >>> answers = ask(0, 4, [0, 2, 4])
    >>> answers.simple[0].round(2).tolist(), answers.complex.round(2).tolist()
    ([0.6, 0.2, 0.0], [0.6, 0.57, 0.49])
    """
    bars = np.stack([bar(SIDE, angle, place, width) for place in places])
    fields = [simple_field(SIDE, FREQUENCY, 0, SIGMA, phase) for phase in CELLS]
    pair = quadrature_pair(SIDE, FREQUENCY, 0, SIGMA)
    return Answers(np.stack([simple_cell(bars, field) for field in fields]), complex_cell(bars, pair))


@course_style()
def simple_and_complex() -> Experiment:
    """Return the widget: move a bar; a simple cell comes and goes, the complex one stays."""
    canvas = FigureCanvas(1, 3, size=(10.4, 3.3), width_ratios=[1, 1.9, 1.5])
    stimulus, chart, columns = canvas.axes
    shown = stimulus.imshow(np.zeros((SIDE, SIDE)), vmin=0, vmax=1)
    stimulus.set_title("barra de luz", fontsize=canvas.fontsize)
    stimulus.set_xticks([]), stimulus.set_yticks([])
    stimulus.grid(False)
    stimulus.spines[:].set(visible=True, color=style.GREY)
    (whole,) = chart.plot([], [], "-", color=style.BLUE, label="complexa")
    (part,) = chart.plot([], [], "--", color=style.RED, label="simples")
    (here,) = chart.plot([], [], "o", color=style.BLUE, markersize=9)
    (there,) = chart.plot([], [], "s", color=style.RED, markersize=8)
    chart.set(xlim=(-14.5, 14.5), ylim=(-0.04, 1.15), xlabel="posição da barra (pixels)", ylabel="resposta")
    chart.set_title("conforme a barra anda", fontsize=canvas.fontsize)
    chart.legend(loc="upper right", ncols=2, fontsize=canvas.fontsize)
    drawn = columns.barh(range(5), np.zeros(5), color=[style.RED] * 4 + [style.BLUE])
    columns.set_yticks(range(5), [*CELLS.values(), "COMPLEXA"], fontsize=canvas.fontsize)
    columns.invert_yaxis()
    columns.grid(axis="y", visible=False)
    columns.set(xlim=(0, 1.0), xlabel="resposta agora")
    columns.set_title("as quatro simples", fontsize=canvas.fontsize)
    curves_of = cache(ask)

    def paint(offset: int, phase: int, angle: int, width: int) -> str:
        shown.set_data(bar(SIDE, angle, offset, width))
        curves, now = curves_of(angle, width), ask(angle, width, [offset])
        chosen = list(CELLS).index(phase)
        whole.set_data(PLACES, curves.complex)
        part.set_data(PLACES, curves.simple[chosen])
        here.set_data([offset], now.complex)
        there.set_data([offset], now.simple[chosen])
        for column, value in zip(drawn, [*now.simple[:, 0], now.complex[0]], strict=True):
            column.set_width(value)
        answering = int((now.simple[:, 0] > 0.005).sum())
        squares = " + ".join(f"{number(v)}²" for v in now.simple[:, 0] if v > 0.005) or "0"
        return (
            f"Simples ({CELLS[phase]}): <b>{number(now.simple[chosen, 0])}</b>. "
            f"Complexa: √({squares}) = <b>{number(now.complex[0])}</b>. "
            f"Das quatro simples, {answering} {'responde' if answering == 1 else 'respondem'} agora."
        )

    controls = {
        "offset": int_slider("posição da barra (pixels)", 0, -14, 14),
        "phase": choice("célula simples na curva", [(name, phase) for phase, name in CELLS.items()]),
        "angle": int_slider("orientação da barra (graus)", 0, -90, 90, 3),
        "width": int_slider("largura da barra (pixels)", 4, 1, 15),
    }
    return Experiment(
        "ande com a barra",
        "A barra clara; as curvas da resposta de uma célula simples e de uma complexa conforme a barra anda; "
        "e barras com a resposta das quatro células simples e da complexa neste instante.",
        controls,
        canvas,
        paint,
    )
