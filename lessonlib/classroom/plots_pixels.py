"""Figures of the lesson on images: a row as a signal, histograms, colours written in their own pixels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure

#: Colours of the R, G and B curves. Blue and red of the palette stay apart for every reader; each curve is
#: also named in the legend.
CHANNEL_COLORS = {"R": style.RED, "G": style.GREEN, "B": style.BLUE}


def level_counts(image) -> np.ndarray:
    """Count how many values of an 8-bit image fall on each level.

    Parameters
    ----------
    image : array_like of uint8, any shape

    Returns
    -------
    ndarray of int, shape (256,)
        Adds up to the number of values.

    Raises
    ------
    ValueError
        If the image is not uint8: other types have no fixed set of levels.

    Examples
    --------
    >>> counts = level_counts(np.array([[0, 7], [7, 255]], np.uint8))
    >>> counts[[0, 7, 255]].tolist(), counts.sum().item()
    ([1, 2, 1], 4)
    """
    image = np.asarray(image)
    if image.dtype != np.uint8:
        raise ValueError(f"image must be uint8, so that it has the levels 0 to 255; got {image.dtype}")
    return np.bincount(image.ravel(), minlength=256)


@course_style()
def histograms(images: Mapping[str, np.ndarray], *, title: str, alt: str) -> None:
    """Show how many pixels have each grey level, one frame an image, one scale for all.

    Parameters
    ----------
    images : mapping of str to ndarray of uint8, shape (H, W) or (H, W, 3)
        Frame title → image. A colour image gets three curves, named R, G and B.
    title, alt : str
    """
    figure, axes = new_figure(len(images), 1, size=(7.2, 0.7 + 2.1 * len(images)), sharex=True, squeeze=False)
    for ax, (name, image) in zip(axes[:, 0], images.items(), strict=True):
        image = np.asarray(image)
        if image.ndim == 2:
            share = 100 * level_counts(image) / image.size
            ax.fill_between(np.arange(256), share, step="mid", color=style.BLUE, linewidth=0.6)
        else:
            for (channel, color), matrix in zip(
                CHANNEL_COLORS.items(), np.moveaxis(image, -1, 0), strict=True
            ):
                share = 100 * level_counts(matrix) / matrix.size
                ax.plot(share, drawstyle="steps-mid", color=color, linewidth=1.4, label=channel)
            ax.legend(loc="upper right")
        style.name_above(ax, name)
        ax.set_ylabel("% dos pixels")
        ax.set(xlim=(-3, 258), ylim=(0, None))
    axes[-1, 0].set_xlabel("nível (0 = preto, 255 = claridade máxima)")
    axes[-1, 0].set_xticks([0, 64, 128, 192, 255], ["0", "64", "128", "192", "255"])
    style.headline(figure, title)
    show(figure, alt)


@course_style()
def colors(image, *, title: str, alt: str) -> None:
    """Show a very small colour image with (R, G, B) written in each pixel, rows and columns from 1.

    Parameters
    ----------
    image : array_like of int in 0-255, shape (H, W, 3)
    title, alt : str
    """
    image = np.asarray(image)
    rows, columns = image.shape[:2]
    figure, ax = new_figure(size=(1.75 * columns + 0.4, 0.85 * rows + 0.7))
    for i, j in np.ndindex(rows, columns):
        # Rectangles, not imshow: the SVG then holds no compressed picture that another zlib would change.
        ax.add_patch(
            Rectangle(
                (j + 0.5, i + 0.5), 1, 1, facecolor=image[i, j] / 255, edgecolor=style.GREY, linewidth=0.8
            )
        )
        text = ", ".join(str(int(v)) for v in image[i, j])
        ink = style.ink_on(image[i, j] / 255)
        ax.text(
            j + 1, i + 1, f"({text})", ha="center", va="center", fontsize=style.letters(figure), color=ink
        )
    ax.set(xlim=(0.45, columns + 0.55), ylim=(rows + 0.55, 0.45), xlabel="coluna j", ylabel="linha i")
    ax.set_xticks(range(1, columns + 1), [str(j) for j in range(1, columns + 1)])
    ax.set_yticks(range(1, rows + 1), [str(i) for i in range(1, rows + 1)])
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.set_title(title)
    show(figure, alt)


@course_style()
def profile(image, row: int, *, title: str, alt: str) -> None:
    """Show a grey photo with one of its rows marked, and under it that row as a signal.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    row : int
        Counted from 1, as in the slides.
    title, alt : str

    Raises
    ------
    ValueError
        If the image is not a matrix or has no such row.
    """
    image = np.asarray(image)
    if image.ndim != 2 or not 1 <= row <= image.shape[0]:
        raise ValueError(f"row must be a row of a grey image, from 1; got {row!r} and shape {image.shape}")
    figure, (photo, curve) = new_figure(2, 1, size=(6.4, 7.0), sharex=True, height_ratios=[2.4, 1])
    columns = np.arange(1, image.shape[1] + 1)
    photo.imshow(
        image, vmin=0, vmax=255, extent=(0.5, image.shape[1] + 0.5, image.shape[0] + 0.5, 0.5), aspect="auto"
    )
    photo.axhline(row, color=style.RED, linewidth=2)
    photo.set(title=title, ylabel="linha i")
    photo.grid(False)
    curve.plot(columns, image[row - 1], color=style.RED, linewidth=1.4)
    curve.set(xlabel="coluna j", ylabel="intensidade", ylim=(-8, 263))
    curve.set_yticks([0, 64, 128, 192, 255], ["0", "64", "128", "192", "255"])
    show(figure, alt)
