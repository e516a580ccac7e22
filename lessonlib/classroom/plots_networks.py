"""Figures of trained networks: curves, confusions, filters and maps.

What they show differs in the last digits from one processor to another, so they are always PNG: nbval
compares their text, and the lessons assert their numbers. The ``alt`` text must not hold such numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure, number

if TYPE_CHECKING:
    from lessonlib.nets.training import History


def show_drawing(figure, alt: str) -> None:
    """Display a figure as PNG."""
    show(figure, alt, raster=True)


@course_style()
def curves(history: History, *, title: str, alt: str) -> None:
    """Show loss and accuracy after each epoch.

    Parameters
    ----------
    history : History
        As `nets.training.fit` returns it when it is given a part to measure with.
    title, alt : str
    """
    epochs = np.arange(1, len(history.train_loss) + 1)
    figure, (left, right) = new_figure(1, 2, size=(9.2, 3.7))
    left.plot(epochs, history.train_loss, "s--", color=style.RED, label="treino")
    left.plot(epochs, history.val_loss, "o-", color=style.BLUE, label="teste")
    right.plot(epochs, 100 * np.array(history.val_accuracy), "o-", color=style.BLUE)
    left.set(xlabel="época", ylabel="perda média", ylim=(0, None), title=title)
    right.set(xlabel="época", ylabel="acurácia no teste (%)", ylim=(None, 100.2))
    left.legend()
    for ax in (left, right):
        ax.set_xticks(epochs, [str(epoch) for epoch in epochs])
    show_drawing(figure, alt)


@course_style()
def confusion(matrix, *, title: str, alt: str) -> None:
    """Show a confusion matrix: right answers in grey, mistakes in the colour of their number.

    Parameters
    ----------
    matrix : array_like of int, shape (K, K)
        Row: right class. Column: answer.
    title, alt : str

    Raises
    ------
    ValueError
        If the matrix is not square.
    """
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix must be square, (K, K); got shape {matrix.shape}")
    mistakes = np.where(np.eye(len(matrix), dtype=bool), 0, matrix)
    figure, ax = new_figure(size=(5.4, 5.2))
    ax.imshow(mistakes, cmap="Oranges", vmin=0, vmax=1.5 * max(8, mistakes.max()))
    for (row, column), count in np.ndenumerate(matrix):
        if count:
            right = row == column
            ink = style.GREY if right else style.INK  # vmax keeps the oranges light enough for it
            weight = "normal" if right else "bold"
            ax.text(column, row, str(count), ha="center", va="center", color=ink, fontweight=weight)
    ax.set(title=title, xlabel="resposta da rede", ylabel="rótulo certo")
    ax.set_xticks(range(len(matrix)), [str(k) for k in range(len(matrix))])
    ax.set_yticks(range(len(matrix)), [str(k) for k in range(len(matrix))])
    ax.grid(False)
    ax.tick_params(length=0)
    show_drawing(figure, alt)


@course_style()
def map_rows(
    rows: Mapping[str, Sequence[np.ndarray]],
    *,
    title: str,
    alt: str,
    signed: bool = False,
    limit: float | None = None,
    columns: int | None = None,
    names: Sequence[str] | None = None,
) -> None:
    """Show rows of small maps, each row with its name at the left.

    Parameters
    ----------
    rows : mapping of str to sequence of array_like, shape (H, W)
        Name → maps of one shape; shorter rows leave room at the end.
    title, alt : str
    signed : bool
        Red and blue around zero; else greys from the lowest value of the row to the highest.
    limit : float, optional
        Of signed maps: the size that has the darkest red and blue, the same for all rows. By default it is
        the largest of each row; a higher one keeps the two colours of ±1 light enough to tell apart.
    columns : int, optional
        Maps in a line, at most; a longer row goes on in the lines below, on the scale of the whole row.
    names : sequence of str, optional
        Written above the maps of the first row.
    """
    longest = max(len(maps) for maps in rows.values())
    columns = min(columns or longest, longest)
    lines = []  # label, maps, lowest and highest value of each
    for label, maps in rows.items():
        low, high = float(np.min(maps)), float(np.max(maps))  # one scale for the whole row
        if signed:
            high = limit or max(abs(low), abs(high)) or 1.0
            low = -high
        for start in range(0, len(maps), columns):
            lines.append(("" if start else label, maps[start : start + columns], low, high))
    cell = min(1.15, 8.2 / columns)
    # Every map has the same width: a line is as tall as its maps are.
    shapes = [np.shape(maps[0]) for _, maps, _, _ in lines]
    heights = [cell * height / width for height, width in shapes]
    top = 0.75 if names else 0.5
    figure, axes = new_figure(
        len(lines),
        columns,
        size=(cell * columns + 1.5, sum(heights) + 0.12 * len(lines) + top),
        squeeze=False,
        height_ratios=heights,
    )
    for ax in axes.flat:
        ax.axis("off")
    for row, (label, maps, low, high) in zip(axes, lines, strict=True):
        for ax, values in zip(row, maps, strict=False):
            ax.imshow(values, vmin=low, vmax=high, cmap=style.SIGNED if signed else style.GRAYSCALE)
        row[0].text(
            -0.15,
            0.5,
            label,
            transform=row[0].transAxes,
            ha="right",
            va="center",
            fontsize=style.letters(figure),
        )
    for ax, name in zip(axes[0], names or (), strict=False):
        ax.set_title(name, fontsize=style.letters(figure), fontweight="normal", loc="center")
    style.headline(figure, title)
    show_drawing(figure, alt)


@course_style()
def named_images(images: Sequence[np.ndarray], names: Sequence[str], *, title: str, alt: str) -> None:
    """Show small grey images (uint8), six in a row, each with its own text under it."""
    if len(names) != len(images):
        raise ValueError(f"names must have one text per image; got {len(names)} for {len(images)}")
    columns = min(6, len(images))
    rows = -(-len(images) // columns)
    figure, axes = new_figure(rows, columns, size=(9.0, 1.75 * rows + 0.4), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, name in zip(axes.flat, images, names, strict=False):
        ax.imshow(image, vmin=0, vmax=255)
        ax.text(
            0.5, -0.05, name, transform=ax.transAxes, ha="center", va="top", fontsize=style.letters(figure)
        )
    style.headline(figure, title)
    show_drawing(figure, alt)


@course_style()
def counts(values: Mapping[str, float], *, title: str, xlabel: str, alt: str) -> None:
    """Show how much of something each network has, as bars that start at zero."""
    figure, ax = new_figure(size=(7.2, 1.1 + 0.45 * len(values)))
    drawn = ax.barh(list(values), list(values.values()), color=style.BLUE)
    ax.bar_label(
        drawn, labels=[number(v) for v in values.values()], padding=4, fontsize=style.letters(figure)
    )
    ax.invert_yaxis()
    ax.set_yticks(range(len(values)), list(values))
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.12)
    ax.set(title=title, xlabel=xlabel)
    show_drawing(figure, alt)
