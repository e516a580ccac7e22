"""From strokes on a sheet to an image like those of MNIST: 20×20 box, centre of mass in the middle."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

#: Side of an MNIST image; of the box that the digit fills; and the pixel of the centre of mass. All three
#: hold for the digits that ship with the course (tests/classroom/widgets/test_drawing.py).
SIDE, BOX, CENTRE = 28, 20, 14


def like_mnist(ink) -> np.ndarray:
    """Scale and centre a drawing as the authors of MNIST did.

    The drawing is cropped, reduced (or enlarged) until its longer side has 20 pixels, with grey levels at
    the edges, and moved by whole pixels so that its centre of mass is at pixel (14, 14).

    Parameters
    ----------
    ink : array_like of uint8, shape (H, W)
        0 is paper, 255 is full ink. Any size.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        All zeros if there is no ink. A drawing whose mass lies so far to one side that it would leave the
        frame stops at the edge.

    Raises
    ------
    ValueError
        If ``ink`` is not a grey image of uint8.

    References
    ----------
    Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*: "size normalized to fit in a
    20x20 pixel box [...] centered in a 28x28 image by computing the center of mass".

    Examples
    --------
    >>> sheet = np.zeros((280, 280), np.uint8)
    >>> sheet[30:230, 10:30] = 255  # a tall bar, far to the left
    >>> rows, columns = like_mnist(sheet).nonzero()
    >>> sorted(set(rows.tolist()))[::19], sorted(set(columns.tolist()))
    ([4, 23], [14, 15])
    """
    ink = np.asarray(ink)
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise ValueError(f"ink must be a grey image of uint8, shape (H, W); got {ink.dtype} {ink.shape}")
    frame = np.zeros((SIDE, SIDE), np.uint8)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return frame
    drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * BOX / max(drawn.shape))) for side in drawn.shape)
    # BOX averages the pixels that each new pixel covers: ink is neither lost nor sharpened.
    small = np.asarray(Image.fromarray(drawn).resize((width, height), Image.Resampling.BOX))
    if not small.any():  # so little ink that it rounds to none
        return frame
    top, left = _corner(small.sum(axis=1, dtype=float)), _corner(small.sum(axis=0, dtype=float))
    frame[top : top + height, left : left + width] = small
    return frame


def _corner(profile: np.ndarray) -> int:
    """Return where a digit must start for its centre of mass to fall on the pixel ``CENTRE``."""
    centre = profile @ np.arange(profile.size) / profile.sum()
    return min(max(round(CENTRE - centre), 0), SIDE - profile.size)


class Ink:
    """Ink on a square sheet, drawn segment by segment with a round pen.

    Parameters
    ----------
    side : int
        Of the sheet, in pixels.
    """

    def __init__(self, side: int):
        self._sheet = Image.new("L", (side, side))
        self._pen = ImageDraw.Draw(self._sheet)

    @property
    def pixels(self) -> np.ndarray:
        """The sheet, uint8 (side, side): 0 or 255."""
        return np.asarray(self._sheet)

    @property
    def blank(self) -> bool:
        """Whether nothing has been drawn."""
        return self._sheet.getbbox() is None

    def clear(self) -> None:
        """Wipe the sheet."""
        self._pen.rectangle((0, 0, *self._sheet.size), fill=0)

    def line(self, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
        """Draw from one point (x, y) to another; the same point twice leaves a dot."""
        self._pen.line([start, end], fill=255, width=round(width))
        for x, y in (start, end):  # round ends, which also join one segment to the next
            self._pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
