"""Figures of lesson 13: curves of the game, points on a ring, pages of digits, who was read as what.

What they show comes from training, so they are always PNG, as in `plots_networks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.plots_networks import show_drawing
from lessonlib.classroom.style import course_style, new_figure

if TYPE_CHECKING:
    from lessonlib.nets.gan_training import GanHistory


def smooth(values: Sequence[float], width: int) -> np.ndarray:
    """Return the mean of each ``width`` values in a row; fewer values than that are left as they are.

    Examples
    --------
    >>> smooth([1, 2, 3, 4], 2).tolist()
    [1.5, 2.5, 3.5]
    """
    values = np.asarray(values, float)
    return values if len(values) <= width else np.convolve(values, np.full(width, 1 / width), "valid")


@course_style()
def game(history: GanHistory, *, title: str, alt: str, width: int = 50) -> None:
    """Show how the game went: the discriminator's answers, and the value V of the game.

    Parameters
    ----------
    history : GanHistory
        As `nets.gan_training.fit_gan` returns it.
    width : int
        Steps in each mean.
    """
    figure, (left, right) = new_figure(1, 2, size=(9.2, 3.7))
    real, fake, loss = (
        smooth(values, width)
        for values in (history.real_score, history.fake_score, history.discriminator_loss)
    )
    steps = len(history.real_score) - len(real) + 1 + np.arange(len(real))
    left.plot(steps, real, color=style.BLUE, label="D(x), dígitos reais")
    left.plot(steps, fake, "--", color=style.RED, label="D(G(z)), gerados")
    left.axhline(0.5, color=style.GREY, linewidth=1, linestyle=":")
    left.set(xlabel="passo", ylabel="resposta média de D", ylim=(0, 1), title=title)
    left.legend(loc="upper right", ncols=1)
    right.plot(steps, -loss, color=style.GREEN)
    right.axhline(-np.log(4), color=style.INK, linewidth=1.2, linestyle=":")
    right.annotate(
        "−log 4: D não sabe",
        (1, -np.log(4)),
        xycoords=("axes fraction", "data"),
        xytext=(-6, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=style.letters(figure),
    )
    right.set(xlabel="passo", ylabel="valor V do jogo", ylim=(-1.75, 0.02))
    show_drawing(figure, alt)


@course_style()
def curves(
    x,
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    alt: str,
    log: bool = False,
) -> None:
    """Show up to three measured curves over one ``x``; ``log`` makes the vertical axis logarithmic."""
    figure, ax = new_figure(size=(7.2, 3.8))
    few = len(x) <= 40  # more marks than that would hide the line
    looks = (("-", "o"), ("--", "s"), ("-.", "^"))
    for (name, values), (dash, marker) in zip(series.items(), looks, strict=False):
        ax.plot(x, values, dash, marker=marker if few else "", markersize=5, label=name)
    if log:
        ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis)[: 2 - log]:
        drawn = np.concatenate([np.ravel(x)] if axis is ax.xaxis else [np.ravel(v) for v in series.values()])
        if (drawn == np.round(drawn)).all():
            axis.get_major_locator().set_params(integer=True)  # epochs and modes are counted
    if len(series) > 1:
        ax.legend()
    ax.margins(y=0.12)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    show_drawing(figure, alt)


@course_style()
def points(
    rows: Mapping[str, Sequence[np.ndarray]],
    *,
    centers,
    names: Sequence[str],
    title: str,
    alt: str,
    reach: float,
) -> None:
    """Show clouds of points, one row a game, one column a moment, over circles where the real ones are.

    Parameters
    ----------
    rows : mapping of str to sequence of array_like, shape (N, 2)
        Name of the game → its samples at each moment.
    centers : array_like, shape (K, 2)
        Middles of the real clouds.
    names : sequence of str
        Of the moments.
    reach : float
        Radius of the circles.
    """
    columns = len(names)
    if any(len(moments) != columns for moments in rows.values()):
        raise ValueError(
            f"rows must hold one array per name; got {[len(m) for m in rows.values()]}, for {columns} names"
        )
    figure, axes = new_figure(
        len(rows), columns, size=(1.85 * columns + 0.4, 2.0 * len(rows) + 0.55), squeeze=False
    )
    for row, (label, moments) in zip(axes, rows.items(), strict=True):
        for ax, samples in zip(row, moments, strict=True):
            samples = np.asarray(samples)
            angle = np.linspace(0, 2 * np.pi, 40)
            for x, y in np.asarray(centers):
                ax.plot(x + reach * np.cos(angle), y + reach * np.sin(angle), color=style.GREY, linewidth=1)
            ax.plot(samples[:, 0], samples[:, 1], ".", color=style.BLUE, markersize=2.5, alpha=0.5)
            ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
            ax.set_xticks([]), ax.set_yticks([])
            ax.grid(False)
            ax.spines[:].set_visible(True)
            ax.spines[:].set_color("#BBBBBB")
        row[0].set_ylabel(label, fontsize=style.letters(figure))
    for ax, name in zip(axes[0], names, strict=True):
        ax.set_title(name, fontsize=style.letters(figure), fontweight="normal", loc="center")
    style.headline(figure, title)
    show_drawing(figure, alt)


def board(images, columns: int = 10) -> np.ndarray:
    """Lay images out in rows, without gaps; what does not fill a row is left out.

    Parameters
    ----------
    images : array_like, shape (N, H, W) or (N, 1, H, W)

    Returns
    -------
    ndarray, shape (N // columns * H, columns * W)

    Examples
    --------
    >>> board(np.arange(8).reshape(4, 1, 2), columns=2).tolist()
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    """
    images = np.asarray(images)
    if images.ndim == 4:
        images = images[:, 0]
    if images.ndim != 3 or len(images) < columns:
        raise ValueError(f"images must be at least {columns}, of shape (N, H, W); got {images.shape}")
    rows = [np.hstack(images[k : k + columns]) for k in range(0, len(images) - columns + 1, columns)]
    return np.vstack(rows)


@course_style()
def boards(pages: Mapping[str, np.ndarray], *, title: str, alt: str) -> None:
    """Show pages of digits (see `board`) side by side, each under its name, black 0 and white 1."""
    figure, axes = new_figure(1, len(pages), size=(9.4, 9.4 / len(pages) + 0.75), squeeze=False)
    for ax, (name, page) in zip(axes[0], pages.items(), strict=True):
        ax.imshow(page, vmin=0, vmax=1)
        style.name_above(ax, name)
        ax.axis("off")
    style.headline(figure, title)
    show_drawing(figure, alt)


@course_style()
def shares(counts: Mapping[str, Sequence[int]], *, title: str, alt: str) -> None:
    """Show what share of each set was read as each digit, bars side by side.

    Parameters
    ----------
    counts : mapping of str to array_like of int, shape (10,)
        Name of the set → images read as 0, 1, … 9.
    """
    figure, ax = new_figure(size=(8.6, 3.8))
    thick = 0.8 / len(counts)
    for k, (name, values) in enumerate(counts.items()):
        values = np.asarray(values, float)
        ax.bar(
            np.arange(len(values)) + (k - (len(counts) - 1) / 2) * thick,
            100 * values / values.sum(),
            thick,
            color=style.CYCLE[k],
            label=name,
        )
    ax.axhline(10, color=style.GREY, linewidth=1, linestyle=":")
    ax.set_xticks(range(10), [str(digit) for digit in range(10)])
    ax.grid(axis="x", visible=False)
    ax.margins(y=0.22)
    ax.legend(ncols=len(counts), loc="upper center")
    ax.set(title=title, xlabel="resposta do juiz", ylabel="parte das imagens (%)")
    show_drawing(figure, alt)
