"""A canvas in two layers: what stays is drawn once, what moves is drawn over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from lessonlib.classroom.figures import encode_array
from lessonlib.classroom.style import course_style
from lessonlib.classroom.widgets.base import FigureCanvas


class LayeredCanvas(FigureCanvas):
    """A :class:`FigureCanvas` that redraws only the artists that move, over a stored background.

    An axis with twenty tick labels costs as much as everything else; it need not be drawn at every step of
    a slider. Call :meth:`follow` with the artists that change, and :meth:`redraw` in the painter whenever
    something else has changed.

    Attributes
    ----------
    stamps : list of callable
        Each is called with the drawn picture, uint8 (H, W, 4), and may write into it.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._moving: list = []
        self._background = None
        self.stamps: list[Callable[[np.ndarray], None]] = []

    def follow(self, artists: Iterable) -> None:
        """Say which artists are drawn anew each time, in this order."""
        self._moving = list(artists)
        for artist in self._moving:
            artist.set_animated(True)  # Figure.draw leaves animated artists out

    def redraw(self) -> None:
        """Forget the background: the next picture is drawn whole."""
        self._background = None

    def png(self) -> bytes:
        """Draw and return the picture."""
        with course_style():
            if self._background is None:
                self._agg.draw()
                if not self._laid_out:
                    self.figure.set_layout_engine("none")
                    self._laid_out = True
                self._background = self._agg.copy_from_bbox(self.figure.bbox)
            else:
                self._agg.restore_region(self._background)
            renderer = self._agg.get_renderer()
            for artist in self._moving:
                artist.draw(renderer)
        pixels = np.array(self._agg.buffer_rgba())
        for stamp in self.stamps:
            stamp(pixels)
        return encode_array(pixels[..., :3])
