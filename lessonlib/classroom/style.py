"""One look for every figure of the course: palette, fonts, sizes and the decimal comma.

Figures are built on :class:`matplotlib.figure.Figure` directly, never through pyplot, so that a lesson
keeps no global state and a student's own pyplot settings stay as they are.
"""

from __future__ import annotations

from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

#: Okabe-Ito palette (Okabe & Ito, 2008, "Color Universal Design"): distinct for the common colour-vision
#: deficiencies and in greyscale print.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, YELLOW, INK, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#1A1A1A", "#6B6B6B"
CYCLE = [BLUE, RED, GREEN, PINK, ORANGE, SKY]

#: Colour maps: one for quantities that start at zero, one for signed quantities centred on zero.
SEQUENTIAL, SIGNED, GRAYSCALE = "cividis", "RdBu_r", "gray"

RC = {
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "axes.prop_cycle": mpl.cycler(color=CYCLE),
    "font.size": 11,
    "axes.titlesize": 12.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 11.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "legend.fontsize": 11,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "image.cmap": GRAYSCALE,
    "image.interpolation": "nearest",
    "font.family": "DejaVu Sans",  # ships inside matplotlib: the same glyphs on every system
    "svg.hashsalt": "lessonlib",  # fixed ids: stored SVGs can be compared
    "svg.fonttype": "path",
}


#: What a slide leaves to a figure, in CSS pixels, how small its text may be there, and how much it grows.
SLIDE_WIDTH, SLIDE_HEIGHT, SLIDE_TEXT, SLIDE_ZOOM = 1170, 440, 14, 2.3
#: What stands beside and above the picture of a widget there: controls, title.
CONTROLS_WIDTH, TITLE_HEIGHT = 370, 40


def readable(width: float, height: float, *, widget: bool = False) -> float:
    """Return a size of letters, in points, that a figure keeps readable from the last row of a classroom.

    A slide of 1280×720 shows a figure as large as fits, and a tall or very wide one smaller than a notebook
    does: its letters must be larger. Above 15 points they would shout in the notebook.

    Parameters
    ----------
    width, height : float
        Of the figure, in inches.
    widget : bool
        The figure is a widget's: at 100 pixels an inch, with controls beside it.

    Examples
    --------
    >>> readable(7.2, 3.6), round(readable(9.0, 7.2), 1)
    (11.0, 15.0)
    """
    dpi = RC["figure.dpi"] if widget else 96
    wide, high = dpi * width + CONTROLS_WIDTH * widget, dpi * height + TITLE_HEIGHT * widget
    zoom = min(SLIDE_ZOOM, SLIDE_WIDTH / wide, SLIDE_HEIGHT / high)
    return min(15.0, max(float(RC["xtick.labelsize"]), SLIDE_TEXT / zoom * 72 / dpi))


class CommaFormatter(ScalarFormatter):
    """Tick labels with the decimal comma of Brazilian Portuguese, whatever the system's locale."""

    def __call__(self, x, pos=None):
        return super().__call__(x, pos).replace(".", ",")


@contextmanager
def course_style():
    """Context in which figures are created, changed and drawn."""
    with mpl.rc_context(RC):
        yield


def new_figure(
    nrows: int = 1,
    ncols: int = 1,
    size: tuple[float, float] = (7.2, 3.6),
    *,
    widget: bool = False,
    **kwargs,
):
    """Return ``(figure, axes)`` in the course's style; ticks and names of axes are `readable`.

    Parameters
    ----------
    nrows, ncols : int
        Grid of axes.
    size : tuple of float
        Width and height in inches; 1 inch shows as 96 CSS pixels, in a widget as 100.
    widget : bool
        The figure is a widget's.
    **kwargs
        Passed to :meth:`matplotlib.figure.Figure.subplots` (``sharex``, ``squeeze``, ...).

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : Axes or ndarray of Axes
    """
    least = readable(*size, widget=widget)
    larger = {name: max(value, least) for name, value in RC.items() if name.endswith("labelsize")}
    with course_style(), mpl.rc_context(larger):
        figure = Figure(figsize=size)
        axes = figure.subplots(nrows, ncols, **kwargs)
        for ax in figure.axes:
            use_decimal_comma(ax)
    return figure, axes


def use_decimal_comma(ax) -> None:
    """Give both axes of ``ax`` tick labels with a decimal comma."""
    ax.xaxis.set_major_formatter(CommaFormatter())
    ax.yaxis.set_major_formatter(CommaFormatter())


def letters(figure) -> float:
    """Return the size of letters, in points, that a figure of a lesson keeps `readable`."""
    return readable(*figure.get_size_inches())


def enlarge(figure) -> None:
    """Give titles and legends, whose size matplotlib takes from its settings, letters that are readable."""
    least = letters(figure)
    for ax in figure.axes:
        legend = ax.get_legend()
        for text in (ax.title, ax._left_title, ax._right_title, *(legend.get_texts() if legend else ())):
            text.set_fontsize(max(text.get_fontsize(), least))


def headline(figure, title: str) -> None:
    """Write one title over all the axes of a figure."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=letters(figure) + 1, fontweight="bold")


def name_above(ax, name: str) -> None:
    """Write the name of one picture among several over it."""
    ax.set_title(name, fontsize=letters(ax.figure), fontweight="normal")


def bare(ax) -> None:
    """Leave nothing of the axes but what is drawn in them: no ticks, no grid, no frame."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(False)
    ax.spines[:].set_visible(False)


def luminance(color) -> float:
    """Return the relative luminance of a colour, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(color))
    return sum(share * channel for share, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def ink_on(color) -> str:
    """Return "white" or "black", whichever reads better on ``color``: the contrast is at least 4.5:1.

    Examples
    --------
    >>> ink_on("#757575"), ink_on("#777777")
    ('white', 'black')
    """
    return "white" if luminance(color) < 0.179 else "black"  # where both contrasts are 4.58:1


def for_words(color) -> str:
    """Return ``color``, darkened as far as words on white need (contrast 4.5:1); lines need only 3:1.

    Examples
    --------
    >>> for_words(BLUE), for_words(RED)
    ('#0072b2', '#c15500')
    """
    rgb = mpl.colors.to_rgb(color)
    while 1.05 / (luminance(mpl.colors.to_hex(rgb)) + 0.05) < 4.5:
        rgb = tuple(0.98 * channel for channel in rgb)
    return mpl.colors.to_hex(rgb)


def number(value: float, digits: int = 2) -> str:
    """Format one number for a reader in pt-BR: decimal comma, true minus sign, NaN as text.

    Examples
    --------
    >>> number(-0.98198)
    '−0,98'
    >>> number(34)
    '34'
    >>> number(float("nan"))
    'NaN'
    """
    if value != value:  # the only value that differs from itself is NaN
        return "NaN"
    if float(value).is_integer() and abs(value) < 1e15:
        text = f"{int(value):,}".replace(",", ".")
    else:
        text = f"{value:.{digits}f}".replace(".", ",")
        if text.strip("-0,") == "":
            text = text.replace("-", "")
    return text.replace("-", "−")
