"""Lesson 03: the mask that walks over a signal, with every product in sight (slides 22-27)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider, switch
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.correlation import correlate, normalized_correlate


class Step(NamedTuple):
    """One position of the mask.

    Attributes
    ----------
    window, mask : ndarray, shape (K,)
        What is multiplied: samples and mask, centred on their means if normalised.
    products : ndarray, shape (K,)
    total : float
        Sum of the products.
    value : float
        Result g[n]; NaN when the window is constant and the correlation normalised.
    """

    window: np.ndarray
    mask: np.ndarray
    products: np.ndarray
    total: float
    value: float


def step(s, w, n: int, normalized: bool) -> Step:
    """Compute the mask's products with its centre at sample ``n`` (1-based), zeros outside the signal.

    Examples
    --------
    >>> step((4, 1, 3, 8), (3, 7, 5), 2, normalized=False).total
    34.0
    """
    s, w = np.asarray(s, float), np.asarray(w, float)
    half = w.size // 2
    window = np.pad(s, half)[n - 1 : n - 1 + w.size]
    mask = w
    if normalized:
        window, mask = window - window.mean(), w - w.mean()
    products = window * mask
    total = float(products.sum())
    value = total
    if normalized:
        size = np.linalg.norm(window) * np.linalg.norm(mask)
        value = total / size if size > 0 else float("nan")
    return Step(window, mask, products, total, value)


def bracket(value: float) -> str:
    """Write a factor of a product, in brackets when negative."""
    return f"({number(value, 1)})" if value < 0 else number(value, 1)


@course_style()
def sliding_mask(s, w) -> Experiment:
    """Return the widget: mask over signal, three products, and the output that fills up as the mask walks.

    Parameters
    ----------
    s : array_like, shape (N,)
    w : array_like, shape (K,)
        K odd.
    """
    s, w = np.asarray(s, float), np.asarray(w, float)
    if w.ndim != 1 or w.size % 2 == 0:
        raise ValueError(f"w must be a 1-D mask of odd length; got shape {w.shape}")
    half, size = w.size // 2, s.size
    outputs = {True: normalized_correlate(s, w, "same"), False: np.asarray(correlate(s, w, "same"), float)}
    canvas = FigureCanvas(2, 1, size=(9.2, 4.6), height_ratios=[1.15, 1])
    cells, chart = canvas.axes
    cells.set_xlim(-1.2, size + 2 - 0.5)
    cells.set_ylim(4.1, -0.6)
    cells.axis("off")
    names = ["s", "w", "produtos", "g"]
    for row, name in enumerate(names):
        cells.text(-0.35, row, name, ha="right", va="center", fontsize=canvas.fontsize, fontweight="bold")
    texts = [
        [
            cells.text(column, row, "", ha="center", va="center", fontsize=canvas.fontsize)
            for column in range(size + 2)
        ]
        for row in range(4)
    ]
    band = cells.axvspan(0, 1, ymin=0.12, ymax=0.98, color=style.YELLOW, alpha=0.55, zorder=0)
    numbers = np.arange(1, size + 1)
    (done,) = chart.plot([], [], "o-", color=style.BLUE, markersize=6)
    (here,) = chart.plot([], [], "o", color=style.RED, markersize=11)
    chart.axhline(0, color=style.INK, linewidth=0.8)
    chart.set(xlim=(-1.2, size + 2 - 0.5), xlabel="amostra n", ylabel="g[n]")
    chart.set_xticks(numbers, [str(i) for i in numbers])

    def paint(n: int, normalized: bool, padded: bool) -> str:
        low, high = (1, size) if padded else (1 + half, size - half)
        if not low <= n <= high:
            n = min(max(n, low), high)
            moved = f"Sem zeros nas bordas a máscara só cabe com centro de n = {low} a {high}. "
        else:
            moved = ""
        now = step(s, w, n, normalized)
        g = outputs[normalized].copy()
        if not padded:
            g[: low - 1] = g[high:] = np.nan
        for column in range(size + 2):
            sample = column - 1  # columns 0 and size+1 are the padded zeros
            inside = 0 <= sample < size
            texts[0][column].set_text(number(s[sample]) if inside else ("0" if padded else ""))
            texts[0][column].set_color(style.INK if inside else style.GREY)
            k = column - (n - half)
            covered = 0 <= k < w.size
            texts[1][column].set_text(number(w[k]) if covered else "")
            texts[2][column].set_text(number(now.products[k], 1) if covered else "")
            known = inside and low <= sample + 1 <= n
            texts[3][column].set_text(number(g[sample]) if known else "")
            texts[3][column].set_fontweight("bold" if inside and sample + 1 == n else "normal")
        band.set_x(n - half - 0.5)
        band.set_width(w.size)
        done.set_data(numbers[:n], g[:n])
        here.set_data([n], [0 if np.isnan(now.value) else now.value])
        finite = g[np.isfinite(g)]
        bottom, top = min(0.0, finite.min()), max(0.0, finite.max())
        margin = 0.15 * (top - bottom)
        chart.set_ylim(bottom - margin, top + margin)
        terms = " + ".join(f"{bracket(a)}·{bracket(b)}" for a, b in zip(now.window, now.mask, strict=True))
        if not normalized:
            return f"{moved}g[{n}] = {terms} = <b>{number(now.total)}</b>"
        if np.isnan(now.value):
            return (
                f"{moved}A janela é constante: o desvio é zero e a divisão 0/0 não existe. g[{n}] "
                "= <b>NaN</b>"
            )
        norms = f"({number(np.linalg.norm(now.window))} · {number(np.linalg.norm(now.mask))})"
        return f"{moved}Sem as médias: [{terms}] / {norms}, ou seja, g[{n}] = <b>{number(now.value)}</b>"

    controls = {
        "n": int_slider("centro da máscara n", 2, 1, size),
        "normalized": choice(
            "correlação", [("normalizada (slides 22–24)", True), ("não-normalizada (slides 25–27)", False)]
        ),
        "padded": switch("zeros nas bordas (slide 27)"),
    }
    return Experiment(
        "leve a máscara ao longo do sinal",
        "Sinal, máscara, produtos e saída na posição escolhida; abaixo, a saída g.",
        controls,
        canvas,
        paint,
    )
