"""Lesson 04: the mask that turns around before it walks: convolution beside correlation (slide 28)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.sliding import Step, bracket, step
from lessonlib.reference.convolution import convolve, flip
from lessonlib.reference.correlation import correlate

#: How much of the mask must lie on the signal, and how the menu says it.
MODES = {
    "valid": "só onde a máscara cabe (valid)",
    "same": "saída do tamanho do sinal (same)",
    "full": "tudo em que a máscara toca (full)",
}


class FlipState(NamedTuple):
    """One position of a mask that may be turning around.

    Attributes
    ----------
    across, down : ndarray, shape (K,)
        Where each coefficient of ``w`` is drawn, in samples from the mask's centre, while the mask turns in
        the plane of the page, as a 2-D mask does: 0° leaves w as it is, 180° reverses it.
    products : Step or None
        The products, or ``None`` while the mask is between the two positions that mean something.
    """

    across: np.ndarray
    down: np.ndarray
    products: Step | None


def centres(size: int, mask_size: int, mode: str) -> tuple[int, int]:
    """Return the first and the last sample (1-based) on which the mask's centre may stand.

    Parameters
    ----------
    size, mask_size : int
        Lengths of signal and mask; the mask's is odd.
    mode : {"valid", "same", "full"}

    Examples
    --------
    >>> centres(14, 3, "valid"), centres(14, 3, "same"), centres(14, 3, "full")
    ((2, 13), (1, 14), (0, 15))
    """
    half = mask_size // 2
    reach = {"valid": half, "same": 0, "full": -half}[mode]
    return 1 + reach, size - reach


def flip_state(s, w, n: int, angle: float) -> FlipState:
    """Return where the coefficients stand and, at 0° and 180°, their products with the signal.

    Parameters
    ----------
    s : array_like, shape (N,)
    w : array_like, shape (K,)
        K odd.
    n : int
        Sample (1-based) under the mask's centre; zeros outside the signal.
    angle : float
        Degrees turned, from 0 (correlation) to 180 (convolution).

    Examples
    --------
    >>> flip_state((4, 1, 3, 8), (3, 7, 5), 2, 180).products.total
    36.0
    """
    s, w = np.asarray(s, float), np.asarray(w, float)
    half = w.size // 2
    offsets, turned = np.arange(w.size) - half, np.deg2rad(angle)
    across, down = offsets * np.cos(turned), offsets * np.sin(turned)
    if angle not in (0, 180):
        return FlipState(across, down, None)
    mask = flip(w) if angle == 180 else w
    return FlipState(across, down, step(np.pad(s, half), mask, n + half, normalized=False))


@course_style()
def flip_and_slide(s, w) -> Experiment:
    """Return the widget: turn the mask around, then take it along the signal and read every product.

    Parameters
    ----------
    s : array_like, shape (N,)
    w : array_like, shape (K,)
        K odd.
    """
    s, w = np.asarray(s, float), np.asarray(w, float)
    if w.ndim != 1 or w.size % 2 == 0:
        raise ValueError(f"w must be a 1-D mask of odd length; got shape {w.shape}")
    size, half = s.size, w.size // 2
    outputs = {180: convolve(s, w, "full"), 0: correlate(s, w, "full")}
    positions = np.arange(1 - half, size + half + 1)
    canvas = FigureCanvas(2, 1, size=(9.2, 4.8), height_ratios=[1.2, 1])
    cells, chart = canvas.axes
    limits = (1 - 2 * half - 2.2, size + 2 * half + 0.6)
    cells.set(xlim=limits, ylim=(3.6, -0.6))
    cells.axis("off")
    for row, name in enumerate(["s", "máscara", "produtos", "g"]):
        cells.text(
            limits[0] + 1.4, row, name, ha="right", va="center", fontsize=canvas.fontsize, fontweight="bold"
        )
    put = {"ha": "center", "va": "center", "fontsize": 11}
    samples = {
        n: cells.text(n, 0, "0", color=style.GREY, **put) for n in range(1 - 2 * half, size + 2 * half + 1)
    }
    for n, value in enumerate(s, start=1):
        samples[n].set(text=number(value, 1), color=style.INK)
    red = style.for_words(style.RED)
    coefficients = [cells.text(0, 1, number(value, 1), color=red, **put) for value in w]
    terms = [cells.text(0, 2, "", **put) for _ in w]
    results = [cells.text(n, 3, "", **put) for n in positions]
    band = cells.axvspan(0, 1, ymin=0.05, ymax=0.98, color=style.YELLOW, alpha=0.55, zorder=0)
    (done,) = chart.plot([], [], "o-", color=style.BLUE, markersize=6)
    (here,) = chart.plot([], [], "o", color=style.RED, markersize=11)
    chart.axhline(0, color=style.INK, linewidth=0.8)
    chart.set(xlim=limits, xlabel="centro da máscara n", ylabel="g[n]")
    chart.set_xticks(positions, [number(n) for n in positions])
    tops = np.concatenate([*outputs.values(), [0.0]])
    chart.set_ylim(tops.min() - 0.1 * np.ptp(tops), tops.max() + 0.15 * np.ptp(tops))

    def paint(angle: int, n: int, mode: str) -> str:
        low, high = centres(size, w.size, mode)
        note = "" if low <= n <= high else f"Neste modo o centro vai de n = {low} a {high}. "
        n = min(max(n, low), high)
        now = flip_state(s, w, n, angle)
        g = outputs[180 if angle > 90 else 0]
        for text, x, y in zip(coefficients, now.across, now.down, strict=True):
            text.set_position((n + x, 1 + 0.6 * y / max(half, 1)))  # between the rows above and below
        for k, text in enumerate(terms):
            text.set_x(n - half + k)
            text.set_text("" if now.products is None else number(now.products.products[k], 1))
        band.set_x(n - half - 0.5)
        band.set_width(w.size)
        for n_sample, text in samples.items():
            text.set_visible(low - half <= n_sample <= high + half)
        shown = (positions >= low) & (positions <= n) & (now.products is not None)
        for position, text, value, visible in zip(positions, results, g, shown, strict=True):
            text.set_text(number(value, 1) if visible else "")
            text.set_fontweight("bold" if position == n else "normal")
        done.set_data(positions[shown], g[shown])
        here.set_data(([], []) if now.products is None else ([n], [now.products.total]))
        if now.products is None:
            return f"{note}A máscara está girando ({number(angle)}°). Em 180° você tem a convolução."
        sum_text = " + ".join(
            f"{bracket(b)}·{bracket(a)}" for a, b in zip(now.products.window, now.products.mask, strict=True)
        )
        name = "Convolução, máscara rebatida" if angle == 180 else "Correlação, máscara como está"
        return f"{note}{name}: g[{n}] = {sum_text} = <b>{number(now.products.total)}</b>"

    controls = {
        "angle": int_slider("giro da máscara (graus)", 180, 0, 180, 15),
        "n": int_slider("centro da máscara n", 4, 1 - half, size + half),
        "mode": choice("bordas", [(text, mode) for mode, text in MODES.items()]),
    }
    return Experiment(
        "rebata a máscara e leve-a ao longo do sinal",
        "Sinal, máscara, produtos e saída na posição escolhida; abaixo, a saída g calculada até ali.",
        controls,
        canvas,
        paint,
    )
