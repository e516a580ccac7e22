"""Small matrices on one axes, numbers in the cells, refilled at every move: a part of widgets.

Cells, numbers and frames are written into the drawn picture as pixels. With matplotlib's images and a
hundred of its texts, each move of a slider would take three times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image, ImageDraw, ImageFont

from lessonlib.classroom import style
from lessonlib.classroom.style import number
from lessonlib.classroom.widgets.canvas import FigureCanvas

FONT = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
INK, PAPER = (0, 0, 0), (255, 255, 255)
GRID, MARK = (tuple(round(255 * part) for part in to_rgb(colour)) for colour in (style.GREY, style.ORANGE))
#: Width of a frame, in pixels.
THICK = 4


class Block(NamedTuple):
    """Where one matrix lies on the board and how its values look.

    Attributes
    ----------
    title : str
        Written above it.
    corner : (int, int)
        Row and column of its first cell, in cells from the top left of the board.
    shape : (int, int)
        Rows and columns.
    limit : float
        Value of the strongest colour; the scale is [-limit, limit] if ``signed``, else [0, limit].
    signed : bool
    digits, fontsize : int
        Decimals and size of the numbers in points; size 0 leaves them out.
    cmap : str or Colormap, optional
        Instead of the course's greys and diverging colours.
    """

    title: str
    corner: tuple[int, int]
    shape: tuple[int, int]
    limit: float = 1.0
    signed: bool = False
    digits: int = 2
    fontsize: float = 11
    cmap: str | mpl.colors.Colormap | None = None


@lru_cache(maxsize=4096)
def glyphs(text: str, pixels: int) -> np.ndarray:
    """Return a text as ink coverage, uint8 (height, width), in letters of so many pixels."""
    font = ImageFont.truetype(str(FONT), pixels)
    left, top, right, bottom = font.getbbox(text)
    sheet = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
    ImageDraw.Draw(sheet).text((-left, -top), text, fill=255, font=font)
    return np.asarray(sheet)


class Board:
    """Matrices on one axes whose values change without new artists.

    Parameters
    ----------
    canvas : FigureCanvas
    ax : matplotlib.axes.Axes
        One of the canvas's.
    blocks : mapping of str to Block
    size : (float, float)
        Rows and columns of the board, in cells.

    Attributes
    ----------
    numbers : dict of str to list of str
        What each block shows now, row by row.
    frames : dict of str to (row, column, height, width) or None
        Cells of each block that are marked.
    """

    def __init__(self, canvas: FigureCanvas, ax, blocks: Mapping[str, Block], size: tuple[float, float]):
        self.blocks, self._canvas, self._ax = dict(blocks), canvas, ax
        self.numbers = {name: [] for name in blocks}
        self.frames = dict.fromkeys(blocks)
        self._colours = {name: np.full((*block.shape, 3), 255.0) for name, block in self.blocks.items()}
        for block in self.blocks.values():
            (top, left), (_, width) = block.corner, block.shape
            ax.text(
                left + (width - 1) / 2,
                top - 0.65,
                block.title,
                ha="center",
                va="bottom",
                fontsize=canvas.fontsize,
            )
            if block.fontsize:
                canvas.letters = min(canvas.letters, self._letters(block))
        ax.set(xlim=(-0.6, size[1] - 0.4), ylim=(size[0] - 0.4, -0.6), aspect="equal")
        ax.axis("off")
        canvas.stamps.append(self._stamp)

    def fill(
        self, name: str, values, frame: tuple[int, int, int, int] | None = None, limit: float = 0.0
    ) -> None:
        """Show new values in one block; NaN leaves a cell empty.

        Parameters
        ----------
        values : array_like, shape of the block
        frame : (row, column, height, width), optional
            Cells of the block to mark, 0-based.
        limit : float, optional
            Value of the strongest colour, instead of the block's own.
        """
        block = self.blocks[name]
        values = np.asarray(values, float)
        if values.shape != tuple(block.shape):
            raise ValueError(f"values of {name!r} must have shape {block.shape}; got {values.shape}")
        high = limit or block.limit
        low = -high if block.signed else 0.0
        cmap = mpl.colormaps.get_cmap(block.cmap or (style.SIGNED if block.signed else style.GRAYSCALE))
        colours = 255 * cmap(np.clip((np.nan_to_num(values) - low) / (high - low), 0, 1))[..., :3]
        if block.signed:
            colours = 64 + 0.75 * colours  # paler: the numbers must stay readable
        colours[np.isnan(values)] = 255
        self._colours[name], self.frames[name] = colours, frame
        if block.fontsize:
            shown = [number(round(float(v), block.digits), block.digits) for v in values.flat]
            self.numbers[name] = ["" if text == "NaN" else text for text in shown]

    def _stamp(self, pixels: np.ndarray) -> None:
        """Write all blocks into the drawn picture, uint8 (H, W, 4)."""
        for name, block in self.blocks.items():
            (top, left), (height, width) = block.corner, block.shape
            x = self._pixel(left + np.arange(width + 1) - 0.5, 0, pixels)[0]
            y = self._pixel(0, top + np.arange(height + 1) - 0.5, pixels)[1]
            area = pixels[y[0] : y[-1] + 1, x[0] : x[-1] + 1, :3]
            rows, columns = (np.repeat(np.arange(len(e) - 1), np.diff(e)) for e in (y, x))
            area[:-1, :-1] = self._colours[name][rows[:, np.newaxis], columns]
            area[y - y[0]] = area[:, x - x[0]] = GRID
            if self.frames[name] is not None:
                row, column, tall, wide = self.frames[name]
                _outline(area, y[row] - y[0], y[row + tall] - y[0], x[column] - x[0], x[column + wide] - x[0])
            size = self._letters(block)
            for (i, j), text in zip(np.ndindex(height, width), self.numbers[name], strict=False):
                if text:
                    dark = style.ink_on(self._colours[name][i, j] / 255) == "white"
                    middle = (y[i] + y[i + 1]) / 2 - y[0], (x[j] + x[j + 1]) / 2 - x[0]
                    _write(area, glyphs(text, size), middle, PAPER if dark else INK)

    def _letters(self, block: Block) -> int:
        """Return the size of a block's numbers, in pixels of the picture."""
        return round(block.fontsize * self._canvas.figure.dpi / 72)

    def _pixel(self, x, y, pixels) -> tuple[np.ndarray, np.ndarray]:
        """Return columns and rows of the picture for points of the board."""
        points = np.stack(np.broadcast_arrays(np.asarray(x, float), y), axis=-1)
        columns, rows = np.rint(self._ax.transData.transform(points)).astype(int).T
        return columns, len(pixels) - rows


def _outline(area: np.ndarray, top: int, bottom: int, left: int, right: int) -> None:
    """Draw a frame around the cells between four lines of the grid, inside them."""
    area[top : top + THICK, left : right + 1] = MARK
    area[bottom + 1 - THICK : bottom + 1, left : right + 1] = MARK
    area[top : bottom + 1, left : left + THICK] = MARK
    area[top : bottom + 1, right + 1 - THICK : right + 1] = MARK


def _write(area: np.ndarray, letters: np.ndarray, middle: tuple[float, float], ink: tuple) -> None:
    """Blend letters into the picture, centred on ``middle`` (row, column)."""
    top, left = (max(round(m - n / 2), 0) for m, n in zip(middle, letters.shape, strict=True))
    place = area[top : top + letters.shape[0], left : left + letters.shape[1]]
    cover = letters[: place.shape[0], : place.shape[1], np.newaxis] / 255
    place[:] = place * (1 - cover) + np.array(ink) * cover
