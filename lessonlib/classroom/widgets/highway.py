"""Lesson 10: the gradient on its way back through a deep tower, with and without shortcuts (slides 65-66)."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas

#: Blocks at most, and the powers of ten that the picture shows; beyond them a curve runs along the edge.
MOST, DECADES = 30, 10
STARTS = {
    "pesos minúsculos (desvio 0,01)": "small",
    "He, sem normalização": "he",
    "He com normalização em lote": "he+bn",
    "He, com o fim de cada ramo em zero": "zero",
}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(value: float) -> str:
    """Write a factor of any size for a reader in pt-BR.

    Examples
    --------
    >>> power(0.25), power(2.81e8), power(0.0)
    ('0,25', '2,8·10⁸', '0')
    >>> power(9.99e-5), power(99999.0)
    ('1,0·10⁻⁴', '1,0·10⁵')
    """
    if value == 0:
        return "0"
    if 0.01 <= value < 1000:
        return number(value, 2)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.replace('.', ',')}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def visible(values) -> np.ndarray:
    """Bring factors into the decades of the picture; what has vanished (0) runs along its lower edge."""
    return np.clip(np.asarray(values, float), 10.0**-DECADES, 10.0**DECADES)


@course_style()
def gradient_highway(images) -> Experiment:
    """Return the widget: depth, start and shortcuts → the gradient's size at every layer.

    Parameters
    ----------
    images : array_like, shape (N, H, W)
        Real images that go through the tower; 64 are enough.
    """
    import torch

    from lessonlib.nets.gradient_flow import tower_flow

    batch = torch.from_numpy(np.asarray(images, np.float32) / 255)

    @lru_cache(maxsize=512)
    def flow(blocks: int, residual: bool, start: str):
        return tower_flow(batch, blocks, residual, start)

    canvas = FigureCanvas(size=(8.4, 4.2))
    ax = canvas.axes
    (plain,) = ax.plot([], [], "s-", color=style.RED, markersize=5, label="rede comum")
    (short,) = ax.plot([], [], "o-", color=style.BLUE, markersize=5, label="rede residual")
    ax.axhline(1, color=style.INK, linewidth=0.8)
    ax.set_yscale("log")
    ticks = range(-DECADES, DECADES + 1, 5)
    ax.set_yticks(
        [10.0**k for k in ticks], ["1" if k == 0 else f"10{str(k).translate(SUPERSCRIPTS)}" for k in ticks]
    )
    ax.minorticks_off()
    ax.set(
        xlim=(-1, 2 * MOST + 1),
        ylim=(10.0 ** -(DECADES + 0.6), 10.0 ** (DECADES + 0.6)),
        xlabel="camadas já percorridas pelo sinal",
        ylabel="‖gradiente aqui‖ / ‖gradiente no fim‖",
    )
    ax.legend(loc="upper right", fontsize=canvas.fontsize)
    ax.set_title("O gradiente viaja da direita para a esquerda")

    def paint(blocks: int, start: str, shown: str) -> str:
        layers = 2 * np.arange(blocks + 1)
        texts = []
        for line, residual, name in ((plain, False, "comum"), (short, True, "residual")):
            wanted = shown in (name, "as duas")
            line.set_data(layers, visible(flow(blocks, residual, start).gradient)) if wanted else (
                line.set_data([], [])
            )
            if wanted:
                first = flow(blocks, residual, start).gradient[0]
                texts.append(f"na {name}, <b>{power(first)}</b> {verdict(first)}")
        return (
            f"{blocks} blocos, {2 * blocks} camadas. Do gradiente que sai do fim, chega ao começo: "
            f"{'; '.join(texts)}."
        )

    controls = {
        "blocks": int_slider("blocos", 15, 1, MOST),
        "start": choice("pesos iniciais", list(STARTS.items()), "he+bn"),
        "shown": choice("mostrar", ["as duas", "comum", "residual"]),
    }
    return Experiment(
        "quanto do gradiente chega às primeiras camadas?",
        "Tamanho do gradiente em cada camada, em escala logarítmica: uma curva da rede comum, outra da "
        "residual.",
        controls,
        canvas,
        paint,
    )


def verdict(factor: float) -> str:
    """Say in a word what became of the gradient.

    Examples
    --------
    >>> verdict(0.0), verdict(1e-5), verdict(0.1), verdict(0.7), verdict(30.0), verdict(4e7)
    ('(sumiu)', '(quase some)', '(diminui)', '(chega inteiro)', '(cresce)', '(explode)')
    """
    if factor == 0:
        return "(sumiu)"
    size = math.log10(factor)
    for top, word in ((-2, "quase some"), (-0.5, "diminui"), (0.5, "chega inteiro"), (2, "cresce")):
        if size < top:
            return f"({word})"
    return "(explode)"
