"""Lesson 02: a colour photo taken apart into red, green and blue light, and added up again (slide 12)."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from lessonlib.classroom import style
from lessonlib.classroom.widgets.base import Experiment, int_slider
from lessonlib.classroom.widgets.canvas import ArrayCanvas
from lessonlib.classroom.widgets.inspector import inspect, label_font
from lessonlib.reference.signals import merge_channels, split_channels

NAMES = ("vermelho R", "verde G", "azul B")


def scale_channels(image, percent: tuple[float, float, float]) -> np.ndarray:
    """Multiply each channel by its own percentage.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    percent : three numbers from 0 to 100
        100 leaves the channel as it is, 0 switches it off.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)

    Raises
    ------
    ValueError
        If the image is not RGB in uint8, or a percentage is out of range.

    Examples
    --------
    >>> scale_channels(np.array([[[200, 100, 51]]], np.uint8), (100, 50, 0)).tolist()
    [[[200, 50, 0]]]
    """
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"image must be uint8 of shape H×W×3; got {image.dtype} of shape {image.shape}")
    if not all(0 <= p <= 100 for p in percent):
        raise ValueError(f"percent must be three numbers from 0 to 100; got {percent}")
    # A table of 256 entries a channel is faster than multiplying a whole photo at every move.
    tables = [np.rint(np.arange(256) * p / 100).astype(np.uint8) for p in percent]
    return merge_channels(*(table[part] for table, part in zip(tables, split_channels(image), strict=True)))


class _Page:
    """The widget's picture, drawn with Pillow: the mix, and beside it the light of each channel alone."""

    MARGIN, GAP = 26, 12

    def __init__(self, image):
        # The page shows smaller photos: only the pixel under the cross is read from the full one.
        scale = min(1.0, 400 / max(image.shape[:2]))
        size = [max(1, round(n * scale)) for n in image.shape[1::-1]]
        self.scale = scale
        self.large = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))
        self.small = self.large[::2, ::2]
        (height, width), (_, part) = self.large.shape[:2], self.small.shape[:2]
        lefts = [0] + [width + self.GAP + k * (part + self.GAP) for k in range(3)]
        self.corners = [(left, self.MARGIN) for left in lefts]
        self.template = Image.new("RGB", (lefts[-1] + part, height + self.MARGIN), "white")
        pen, font = ImageDraw.Draw(self.template), label_font(13)
        for left, name in zip(lefts, ["mistura R + G + B", *(f"só o {n}" for n in NAMES)], strict=True):
            pen.text((left, 4), name, style.INK, font)

    def draw(self, percent: tuple[int, int, int], i: int, j: int) -> np.ndarray:
        """Return the page as an array H×W×3, with a cross on the pixel I(i, j)."""
        page = self.template.copy()
        page.paste(Image.fromarray(scale_channels(self.large, percent)), self.corners[0])
        parts = scale_channels(self.small, percent)
        for channel, corner in enumerate(self.corners[1:]):
            alone = np.zeros_like(parts)
            alone[..., channel] = parts[..., channel]
            page.paste(Image.fromarray(alone), corner)
        pen = ImageDraw.Draw(page)
        x, y = (j - 0.5) * self.scale, (i - 0.5) * self.scale + self.MARGIN
        for ink, width, arm in (("white", 5, 11), (style.INK, 2, 10)):
            pen.line([(x - arm, y), (x + arm, y)], ink, width)
            pen.line([(x, y - arm), (x, y + arm)], ink, width)
        return np.asarray(page)


def channel_mixer(image, *, row: int = 1, column: int = 1) -> Experiment:
    """Return the widget: three sliders of light, the mix, its three parts, and one pixel in numbers.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    row, column : int
        The pixel that the cross marks at the start, counted from 1.
    """
    image = np.asarray(image)
    scale_channels(image[:1, :1], (100, 100, 100))  # refuses what is no RGB photo
    canvas, page = ArrayCanvas(), _Page(image)

    def paint(r: int, g: int, b: int, i: int, j: int) -> str:
        canvas.pixels = page.draw((r, g, b), i, j)
        before = inspect(image, i, j)
        now = scale_channels(image[i - 1 : i, j - 1 : j], (r, g, b))[0, 0].tolist()
        swatch = "#{:02x}{:02x}{:02x}".format(*now)
        return (
            f'Pixel da cruz: <span style="background:{swatch};border:1px solid #6B6B6B;padding:0 1.2em;'
            f'margin-right:0.4em"></span> I({i}, {j}) = <b>{tuple(now)}</b> (na foto: {before.value}). '
            f"Em Python: <code>imagem[{before.python[0]}, {before.python[1]}]</code>."
        )

    controls = {
        key: int_slider(f"{name} (%)", 100, 0, 100, 5) for key, name in zip("rgb", NAMES, strict=True)
    }
    controls["i"] = int_slider("linha i (slide)", row, 1, image.shape[0])
    controls["j"] = int_slider("coluna j (slide)", column, 1, image.shape[1])
    return Experiment(
        "misture as três luzes e leia um pixel",
        "A foto com cada canal na intensidade escolhida, e ao lado a luz de cada canal sozinha.",
        controls,
        canvas,
        paint,
    )
