"""Lesson 04: what a convolution costs by three roads, and where they cross (slide 29)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.ticker import NullLocator

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.convolution import count_multiplications, output_size


class Costs(NamedTuple):
    """Multiplications of real numbers that one square mask asks of one square image, no padding.

    Attributes
    ----------
    direct : int
        The whole mask at every place.
    separable : int
        A column, then a row, for a mask of rank 1.
    fft : float
        Two transforms, a product of spectra, and the transform back.
    """

    direct: int
    separable: int
    fft: float


def costs(side: int, kernel: int) -> Costs:
    """Count the multiplications of each road.

    Parameters
    ----------
    side, kernel : int
        Pixels a side, of image and mask.

    Notes
    -----
    The FFT follows the textbook count: N/2·log2 N complex products for N points (Cooley & Tukey, 1965), four
    real products each, and half of all that because image and mask are real. A library's FFT needs fewer.

    Examples
    --------
    >>> costs(28, 5).direct
    14400
    """
    out = output_size(side, kernel)
    points = side * side
    return Costs(
        direct=count_multiplications(kernel, out),
        separable=count_multiplications((1, kernel), (side, out)) + count_multiplications((kernel, 1), out),
        fft=0.5 * 4 * (3 * points / 2 * np.log2(points) + points),
    )


NAMES = {"direct": "direta: K × K", "separable": "separável: K + K", "fft": "FFT"}


@course_style()
def cost_crossover() -> Experiment:
    """Return the widget: choose image and mask, read the three counts and the cheapest road."""
    kernels = np.arange(3, 64, 2)
    canvas = FigureCanvas(size=(8.2, 4.2))
    ax = canvas.axes
    curves, dots = {}, {}
    for (key, label), color, line in zip(
        NAMES.items(), (style.BLUE, style.RED, style.GREEN), ("-", "--", "-."), strict=True
    ):
        (curves[key],) = ax.plot(kernels, kernels, line, color=color, label=label)
        (dots[key],) = ax.plot([], [], "o", color=color, markersize=10)
    here = ax.axvline(3, color=style.GREY, linewidth=1)
    ax.set_yscale("log")
    ax.set(xlabel="lado da máscara K (pixels)", ylabel="multiplicações", xlim=(1, 65), ylim=(3e3, 2e11))
    ax.legend(loc="upper left", ncols=3, fontsize=canvas.fontsize)
    ax.yaxis.set_minor_locator(NullLocator())  # 60 more ticks would cost more time than the curves
    heading = ax.set_title("imagem de 0000 × 0000 pixels")

    def paint(kernel: int, side: int, separable: bool) -> str:
        table = [costs(side, int(k)) for k in kernels]
        for key, curve in curves.items():
            curve.set_ydata([getattr(entry, key) for entry in table])
        now = costs(side, kernel)
        for key, dot in dots.items():
            dot.set_data([kernel], [getattr(now, key)])
        for artist in (curves["separable"], dots["separable"]):
            artist.set_visible(separable)
        here.set_xdata([kernel, kernel])
        heading.set_text(f"imagem de {side} × {side} pixels")
        roads = {key: value for key, value in now._asdict().items() if separable or key != "separable"}
        cheapest = min(roads, key=roads.get)
        counts = "; ".join(f"{NAMES[key]} = {number(round(value))}" for key, value in roads.items())
        return (
            f"{counts}. A mais barata é <b>{NAMES[cheapest]}</b>, "
            f"{number(now.direct / roads[cheapest], 1)} vezes menos multiplicações que a direta."
        )

    controls = {
        "kernel": int_slider("lado da máscara K", 15, 3, 63, 2),
        "side": choice(
            "lado da imagem", [(f"{n} pixels", n) for n in (64, 128, 256, 512, 1024, 2048, 4096)], 512
        ),
        "separable": choice("máscara", [("separável (posto 1)", True), ("qualquer uma", False)]),
    }
    return Experiment(
        "qual caminho custa menos?",
        "Multiplicações em função do lado da máscara, em escala logarítmica, para os três caminhos.",
        controls,
        canvas,
        paint,
    )
