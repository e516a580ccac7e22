"""A map of units that takes clicks: the mouse's way to choose; sliders remain the keyboard's."""

from __future__ import annotations

import ipycanvas
import ipywidgets
import numpy as np

from lessonlib.classroom import style

#: Side of the map on screen, in pixels.
MAP_PIXELS = 240


def unit_at(x: float, y: float, side: int) -> tuple[int, int]:
    """Return row and column (from 1) of the unit under a point of the clickable map, in screen pixels.

    Examples
    --------
    >>> unit_at(239.9, 0.0, side=7)
    (1, 7)
    """
    row, column = (min(max(int(p * side / MAP_PIXELS) + 1, 1), side) for p in (y, x))
    return row, column


class ClickMap:
    """A map of units on an ipycanvas: cells with colours, a mark, and a callback for clicks.

    A canvas keeps nothing: what it shows is drawn again for each view that opens.
    """

    def __init__(self, on_pick):
        side = f"{MAP_PIXELS}px"
        self.widget = ipycanvas.MultiCanvas(
            2, width=MAP_PIXELS, height=MAP_PIXELS, layout=ipywidgets.Layout(width=side, height=side)
        )
        self._colours, self._cell = np.zeros((1, 1, 3), np.uint8), (1, 1)
        self.widget.on_mouse_down(lambda x, y: on_pick(*unit_at(x, y, len(self._colours))))
        self.widget.on_client_ready(self._draw)
        # A canvas with the focus swallows every key: without this, Tab never leaves the map.
        self.widget.on_key_down(lambda key, *_: self.widget.blur() if key in ("Tab", "Escape") else None)

    def beside(self, controls, hint: str) -> ipywidgets.HBox:
        """Return the map, under a hint (HTML, pt-BR), to the right of the controls that move its mark."""
        left = ipywidgets.VBox(list(controls), layout=ipywidgets.Layout(flex="1 1 400px"))
        right = ipywidgets.VBox(
            [ipywidgets.HTML(hint), self.widget], layout=ipywidgets.Layout(flex="0 0 auto")
        )
        return ipywidgets.HBox([left, right], layout=ipywidgets.Layout(flex_flow="row wrap"))

    def show(self, colours: np.ndarray, row: int, column: int) -> None:
        """Show a map (side, side, 3) of uint8 with one unit marked (counted from 1)."""
        fresh = colours is not self._colours
        self._colours, self._cell = colours, (row, column)
        self._draw(background=fresh)

    def _draw(self, background: bool = True) -> None:
        side = len(self._colours)
        with ipycanvas.hold_canvas():
            if background:
                nearest = np.arange(MAP_PIXELS) * side // MAP_PIXELS
                self.widget[0].put_image_data(self._colours[nearest][:, nearest], 0, 0)
            top = self.widget[1]
            top.clear()
            cell = MAP_PIXELS / side
            row, column = self._cell
            box = ((column - 1) * cell, (row - 1) * cell, max(cell, 4), max(cell, 4))
            for colour, width in (("white", 5), (style.RED, 3)):
                top.stroke_style, top.line_width = colour, width
                top.stroke_rect(*box)
