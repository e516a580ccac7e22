"""A sheet to draw a digit on with the mouse, a finger or a pen."""

from __future__ import annotations

from collections.abc import Callable

import ipycanvas
import ipywidgets
import numpy as np

from lessonlib.classroom.widgets.ink import Ink, like_mnist
from lessonlib.classroom.widgets.mosaic import enlarge

#: Side of the sheet on screen, in pixels: ten for each pixel of an MNIST image.
SHEET = 280


class Paper:
    """Black paper and white ink, as MNIST's images; or a ready image, which the first stroke wipes away.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
        Lies on the sheet at first.
    on_change : callable
        Called without arguments when strokes have changed the sheet.
    pen : float
        Width of the pen, in pixels of the sheet. Change it at any time.

    Attributes
    ----------
    widget : ipycanvas.Canvas
    next_control : ipywidgets widget or None
        Where the Tab key goes from here. An ipycanvas takes every key that is pressed on it, Tab too: without
        help the keyboard could not leave it.
    """

    def __init__(self, image: np.ndarray, on_change: Callable[[], None], pen: float):
        self.pen, self.next_control = pen, None
        self._on_change = on_change
        self._ink, self._ready, self._last = Ink(SHEET), image, None
        side = f"{SHEET}px"
        self.widget = ipycanvas.Canvas(
            width=SHEET, height=SHEET, layout=ipywidgets.Layout(width=side, height=side, flex="0 0 auto")
        )
        self.widget.on_client_ready(self._draw)  # a canvas keeps nothing: a new page gets the sheet anew
        self.widget.on_key_down(self._leave)
        self.widget.on_mouse_down(self.press)
        self.widget.on_mouse_move(self.move)
        self.widget.on_mouse_up(self.lift)
        self.widget.on_mouse_out(self.lift)
        self.widget.on_touch_start(lambda fingers: self.press(*fingers[0]))
        self.widget.on_touch_move(lambda fingers: self.move(*fingers[0]))
        self.widget.on_touch_end(self.lift)
        self.widget.on_touch_cancel(self.lift)

    @property
    def image(self) -> np.ndarray:
        """What lies on the sheet, as an MNIST image: uint8 (28, 28)."""
        return like_mnist(self._ink.pixels) if self._ready is None else self._ready

    @property
    def drawn(self) -> bool:
        """Whether the sheet shows strokes, or nothing, instead of a ready image."""
        return self._ready is None

    def show(self, image: np.ndarray) -> None:
        """Lay a ready image (28, 28) of uint8 on the sheet, instead of what is there."""
        self._ready, self._last = image, None
        self._draw()

    def clear(self) -> None:
        """Wipe the sheet."""
        self._ready, self._last = None, None
        self._ink.clear()
        self._draw()

    def press(self, x: float, y: float) -> None:
        """Put the pen down."""
        if not self.drawn:
            self.clear()
        self._stroke((x, y), (x, y))

    def move(self, x: float, y: float) -> None:
        """Move the pen; it draws only if it is down."""
        if self._last is not None:
            self._stroke(self._last, (x, y))

    def lift(self, *_) -> None:
        """Take the pen off the paper."""
        self._last = None

    def _stroke(self, start, end):
        self._last = end
        self._ink.line(start, end, self.pen)
        canvas = self.widget
        with ipycanvas.hold_canvas():  # one message
            canvas.stroke_style, canvas.line_width, canvas.line_cap = "white", self.pen, "round"
            canvas.stroke_line(*start, *end)
        self._on_change()

    def _draw(self):
        pixels = self._ink.pixels if self.drawn else enlarge(self._ready, (SHEET, SHEET))
        self.widget.put_image_data(np.repeat(pixels[..., np.newaxis], 3, axis=2), 0, 0)

    def _leave(self, key: str, shift: bool, *_) -> None:
        """Let the Tab key out; backwards, the browser goes on from the canvas at the next press."""
        if key == "Tab" and not shift and self.next_control is not None:
            self.next_control.focus()
        elif key in ("Tab", "Escape"):
            self.widget.blur()
