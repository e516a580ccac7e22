"""Lesson 07: what pooling keeps, what it loses, and what a shift of the input does to it (slides 42-43)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.layers import AvgPool2d, MaxPool2d

KINDS = {"máximo (max pooling)": MaxPool2d, "média (average pooling)": AvgPool2d}
#: Longest list of pixels that a caption can hold.
MAX_LISTED = 9


class Pooled(NamedTuple):
    """An image moved to the right, and its pooled map beside that of the image in place.

    Attributes
    ----------
    moved : ndarray, shape (H, W)
    before, after : ndarray, shape (OH, OW)
        Pooled image in place; pooled image moved.
    input_change, output_change : float
        Norm of the difference that the move made, over the norm before: of the pixels, of the pooled map.
    """

    moved: np.ndarray
    before: np.ndarray
    after: np.ndarray
    input_change: float
    output_change: float


def move_right(image, pixels: int) -> np.ndarray:
    """Move an image to the right; the columns that come in repeat its left edge.

    Examples
    --------
    >>> move_right([[1, 2, 3, 4]], 2)
    array([[1, 1, 1, 2]])
    """
    image = np.asarray(image)
    return np.pad(image, ((0, 0), (pixels, 0)), mode="edge")[:, : image.shape[1]]


def relative_change(before, after) -> float:
    """Return ‖after − before‖ / ‖before‖, 0 where both are zero everywhere.

    Examples
    --------
    >>> relative_change([3, 4], [3, 9])
    1.0
    """
    difference = float(np.linalg.norm(np.subtract(after, before)))
    return difference / (float(np.linalg.norm(before)) or 1.0)


def pool_moved(image, kind: str, size: int, stride: int, shift: int) -> Pooled:
    """Pool an image before and after a move to the right.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kind : str
        A key of ``KINDS``.
    size, stride, shift : int
        Side of the window, step between windows, and move: pixels.
    """
    image = np.asarray(image, float)
    moved = move_right(image, shift)
    layer = KINDS[kind](size, stride)
    before, after = (layer.forward(x[np.newaxis, np.newaxis])[0, 0] for x in (image, moved))
    changes = [relative_change(*pair) for pair in ((image, moved), (before, after))]
    return Pooled(moved, before, after, *changes)


def busiest_window(image, size: int, stride: int) -> tuple[int, int]:
    """Return row and column (0-based, in the pooled map) of the window whose pixels differ most."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(image, float), (size, size))
    spread = windows[::stride, ::stride].std(axis=(2, 3))
    row, column = np.unravel_index(np.argmax(spread), spread.shape)
    return int(row), int(column)


@course_style()
def pooling_explorer(pictures: Mapping[str, np.ndarray]) -> Experiment:
    """Return the widget: an image that moves, its pooled map, and what the move changed in it.

    Parameters
    ----------
    pictures : mapping of str to array_like, shape (H, W)
        Name in pt-BR → grey levels from 0 to 255, 20 to 200 pixels a side.
    """
    pictures = {name: np.asarray(picture, float) for name, picture in pictures.items()}
    if any(picture.ndim != 2 for picture in pictures.values()):
        raise ValueError("pictures must be grey images H×W: convert colour photos first")
    canvas = FigureCanvas(1, 3, size=(10.2, 3.9))
    drawn = [ax.imshow(np.zeros((1, 1)), vmin=0, vmax=255) for ax in canvas.axes]
    drawn[2].set(cmap=style.SIGNED, clim=(-255, 255))
    titles = [
        ax.set_title(name) for ax, name in zip(canvas.axes, ("entrada", "pooling", "mudança"), strict=True)
    ]
    boxes = [
        ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.ORANGE, linewidth=2.5))
        for ax in canvas.axes[:2]
    ]
    for ax in canvas.axes:
        style.bare(ax)

    def paint(picture: str, kind: str, size: int, stride: int, shift: int) -> str:
        now = pool_moved(pictures[picture], kind, size, stride, shift)
        for artist, ax, values in zip(
            drawn, canvas.axes, (now.moved, now.after, now.after - now.before), strict=True
        ):
            height, width = values.shape
            artist.set_data(values)
            artist.set_extent((-0.5, width - 0.5, height - 0.5, -0.5))
            ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        row, column = busiest_window(now.moved, size, stride)
        boxes[0].set_bounds(column * stride - 0.5, row * stride - 0.5, size, size)
        boxes[1].set_bounds(column - 0.5, row - 0.5, 1, 1)
        (height, width), (rows, columns) = now.moved.shape, now.after.shape
        titles[0].set_text(f"entrada {height}×{width}" + (f", movida {shift}" if shift else ""))
        titles[1].set_text(f"depois do pooling {rows}×{columns}")
        titles[2].set_text("o que o deslocamento mudou")
        window = now.moved[row * stride : row * stride + size, column * stride : column * stride + size]
        listed = f" ({', '.join(number(v) for v in window.flat)})" if window.size <= MAX_LISTED else ""
        became = number(now.after[row, column], 1)
        text = f"A janela marcada tem {window.size} pixels{listed} e vira <b>{became}</b>. "
        if not shift:
            return text + f"De {height * width} números ficam {rows * columns}. Agora desloque a entrada."
        return text + (
            f"O deslocamento de {shift} pixel{'s' * (shift > 1)} mudou a entrada em "
            f"{number(100 * now.input_change, 0)}% "
            f"(norma da diferença sobre a norma) e a saída em <b>{number(100 * now.output_change, 0)}%</b>."
        )

    controls = {
        "picture": choice("imagem", list(pictures)),
        "kind": choice("pooling", list(KINDS)),
        "size": int_slider("lado da janela (pixels)", 2, 1, 8),
        "stride": int_slider("passo (pixels)", 2, 1, 8),
        "shift": int_slider("deslocar a entrada (pixels)", 1, 0, 8),
    }
    return Experiment(
        "resuma a imagem e depois desloque-a",
        "Entrada com uma janela marcada, mapa depois do pooling, e a mudança que o deslocamento causou nele.",
        controls,
        canvas,
        paint,
    )
