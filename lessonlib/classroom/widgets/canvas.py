"""The pictures of the widgets: what a move changes is drawn again, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.spines import Spine

from lessonlib.classroom.figures import encode_array, smallest_text
from lessonlib.classroom.style import course_style, new_figure, readable


class FigureCanvas:
    """A matplotlib figure that is drawn again and again into PNG bytes.

    The picture has two layers. What no painter has ever touched is drawn once and kept as pixels: an axis
    with twenty tick labels costs as much as everything else. What a painter touches, which matplotlib marks
    as stale, is drawn over it from then on, with whatever lies above it. A change of limits or ticks, an
    artist that came or went, or an axes that appears draws the figure whole.

    Parameters
    ----------
    nrows, ncols, size, **kwargs
        As in :func:`lessonlib.classroom.style.new_figure`.

    Attributes
    ----------
    figure, axes
        Create the artists once, then only change their data in the painter: that keeps a move under 80 ms.
    stamps : list of callable
        Each is called with the drawn picture, uint8 (H, W, 4), and may write into it.
    fontsize : float
        Of labels that are still readable when a slide shows the widget, in points.
    letters : float
        Size of the smallest text that the stamps write, in pixels.
    """

    def __init__(self, nrows: int = 1, ncols: int = 1, size: tuple[float, float] = (7.6, 3.8), **kwargs):
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.figure, self.axes = new_figure(nrows, ncols, size=size, widget=True, **kwargs)
        self.stamps: list[Callable[[np.ndarray], None]] = []
        self.fontsize = readable(*size, widget=True)
        self.letters = float("inf")
        self._agg = FigureCanvasAgg(self.figure)
        self._background = self._frame = None
        self._moving: list[Artist] = []

    def png(self) -> bytes:
        """Draw and return the picture."""
        with course_style():
            self._draw()
        pixels = np.asarray(self._agg.buffer_rgba())
        if self.stamps:
            pixels = pixels.copy()
            for stamp in self.stamps:
                stamp(pixels)
        return encode_array(pixels)

    def stacked_fontsize(self, lines: int, height: float) -> float:
        """Return the size of letters, in points, of so many lines that share a height in inches."""
        return min(self.fontsize, 72 * height / (1.15 * lines))

    def smallest_text(self) -> float:
        """Return the size of the smallest text of the picture, in its pixels."""
        return min(smallest_text(self.figure) * self.figure.dpi / 96, self.letters)

    def _draw(self) -> None:
        touched = self._touched()
        if touched is None or touched:
            self._draw_background(touched or set())
        self._agg.restore_region(self._background)
        renderer = self._agg.get_renderer()
        for artist in self._moving:
            if artist.axes is None or artist.axes.get_visible():
                artist.draw(renderer)
        self._settle()

    def _touched(self) -> set[Artist] | None:
        """Return what has changed and is still in the background; None if it must be drawn whole."""
        if self._background is None or self._frame != _frame(self.figure):
            return None
        touched = set()
        for owner in _owners(self.figure):
            for child in _children(owner):
                if not child.get_animated() and any(part.stale for part in _parts(child)):
                    if child is owner.patch or isinstance(child, Spine):
                        return None
                    touched.add(child)
        return {a for a in touched if not isinstance(a, Axis)}  # its own changes are in the frame

    def _draw_background(self, touched: set[Artist]) -> None:
        touched.update(self._moving)
        self._moving = [
            artist for owner in _owners(self.figure) for artist in _from_the_lowest(owner, touched)
        ]
        for artist in self._moving:
            artist.set_animated(True)  # Figure.draw leaves animated artists out
        self._agg.draw()
        # The layout is solved once: solving it at each move costs more than drawing.
        self.figure.set_layout_engine("none")
        self._background = self._agg.copy_from_bbox(self.figure.bbox)
        self._frame = _frame(self.figure)

    def _settle(self) -> None:
        """Forget that the artists had changed, also the hidden ones, which no drawing clears."""
        for owner in _owners(self.figure):
            for child in _children(owner):
                for artist in _parts(child):
                    artist.stale = False


class ArrayCanvas:
    """A picture whose pixels are the content: an array, enlarged by whole factors and sent as PNG.

    Parameters
    ----------
    scale : int
        Each array element becomes a ``scale``×``scale`` square.
    """

    def __init__(self, scale: int = 1):
        self.scale = scale
        self.pixels = np.zeros((1, 1, 3), np.uint8)

    def png(self) -> bytes:
        """Encode the current ``pixels`` (uint8, H×W or H×W×3)."""
        big = self.pixels.repeat(self.scale, axis=0).repeat(self.scale, axis=1)
        return encode_array(big)

    def smallest_text(self) -> float:
        """Return infinity: the picture has no text."""
        return float("inf")


def _owners(figure) -> list[Artist]:
    """Return what artists belong to, in drawing order: the axes, then the figure itself."""
    return [*sorted(figure.axes, key=Artist.get_zorder), figure]


def _children(owner) -> list[Artist]:
    """Return the artists of an axes, or those of a figure that are in none of its axes."""
    axes = owner.axes if isinstance(owner, Figure) else []
    return [child for child in owner.get_children() if child not in axes]


def _parts(artist) -> Iterator[Artist]:
    """Walk over an artist and what it is made of; an axis counts as one."""
    yield artist
    if not isinstance(artist, Axis):
        for part in artist.get_children():
            yield from _parts(part)


def _frame(figure) -> list:
    """Return what decides how the rest of the figure is drawn: artists, limits, ticks, places."""
    return [_children(figure)] + [
        (
            ax.get_children(),
            ax.get_visible(),
            ax.get_position().bounds,
            [
                (
                    *axis.get_view_interval(),
                    axis.get_visible(),
                    axis.get_scale(),
                    axis.get_label_text(),
                    axis.get_major_locator(),
                    axis.get_major_formatter(),
                    axis.get_minor_locator(),
                    axis.get_tick_params(),
                )
                for axis in (ax.xaxis, ax.yaxis)
            ],
        )
        for ax in figure.axes
    ]


def _from_the_lowest(owner, touched: set[Artist]) -> list[Artist]:
    """Return, in drawing order, the touched artists of an owner and whatever is drawn above the lowest."""
    layers = [child for child in _children(owner) if child is not owner.patch and _is_drawn(child)]
    lowest = min((child.get_zorder() for child in layers if child in touched), default=np.inf)
    above = (c for c in layers if c in touched or (c.get_zorder() >= lowest and not _is_heading(c)))
    return sorted(above, key=Artist.get_zorder)


def _is_heading(child: Artist) -> bool:
    """Tell whether a child is one of the three titles of its axes, which lie outside it."""
    ax = child.axes
    return ax is not None and child in (ax.title, ax._left_title, ax._right_title)


def _is_drawn(child: Artist) -> bool:
    """Tell whether an axes draws this child, and whether it can lie above another."""
    if isinstance(child, Spine):
        return child.axes.axison and child.axes.get_frame_on()
    if isinstance(child, Axis):  # ticks lie outside the axes, a grid inside
        return child.axes.axison and any(line.get_visible() for line in child.get_gridlines())
    return True
