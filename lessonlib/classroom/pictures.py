"""Photos, maps and small matrices. Each function draws, displays and returns None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure, number


def frame(ax, box: tuple[int, int, int, int], color: str = style.RED, text: str = "") -> None:
    """Draw the rectangle ``(row, column, height, width)`` (0-based pixels) on an image axes."""
    row, column, height, width = box
    ax.add_patch(
        Rectangle((column - 0.5, row - 0.5), width, height, fill=False, edgecolor=color, linewidth=2.5)
    )
    if text:
        ax.annotate(
            text,
            (column - 0.5, row - 0.5),
            xytext=(2, 3),
            textcoords="offset points",
            color="white",
            fontsize=11,
            bbox={"facecolor": style.for_words(color), "edgecolor": "none", "pad": 1.5},
        )


@course_style()
def images(
    pictures: Sequence[np.ndarray],
    *,
    titles: Sequence[str],
    alt: str,
    title: str = "",
    columns: int = 3,
    limits: tuple[float, float] | None = None,
    signed: bool = False,
    boxes: Sequence[tuple] = (),
    colorbar: bool = False,
    axes_shown: bool = False,
) -> None:
    """Show photos or maps side by side.

    Parameters
    ----------
    pictures : sequence of ndarray, H×W or H×W×3
        RGB must be uint8 or float in [0, 1].
    titles : sequence of str
        One for each picture.
    limits : tuple (low, high), optional
        Common grey scale; by default each picture uses its own range.
    signed : bool
        Diverging colours centred on zero (for gx, gy, weights).
    boxes : sequence of (picture index, (row, column, height, width))
        Rectangles to draw.
    colorbar, axes_shown : bool
        Show the value scale; show pixel coordinates.
    """
    if len(titles) != len(pictures):
        raise ValueError(f"titles must have one text per picture; got {len(titles)} for {len(pictures)}")
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    shapes = [np.shape(p)[1] / np.shape(p)[0] for p in pictures]  # width over height
    # In a row all pictures get the same height: a small template beside a photo stays a small template.
    ratios = [max(shapes[c::columns]) for c in range(columns)]
    height = min(9.0 / sum(ratios), 4.6 if rows == 1 else 3.4)
    figure, axes = new_figure(
        rows,
        columns,
        size=(max(height * sum(ratios), 3.2), rows * (height + 0.4) + 0.4 * bool(title)),
        squeeze=False,
        width_ratios=ratios,
    )
    for ax in axes.flat[len(pictures) :]:
        ax.remove()
    for index, (ax, picture, name) in enumerate(zip(axes.flat, pictures, titles, strict=False)):
        picture = np.asarray(picture)
        options = {}
        if signed and picture.ndim == 2:
            top = np.nanmax(np.abs(picture)) or 1.0
            options = {"cmap": style.SIGNED, "vmin": -top, "vmax": top}
        if limits is not None and picture.ndim == 2:
            options |= {"vmin": limits[0], "vmax": limits[1]}
        drawn = ax.imshow(picture, **options)
        style.name_above(ax, name)
        ax.grid(False)
        if not axes_shown:
            ax.set_xticks([]), ax.set_yticks([])
            ax.spines[:].set_visible(False)
        else:
            ax.set(xlabel="coluna (pixel)", ylabel="linha (pixel)")
        if colorbar:
            figure.colorbar(drawn, ax=ax, shrink=0.8, format=style.CommaFormatter())
        for where, box in boxes:
            if where == index:
                frame(ax, box)
    if title:
        style.headline(figure, title)
    show(figure, alt)


def image(picture: np.ndarray, *, title: str, alt: str, **kwargs) -> None:
    """Show a single photo or map; options as in :func:`images`."""
    images([picture], titles=[title], alt=alt, **kwargs)


def draw_matrix(
    ax,
    matrix,
    *,
    title: str = "",
    highlight: tuple[int, int, int, int] | None = None,
    shade: bool = True,
    signed: bool = False,
    digits: int = 2,
    fontsize: float = 11,
) -> None:
    """Draw a small matrix as a grid of numbers, shaded by value, with row and column numbers from 1."""
    matrix = np.asarray(matrix, float)
    rows, columns = matrix.shape
    top = np.nanmax(np.abs(matrix)) or 1.0
    low = -top if signed else min(0.0, float(np.nanmin(matrix)))
    cmap = style.SIGNED if signed else "Greys_r"
    alpha = 0.75 if signed else 1.0
    shown = matrix if shade else np.full_like(matrix, top)
    ax.pcolormesh(
        np.arange(columns + 1) - 0.5,
        np.arange(rows + 1) - 0.5,
        shown,
        cmap=cmap,
        vmin=low,
        vmax=top,
        edgecolors=style.GREY,
        linewidth=0.8,
        alpha=alpha,
    )
    colours = mpl.colormaps[cmap]((shown - low) / (top - low))[..., :3] * alpha + 1 - alpha
    for (i, j), value in np.ndenumerate(matrix):
        ax.text(
            j,
            i,
            number(value, digits),
            ha="center",
            va="center",
            fontsize=fontsize,
            color=style.INK if np.isnan(value) else style.ink_on(colours[i, j]),
        )
    ax.set_xlim(-0.56, columns - 0.44)  # room for the outer border
    ax.set_ylim(rows - 0.44, -0.56)
    ax.set_aspect("equal")
    ax.grid(False)
    ax.set_xticks(range(columns), [str(j + 1) for j in range(columns)])
    ax.set_yticks(range(rows), [str(i + 1) for i in range(rows)])
    ax.tick_params(length=0, labelsize=11, labelcolor=style.GREY)
    ax.spines[:].set_visible(False)
    ax.set_title(title, fontsize=max(11, fontsize))
    if highlight is not None:
        frame(ax, highlight)


@course_style()
def matrices(
    items: Mapping[str, np.ndarray],
    *,
    alt: str,
    title: str = "",
    highlight: Mapping[str, tuple] | None = None,
    signed: Sequence[str] = (),
    digits: int = 2,
) -> None:
    """Show small matrices side by side, numbers visible, cells shaded by value.

    Parameters
    ----------
    items : mapping of str to array_like, shape (H, W)
        Title → matrix.
    highlight : mapping of str to (row, column, height, width), optional
        Rectangle (0-based) on the matrix of that title.
    signed : sequence of str
        Titles drawn in diverging colours (weights, gradients).
    """
    widths = [np.shape(m)[1] for m in items.values()]
    heights = [np.shape(m)[0] for m in items.values()]
    cell = min(0.62, 9.0 / (sum(widths) + len(widths)))
    width = cell * (sum(widths) + 1.2 * len(widths)) + 0.3
    # What the row numbers and gaps leave for one cell: with a smaller height the column numbers would be cut.
    drawn = (width - 0.15 - 0.4 * len(widths)) / sum(widths)
    longest = max(len(number(value, digits)) for matrix in items.values() for value in np.ravel(matrix))
    room = 0.9 * 72 * drawn / (0.64 * longest)  # a digit of DejaVu Sans is 0.64 of the letter's size wide
    size = width, drawn * max(heights) + 0.85 + 0.35 * bool(title)
    figure, axes = new_figure(
        1,
        len(items),
        size=size,
        squeeze=False,
        width_ratios=widths,
    )
    for ax, (name, matrix) in zip(axes.flat, items.items(), strict=True):
        draw_matrix(
            ax,
            matrix,
            title=name,
            highlight=(highlight or {}).get(name),
            signed=name in signed,
            digits=digits,
            fontsize=min(style.readable(*size), room),
        )
    if title:
        style.headline(figure, title)
    show(figure, alt)
