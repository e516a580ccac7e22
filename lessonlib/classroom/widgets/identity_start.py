"""Lesson 10: what a block does before it has learnt anything, with and without shortcut (slides 63-65)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, float_slider, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.convolution import correlate2d
from lessonlib.reference.correlation import pearson
from lessonlib.reference.edges import SOBEL_X, SOBEL_Y

MAPS, MOST = 8, 16


def first_maps(digit) -> np.ndarray:
    """Return eight maps of a digit: itself, and what seven Sobel masks turned by steps see in it.

    Parameters
    ----------
    digit : array_like, shape (H, W)
        0 to 255.

    Returns
    -------
    ndarray of float32, shape (8, H, W)
        All ≥ 0, and of standard deviation 1 together, as a normalised branch has.
    """
    digit = np.asarray(digit, float) / 255
    gx, gy = correlate2d(digit, SOBEL_X, padding=1), correlate2d(digit, SOBEL_Y, padding=1)
    angles = 2 * np.pi * np.arange(MAPS - 1) / (MAPS - 1)
    turned = [np.maximum(np.cos(angle) * gx + np.sin(angle) * gy, 0) / 4 for angle in angles]
    maps = np.array([digit, *turned], np.float32)
    return maps / maps.std()


@lru_cache(maxsize=1)
def _weights(seed: int = 0):
    """Draw the convolutions of the blocks as He et al. (2015), always the same."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    return torch.randn(MOST, 2, MAPS, MAPS, 3, 3, generator=generator) * (2 / (9 * MAPS)) ** 0.5


def walk(maps, blocks: int, gamma: float, residual: bool) -> list[np.ndarray]:
    """Send maps through untrained blocks.

    Each block is h = ReLU(x + f(x)), or ReLU(f(x)) without the shortcut, and f is convolution, batch
    normalisation, ReLU, convolution, batch normalisation; ``gamma`` is the γ of the last normalisation.

    Parameters
    ----------
    maps : ndarray, shape (8, H, W)
    blocks : int
        1 to 16.
    gamma : float
        0 to 1.
    residual : bool

    Returns
    -------
    list of ndarray, shape (8, H, W)
        The input, and the output of every block.
    """
    import torch
    import torch.nn.functional as F

    if not 1 <= blocks <= MOST:
        raise ValueError(f"blocks must be from 1 to {MOST}, got {blocks}")
    with torch.inference_mode():
        x = torch.as_tensor(np.asarray(maps, np.float32))[None]
        places = [x]
        for first, second in _weights()[:blocks]:
            f = F.batch_norm(F.conv2d(x, first, padding=1), None, None, training=True).relu()
            f = gamma * F.batch_norm(F.conv2d(f, second, padding=1), None, None, training=True)
            x = (x + f if residual else f).relu()
            places.append(x)
        return [place[0].numpy() for place in places]


@course_style()
def residual_block(digits, names) -> Experiment:
    """Return the widget: γ and depth → what is left of the input at the end, with and without shortcuts.

    Parameters
    ----------
    digits : sequence of ndarray, shape (H, W)
        Real images, 0 to 255.
    names : sequence of str
        One for each.
    """
    if len(digits) != len(names) or not len(digits):
        raise ValueError(f"names must be one per digit; got {len(names)} for {len(digits)}")
    inputs = dict(zip(names, map(first_maps, digits), strict=True))
    canvas = FigureCanvas(1, 4, size=(10.4, 3.2), width_ratios=[1, 1, 1, 1.5])
    views = []
    for ax, title in zip(canvas.axes[:3], ("entrada x", "com atalhos", "sem atalhos"), strict=True):
        views.append(ax.imshow(np.zeros_like(digits[0], float), cmap=style.GRAYSCALE, vmin=0, vmax=1))
        ax.set_title(title)
        ax.set_xticks([]), ax.set_yticks([])
        ax.grid(False)
    chart = canvas.axes[3]
    (short,) = chart.plot([], [], "o-", color=style.BLUE, markersize=5, label="com atalhos")
    (plain,) = chart.plot([], [], "s-", color=style.RED, markersize=5, label="sem atalhos")
    chart.set(xlim=(-0.5, MOST + 0.5), ylim=(-0.25, 1.45), xlabel="blocos", ylabel="r com a entrada")
    chart.set_xticks(range(0, MOST + 1, 4), [str(k) for k in range(0, MOST + 1, 4)])
    chart.set_yticks([0, 0.5, 1])
    chart.legend(loc="upper right", ncols=1, fontsize=canvas.fontsize)
    chart.set_title("semelhança")

    def paint(gamma: float, blocks: int, name: str) -> str:
        maps = inputs[name]
        paths = {residual: walk(maps, blocks, gamma, residual) for residual in (True, False)}
        likeness = {
            residual: [pearson(maps.ravel(), place.ravel()) for place in path]
            for residual, path in paths.items()
        }
        for view, picture in zip(views, (maps, paths[True][-1], paths[False][-1]), strict=True):
            view.set_data(picture[0] / (picture[0].max() or 1))
        for line, residual in ((short, True), (plain, False)):
            line.set_data(np.arange(blocks + 1), likeness[residual])
        with_it, without = likeness[True][-1], likeness[False][-1]
        lost = "não sobra nada: a saída é toda zero" if without != without else f"r = {number(without)}"
        exact = " (a identidade, exata)" if gamma == 0 else ""
        return (
            f"γ = {number(gamma)}, {blocks} bloco{'s' if blocks > 1 else ''} sem treino. Com atalhos, "
            f"r = <b>{number(with_it)}</b>{exact}; sem atalhos, <b>{lost}</b>."
        )

    controls = {
        "gamma": float_slider("γ no fim do ramo", 0.1, 0.0, 1.0, 0.05),
        "blocks": int_slider("blocos seguidos", 8, 1, MOST),
        "name": choice("dígito", list(names)),
    }
    return Experiment(
        "o que uma pilha de blocos faz antes de aprender",
        "O dígito na entrada, na saída de blocos com atalhos e na de blocos sem atalhos; ao lado, a "
        "correlação com a entrada depois de cada bloco.",
        controls,
        canvas,
        paint,
    )
