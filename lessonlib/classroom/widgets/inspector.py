"""Lesson 02: one pixel of a photo, its value, its neighbours and its two addresses (slides 10-11)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont

from lessonlib.classroom import style
from lessonlib.classroom.widgets.base import Experiment, int_slider
from lessonlib.classroom.widgets.canvas import ArrayCanvas
from lessonlib.reference.signals import at

#: Pixels on each side of the one that is inspected.
REACH = 3


class Pixel(NamedTuple):
    """A pixel and what surrounds it.

    Attributes
    ----------
    value : int or tuple of int
        Grey level, or (R, G, B).
    python : tuple of int
        The 0-based indices (row, column) of the same pixel.
    window : ndarray of float, shape (7, 7)
        Grey levels around it; NaN outside the image. Empty for a colour image.
    """

    value: int | tuple[int, ...]
    python: tuple[int, int]
    window: np.ndarray


def inspect(image, i: int, j: int) -> Pixel:
    """Look up the pixel that the slides call I(i, j): row ``i`` and column ``j``, counted from 1.

    Parameters
    ----------
    image : ndarray, shape (H, W) or (H, W, C)
    i, j : int
        From 1 to H and from 1 to W.

    Raises
    ------
    ValueError
        If the position is outside the image.

    Examples
    --------
    >>> pixel = inspect(np.array([[4, 7, 6], [2, 0, 0], [7, 1, 1]]), 1, 2)
    >>> pixel.value, pixel.python
    (7, (0, 1))
    """
    found = at(image, i, j)
    python = (i - 1, j - 1)
    if np.ndim(found):
        return Pixel(tuple(int(v) for v in found), python, np.empty((0, 0)))
    # Only the neighbourhood is padded: padding the photo at every move would be slow.
    window = np.full((2 * REACH + 1, 2 * REACH + 1), np.nan)
    top, left = max(python[0] - REACH, 0), max(python[1] - REACH, 0)
    part = np.asarray(image)[top : python[0] + REACH + 1, left : python[1] + REACH + 1]
    row, column = top - python[0] + REACH, left - python[1] + REACH
    window[row : row + part.shape[0], column : column + part.shape[1]] = part
    return Pixel(int(found), python, window)


def label_font(size: int) -> ImageFont.FreeTypeFont:
    """Return the course's font for text drawn with Pillow; it ships inside matplotlib."""
    return ImageFont.truetype(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), size)


class _Page:
    """The widget's picture, drawn with Pillow: fifty numbers as matplotlib text would cost 60 ms a move."""

    CELL, MARGIN, GAP = 54, 30, 64

    def __init__(self, image):
        self.image = image
        self.side = (2 * REACH + 1) * self.CELL
        # A photo larger than the glass is drawn smaller; the numbers still come from all its pixels.
        self.factor = max(1.0, image.shape[0] / 480, image.shape[1] / 520)
        photo = Image.fromarray(image)
        self.photo = photo.resize([round(n / self.factor) for n in photo.size], Image.Resampling.BOX)
        self.left = self.photo.width + self.GAP
        height = max(self.photo.height, self.side) + self.MARGIN + 8
        self.size = (self.left + self.side + 8, height)
        self.font, self.small = label_font(17), label_font(13)

    def draw(self, pixel: Pixel, i: int, j: int) -> np.ndarray:
        """Return the page for the pixel I(i, j), as an array H×W×3."""
        page = Image.new("RGB", self.size, "white")
        page.paste(self.photo, (0, self.MARGIN))
        pen = ImageDraw.Draw(page)
        rows, columns = self.image.shape
        pen.text((0, 6), f"a foto: {rows} linhas × {columns} colunas", style.INK, self.small)
        x, y = ((k + 0.5) / self.factor for k in pixel.python[::-1])
        pen.line([(x, self.MARGIN), (x, self.MARGIN + self.photo.height - 1)], style.ORANGE, 2)
        pen.line([(0, y + self.MARGIN), (self.photo.width - 1, y + self.MARGIN)], style.ORANGE, 2)
        reach = (REACH + 0.5) / self.factor
        pen.rectangle(
            [x - reach, y - reach + self.MARGIN, x + reach, y + reach + self.MARGIN], None, style.RED, 2
        )
        for (r, c), value in np.ndenumerate(pixel.window):
            self._cell(pen, r, c, value)
        for k in range(2 * REACH + 1):
            middle = (k + 0.5) * self.CELL
            row, column = i + k - REACH, j + k - REACH
            if 1 <= column <= columns:
                pen.text((self.left + middle, self.MARGIN - 6), str(column), style.INK, self.small, "ms")
            if 1 <= row <= rows:
                pen.text((self.left - 6, self.MARGIN + middle), str(row), style.INK, self.small, "rm")
        corner = (self.left + REACH * self.CELL, self.MARGIN + REACH * self.CELL)
        pen.rectangle([*corner, *(n + self.CELL for n in corner)], None, style.RED, 4)
        return np.asarray(page)

    def _cell(self, pen, r: int, c: int, value: float) -> None:
        corner = (self.left + c * self.CELL, self.MARGIN + r * self.CELL)
        if np.isnan(value):  # outside the image there is no pixel, not a black one
            pen.rectangle([*corner, *(n + self.CELL for n in corner)], "white", "#CCCCCC")
            return
        level = int(value)
        pen.rectangle([*corner, *(n + self.CELL for n in corner)], (level, level, level))
        ink = style.ink_on((level / 255,) * 3)
        pen.text([n + self.CELL / 2 for n in corner], str(level), ink, self.font, "mm")


def pixel_inspector(image, *, row: int = 1, column: int = 1) -> Experiment:
    """Return the widget: walk over a grey photo and read the numbers under the magnifying glass.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    row, column : int
        Where it starts, counted from 1.
    """
    image = np.asarray(image)
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError(f"image must be a grey uint8 image H×W; got {image.dtype} of shape {image.shape}")
    canvas, page = ArrayCanvas(), _Page(image)

    def paint(i: int, j: int) -> str:
        pixel = inspect(image, i, j)
        canvas.pixels = page.draw(pixel, i, j)
        return (
            f"No slide: I({i}, {j}) = <b>{pixel.value}</b>. Em Python, o mesmo pixel é "
            f"<code>imagem[{pixel.python[0]}, {pixel.python[1]}]</code>."
        )

    return Experiment(
        "passe a lupa sobre a foto",
        "À esquerda a foto com uma cruz no pixel escolhido; à direita a lupa: os 49 números em volta dele, "
        "com a linha e a coluna de cada um.",
        {
            "i": int_slider("linha i (slide)", row, 1, image.shape[0]),
            "j": int_slider("coluna j (slide)", column, 1, image.shape[1]),
        },
        canvas,
        paint,
    )
