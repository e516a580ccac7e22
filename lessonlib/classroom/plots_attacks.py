"""Figures of adversarial examples. What a network answers differs in the last digits from one processor to
another, so such numbers belong in the titles of these pictures and never in their ``alt``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure, number


@course_style()
def equation(
    pictures: Sequence[np.ndarray], signs: Sequence[str], titles: Sequence[str], *, title: str, alt: str
) -> None:
    """Show pictures in a row with signs between them, as on slide 71: photo + 0,007 × noise = sum.

    Parameters
    ----------
    pictures : sequence of ndarray, H×W or H×W×3
        Grey in 0..1 or 0..255, or colours as for :func:`lessonlib.classroom.plots.images`.
    signs : sequence of str
        One fewer than the pictures.
    titles : sequence of str
        One for each picture.
    title, alt : str
    """
    if not len(pictures) == len(titles) == len(signs) + 1:
        raise ValueError(
            f"signs must be one fewer than pictures and titles; got {len(signs)}, "
            f"{len(pictures)} and {len(titles)}"
        )
    ratios = [width for _ in pictures for width in (1, 0.32)][:-1]
    side = 10.0 / sum(ratios)
    figure, axes = new_figure(1, len(ratios), size=(10.0, side + 0.95), width_ratios=ratios)
    for ax, picture, name in zip(axes[::2], pictures, titles, strict=True):
        ax.imshow(picture)
        style.name_above(ax, name)
    for ax, sign in zip(axes[1::2], signs, strict=True):
        ax.text(
            0.5, 0.5, sign, transform=ax.transAxes, ha="center", va="center", fontsize=15, color=style.INK
        )
    for ax in axes:
        style.bare(ax)
    style.headline(figure, title)
    show(figure, alt)


@course_style()
def accuracies(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str,
    alt: str,
    trained_at: float | None = None,
    low: float = 0,
    log: bool = False,
) -> None:
    """Show accuracies in per cent against the strength of an attack; the legend stays out of the curves.

    Parameters
    ----------
    x : sequence of float, shape (N,)
        ε, or steps.
    series : mapping of str to sequence of float, shape (N,)
        Name → accuracy, 0 to 100.
    trained_at : float, optional
        The ε of the training, to mark.
    low : float
        Where the axis of accuracies starts.
    log : bool
        Logarithmic ``x``, with a tick at each value.
    """
    figure, ax = new_figure(size=(7.2, 4.3))
    for (name, values), marker in zip(series.items(), "os^Dvp*"[: len(series)], strict=True):
        ax.plot(x, values, marker=marker, markersize=5, label=name, clip_on=False)  # whole markers at 0%
    if trained_at is not None:
        ax.axvline(trained_at, color=style.GREY, linestyle="--", linewidth=1.2, label="ε do treino")
    if log:
        ax.set_xscale("log")
        ax.set_xticks(x, [number(value) for value in x])
        ax.set_xticks([], minor=True)
    ax.set(title=title, xlabel=xlabel, ylabel="acerto (%)", ylim=(low, None))
    figure.legend(loc="outside lower center", ncols=2)
    show(figure, alt)
