"""Many filters in one picture: each in its own colours, side by side with a gap."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure


def filter_pictures(filters, top: float | None = None) -> np.ndarray:
    """Turn weights into colours: middle grey is zero.

    Parameters
    ----------
    filters : array_like, shape (N, 3, H, W)
    top : float, optional
        Magnitude shown as 0 or 255; by default each filter's own largest one.

    Returns
    -------
    ndarray of uint8, shape (N, H, W, 3)

    Examples
    --------
    >>> filter_pictures([[[[1.0]], [[0.0]], [[-0.5]]]]).tolist()
    [[[[255, 128, 64]]]]
    """
    filters = np.asarray(filters, float)
    if filters.ndim != 4 or filters.shape[1] != 3 or 0 in filters.shape:
        raise ValueError(f"filters must have shape (N, 3, H, W); got {filters.shape}")
    tops = np.abs(filters).max(axis=(1, 2, 3), keepdims=True) if top is None else np.float64(top)
    scaled = (filters / np.where(tops > 0, tops, 1.0)).clip(-1, 1)
    return np.round(127.5 + 127.5 * scaled).astype(np.uint8).transpose(0, 2, 3, 1)


def tile(filters, columns: int = 8, top: float | None = None, above: int = 1) -> np.ndarray:
    """Lay the pictures of filters out in rows, with a white pixel between them; ``top`` as above.

    Parameters
    ----------
    filters : array_like, shape (N, 3, H, W)
    columns : int
    top : float, optional
    above : int
        White pixels over each row.

    Returns
    -------
    ndarray of uint8, shape (rows * (H + above) + 1, columns * (W + 1) + 1, 3)
    """
    pictures = filter_pictures(filters, top)
    count, height, width, _ = pictures.shape
    rows = -(-count // columns)
    board = np.full((rows * (height + above) + 1, columns * (width + 1) + 1, 3), 255, np.uint8)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        top, left = above + row * (height + above), 1 + column * (width + 1)
        board[top : top + height, left : left + width] = picture
    return board


@course_style()
def filters(
    sets: Mapping[str, np.ndarray], *, alt: str, title: str = "", columns: int = 8, numbered: bool = False
) -> None:
    """Show sets of filters side by side.

    Parameters
    ----------
    sets : mapping of str to array_like, shape (N, 3, H, W)
        Name → filters.
    columns : int
        Filters in a row of each set.
    numbered : bool
        Write over each filter its number, from 1 on, row by row.
    """
    across = min(len(sets), 3)
    down = -(-len(sets) // across)
    side = min(9.4 / across, 5.2)

    def size(boards):
        tall = max(board.shape[0] / board.shape[1] for board in boards)
        return side * across, down * (side * tall + 0.35) + 0.35 * bool(title)

    boards = [tile(weights, columns) for weights in sets.values()]
    above = [1] * len(boards)
    if numbered:
        line = 1.4 * style.readable(*size(boards)) / 72  # in inches
        above = [math.ceil(line / side * board.shape[1]) for board in boards]
        boards = [
            tile(weights, columns, above=room) for weights, room in zip(sets.values(), above, strict=True)
        ]
    figure, axes = new_figure(down, across, size=size(boards), squeeze=False)
    for ax in axes.flat[len(boards) :]:
        ax.remove()
    for ax, board, room, (name, weights) in zip(axes.flat, boards, above, sets.items(), strict=False):
        ax.imshow(board)
        style.name_above(ax, name)
        style.bare(ax)
        if numbered:
            _write_numbers(ax, np.shape(weights), columns, room, style.letters(figure))
    if title:
        style.headline(figure, title)
    show(figure, alt)


def _write_numbers(ax, shape, columns, above, fontsize):
    count, _, height, width = shape
    for index in range(count):
        row, column = divmod(index, columns)
        middle = 1 + column * (width + 1) + (width - 1) / 2
        edge = above + row * (height + above) - 0.5
        ax.annotate(
            str(index + 1),
            (middle, edge),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="baseline",
            fontsize=fontsize,
        )
