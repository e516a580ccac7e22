"""Lesson 02: fewer pixels and fewer levels, on a photo and on its histogram (slide 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import ipywidgets
import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.plots_pixels import CHANNEL_COLORS, level_counts
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import LABEL, WIDE, Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.mosaic import WIDTHS, blocks, height_for, shrink
from lessonlib.reference.signals import quantize

AVERAGE, PICK = "média de cada bloco", "um pixel de cada bloco"

#: A width beyond any photo: every pixel stays.
ALL = 1 << 16


class Digitized(NamedTuple):
    """A photo after sampling and quantisation.

    Attributes
    ----------
    image : ndarray of uint8, shape (h, w) or (h, w, 3)
    bits : int
        Bits of the whole image, without compression.
    """

    image: np.ndarray
    bits: int


def pick(image, width: int) -> np.ndarray:
    """Reduce an image to ``width`` columns by keeping the central pixel of each block, nothing else.

    Examples
    --------
    >>> pick(np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.uint8), 2).tolist()
    [[6, 8]]
    """
    image = np.asarray(image)
    rows, columns = blocks(image.shape[0], height_for(image, width)), blocks(image.shape[1], width)
    middle_rows, middle_columns = (rows[:-1] + rows[1:]) // 2, (columns[:-1] + columns[1:]) // 2
    return image[middle_rows][:, middle_columns]


def digitize(image, width: int, bits: int, how: str = AVERAGE) -> Digitized:
    """Sample and quantise a photo.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)
    width : int
        Columns to keep; the photo's own width, or more, keeps every pixel.
    bits : int
        From 1 to 8: each value may take ``2**bits`` levels.
    how : str
        ``AVERAGE`` (what a sensor does: it adds the light that falls on the block) or ``PICK``.

    Examples
    --------
    >>> digitize(np.array([[0, 100, 127, 128]], np.uint8), ALL, 1).image.tolist()
    [[0, 0, 0, 255]]
    """
    image = np.asarray(image)
    if width < image.shape[1]:
        image = shrink(image, width) if how == AVERAGE else pick(image, width)
    level_of = quantize(np.arange(256), 2**bits)  # looking 256 levels up is faster than computing each pixel
    return Digitized(level_of[image], image.size * bits)


@course_style()
def quantization_explorer(photos: Mapping[str, np.ndarray], *, width: int = ALL, bits: int = 3) -> Experiment:
    """Return the widget: choose a photo, how many pixels it keeps and how many bits each value has.

    Parameters
    ----------
    photos : mapping of str to ndarray of uint8, shape (H, W) or (H, W, 3)
        Name in pt-BR → photo.
    width, bits : int
        Where the sliders start; ``width=ALL`` means every pixel.
    """
    canvas = FigureCanvas(1, 2, size=(9.2, 3.9), width_ratios=[1.25, 1])
    left, right = canvas.axes
    first = next(iter(photos.values()))
    picture = left.imshow(first, vmin=0, vmax=255)
    style.bare(left)
    left.set_title("a imagem")
    curves = [
        right.plot(np.arange(256), np.zeros(256), drawstyle="steps-mid", color=color, linewidth=1.4)[0]
        for color in CHANNEL_COLORS.values()
    ]
    right.set(title="histograma", xlabel="nível", ylabel="% dos pixels", xlim=(-6, 261), ylim=(0, 1))
    legend = [
        right.text(0.86 + 0.05 * k, 1.03, name, color=ink, fontweight="bold", transform=right.transAxes)
        for k, (name, ink) in enumerate((n, style.for_words(c)) for n, c in CHANNEL_COLORS.items())
    ]
    right.set_xticks([0, 64, 128, 192, 255], ["0", "64", "128", "192", "255"])

    def paint(who: str, width: int, bits: int, how: str) -> str:
        photo = np.asarray(photos[who])
        result = digitize(photo, width, bits, how)
        rows, columns = result.image.shape[:2]
        # Whatever the number of pixels, the picture fills the frame of the photo.
        picture.set_extent((-0.5, photo.shape[1] - 0.5, photo.shape[0] - 0.5, -0.5))
        left.set(xlim=(-0.5, photo.shape[1] - 0.5), ylim=(photo.shape[0] - 0.5, -0.5))
        picture.set_data(result.image)
        channels = [result.image] if photo.ndim == 2 else np.moveaxis(result.image, -1, 0)
        shares = [100 * level_counts(np.ascontiguousarray(c)) / c.size for c in channels]
        for k, curve in enumerate(curves):
            curve.set_visible(k < len(shares))
            legend[k].set_visible(len(shares) > 1)
            if k < len(shares):
                # With few levels the three curves would hide one another: set them a little apart.
                apart = min(3.0, 32 / (2**bits - 1)) if len(shares) > 1 else 0.0
                curve.set_data(np.arange(256) + (k - 1) * apart, shares[k])
                curve.set_color(style.INK if len(shares) == 1 else list(CHANNEL_COLORS.values())[k])
        right.set_ylim(0, 1.08 * max(share.max() for share in shares))
        colours = "" if photo.ndim == 2 else f" por canal, até {number(8**bits)} cores"
        return (
            f"{columns} × {rows} pixels, <b>{2**bits} níveis</b> ({bits} {'bit' if bits == 1 else 'bits'})"
            f"{colours}: {number(result.bits / 8192, 1)} KiB sem compressão, "
            f"{number(100 * result.bits / (photo.size * 8), 2)}% da foto original."
        )

    controls = {
        "who": choice("foto", list(photos)),
        "width": ipywidgets.SelectionSlider(
            options=[*((str(w), w) for w in WIDTHS), ("todos", ALL)],
            value=width,
            description="pixels na largura",
            style=LABEL,
            layout=WIDE,
        ),
        "bits": int_slider("bits por valor", bits, 1, 8),
        "how": choice("cada pixel novo é", [AVERAGE, PICK]),
    }
    return Experiment(
        "digitalize a foto com menos pixels e menos níveis",
        "À esquerda a foto com os pixels e níveis escolhidos; à direita o histograma dela.",
        controls,
        canvas,
        paint,
    )
