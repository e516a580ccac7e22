"""Lesson 06: a filter as deep as its input: products channel by channel, and one sum (slides 33-35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.board import Block, Board
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.convolution import correlate2d

CHANNELS = ("R", "G", "B")
#: Black to the channel's own colour; the letter stands beside it, so no colour has to be told from another.
TINTS = {
    c: LinearSegmentedColormap.from_list(c, ["black", full])
    for c, full in zip(CHANNELS, ("#FF5A4D", "#3FE05A", "#5C8CFF"), strict=True)
}


class VolumeStep(NamedTuple):
    """One unit of the output map, taken apart.

    Attributes
    ----------
    window, products : ndarray, shape (K, K, C)
        Pixels under the filter, and pixels times weights.
    sums : ndarray, shape (C,)
        Sum of the products of each channel.
    value : float
        Sum of the sums plus the bias.
    """

    window: np.ndarray
    products: np.ndarray
    sums: np.ndarray
    value: float


def volume_step(volume, kernel, bias: float, row: int, column: int) -> VolumeStep:
    """Lay a filter over a volume with its first element at ``(row, column)``, counted from 1.

    Parameters
    ----------
    volume : array_like, shape (H, W, C)
    kernel : array_like, shape (K, K, C)
    bias : float
    row, column : int
        Also the position in the output map.

    Examples
    --------
    >>> volume_step([[[1, 2, 3]]], [[[10, 100, 1000]]], 0.5, 1, 1).value
    3210.5
    """
    volume, kernel = np.asarray(volume, float), np.asarray(kernel, float)
    height, width, _ = kernel.shape
    window = volume[row - 1 : row - 1 + height, column - 1 : column - 1 + width]
    if window.shape != kernel.shape:
        raise ValueError(
            f"row and column must leave room for the kernel {kernel.shape}; got ({row}, {column})"
        )
    products = window * kernel
    sums = products.sum(axis=(0, 1))
    return VolumeStep(window, products, sums, float(sums.sum() + bias))


def volume_map(volume, kernel, bias: float = 0.0) -> np.ndarray:
    """Return the whole output map: the correlations of the channels added up, plus the bias.

    Parameters
    ----------
    volume : array_like, shape (H, W, C)
    kernel : array_like, shape (K, K, C)

    Returns
    -------
    ndarray, shape (H − K + 1, W − K + 1)

    Examples
    --------
    >>> volume_map(np.ones((32, 32, 3)), np.ones((5, 5, 3))).shape
    (28, 28)
    """
    volume, kernel = np.asarray(volume, float), np.asarray(kernel, float)
    if volume.ndim != 3 or kernel.ndim != 3 or volume.shape[2] != kernel.shape[2]:
        raise ValueError(
            f"volume and kernel must be 3-D with equal depth; got {volume.shape} and {kernel.shape}"
        )
    return sum(correlate2d(volume[..., c], kernel[..., c]) for c in range(volume.shape[2])) + bias


@course_style()
def volume_explorer(volume, filters: Mapping[str, np.ndarray], bias: float = 0.0) -> Experiment:
    """Return the widget: choose filter and position, see the products of each channel and the sum in the map.

    Parameters
    ----------
    volume : array_like, shape (H, W, 3)
        RGB crop, levels from 0 to 255.
    filters : mapping of str to array_like, shape (5, 5, 3)
        Name in pt-BR → weights.
    bias : float
        Added to every sum.
    """
    volume = np.asarray(volume, float)
    filters = {name: np.asarray(f, float) for name, f in filters.items()}
    maps = {name: volume_map(volume, f, bias) for name, f in filters.items()}
    first = next(iter(filters))
    side = filters[first].shape[0]
    limits = {name: float(np.abs(g).max()) or 1.0 for name, g in maps.items()}
    canvas = FigureCanvas(1, 3, size=(10.6, 4.5), width_ratios=[1, 2.7, 1])
    crop, middle, output = canvas.axes
    for ax, title in ((crop, f"entrada {volume.shape[0]}×{volume.shape[1]}×3"), (output, "mapa")):
        ax.set_title(title)
        style.bare(ax)
    crop.imshow(volume.astype(np.uint8))
    window = crop.add_patch(Rectangle((0, 0), side, side, fill=False, edgecolor=style.ORANGE, linewidth=3))
    drawn = output.imshow(maps[first], cmap=style.SIGNED)
    dot = output.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.INK, linewidth=2.5))
    output.set_title(f"mapa {maps[first].shape[0]}×{maps[first].shape[1]}")
    gap, blocks = side + 1, {}
    for k, c in enumerate(CHANNELS):
        top = 1 + k * gap
        blocks[f"window {c}"] = Block(
            "janela" * (k == 0), (top, 1), (side, side), 255, fontsize=0, cmap=TINTS[c]
        )
        blocks[f"weights {c}"] = Block(
            "filtro" * (k == 0), (top, 1 + gap), (side, side), 1.0, True, fontsize=0
        )
        blocks[f"products {c}"] = Block(
            "produtos" * (k == 0), (top, 1 + 2 * gap), (side, side), 100.0, True, digits=0, fontsize=7
        )
    board = Board(canvas, middle, blocks, (3 * gap + 1, 3 * gap + 5.5))
    sums, below = [], 3 * gap + 0.1
    for k, c in enumerate(CHANNELS):
        line = 1 + k * gap + (side - 1) / 2
        middle.text(-0.1, line, c, ha="right", va="center", fontsize=13, fontweight="bold")
        for column, sign in ((gap, "×"), (2 * gap, "="), (3 * gap, "→")):
            middle.text(column, line, sign, ha="center", va="center", fontsize=12)
        sums.append(middle.text(3 * gap + 0.8, line, "", ha="left", va="center", fontsize=12))
    red = style.for_words(style.RED)
    total = middle.text(
        3 * gap + 0.8, below, "", ha="left", va="center", fontsize=13, fontweight="bold", color=red
    )
    middle.text(
        3 * gap, below, f"soma + viés ({number(bias)}):", ha="right", va="center", fontsize=canvas.fontsize
    )
    middle.text(3 * gap + 0.8, -0.1, "somas", ha="left", va="center", fontsize=canvas.fontsize)

    def paint(name: str, row: int, column: int) -> str:
        kernel = filters[name]
        now = volume_step(volume, kernel, bias, row, column)
        scale = float(np.abs(kernel).max()) or 1.0
        for k, c in enumerate(CHANNELS):
            board.fill(f"window {c}", now.window[..., k])
            board.fill(f"weights {c}", kernel[..., k], limit=scale)
            board.fill(f"products {c}", now.products[..., k], limit=255 * scale)
            sums[k].set_text(number(round(float(now.sums[k]), 1), 1))
        total.set_text(number(round(now.value, 1), 1))
        window.set_bounds(column - 1.5, row - 1.5, side, side)
        drawn.set_data(maps[name])
        drawn.set_clim(-limits[name], limits[name])
        dot.set_bounds(column - 1.5, row - 1.5, 1, 1)
        most = np.unravel_index(np.abs(now.products).argmax(), kernel.shape)
        i, j, k = (int(index) for index in most)
        return (
            f"Filtro “{name}”, posição ({row}, {column}): {kernel.size} produtos, uma soma por canal, e "
            f"tudo somado dá "
            f"<b>{number(round(now.value, 1), 1)}</b>, um único número do mapa. O maior produto está no "
            f"canal {CHANNELS[k]}, "
            f"linha {i + 1}, coluna {j + 1} da janela: {number(now.window[most])} × "
            f"{number(kernel[most], 3)} = "
            f"{number(round(float(now.products[most]), 1), 1)}."
        )

    rows, columns = maps[first].shape
    controls = {
        "name": choice("filtro", list(filters)),
        "row": int_slider("linha", rows // 2, 1, rows),
        "column": int_slider("coluna", columns // 2, 1, columns),
    }
    return Experiment(
        "leve um filtro de três canais pela foto",
        "A foto com a janela; a janela, o filtro e os produtos de cada canal; e o mapa de saída com a "
        "unidade marcada.",
        controls,
        canvas,
        paint,
    )
