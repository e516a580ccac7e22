"""Lesson 04: a mask that the student writes, and the nine products of one pixel of the photo (slide 29)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider, switch
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.kernel_grid import KernelGrid, kernel_of
from lessonlib.reference.convolution import correlate2d, flip


class PixelSum(NamedTuple):
    """What one output pixel is made of.

    Attributes
    ----------
    window, mask, products : ndarray, shape (K, K)
        Pixels under the mask (zero outside the image), the mask as it is laid on them, and their products.
    total : float
    """

    window: np.ndarray
    mask: np.ndarray
    products: np.ndarray
    total: float


def pixel_sum(image, kernel, row: int, column: int, flipped: bool) -> PixelSum:
    """Return the products of the mask centred on one pixel.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (K, K)
        K odd.
    row, column : int
        Pixel under the centre, counted from 1.
    flipped : bool
        Turn the mask by 180° first (convolution) or not (correlation).

    Examples
    --------
    >>> image, shift = [[4, 7, 6], [2, 0, 0], [7, 1, 1]], [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    >>> pixel_sum(image, shift, 2, 2, flipped=True).total
    2.0
    """
    mask = np.asarray(kernel, float)
    mask = flip(mask) if flipped else mask
    half = mask.shape[0] // 2
    padded = np.pad(np.asarray(image, float), half)
    window = padded[row - 1 : row + 2 * half, column - 1 : column + 2 * half]
    products = window * mask
    return PixelSum(window, mask, products, float(products.sum()))


def grey_range(kernel) -> tuple[float, float]:
    """Return the grey scale for the output of a mask over an image with values from 0 to 255.

    A mask that adds up to zero answers with both signs: middle grey is zero and the ends are the strongest
    answers that the mask can give. Any other keeps the photo's own scale.

    Examples
    --------
    >>> grey_range([[-1, 0, 1]]), grey_range([[0.5, 0.5]])
    ((-255.0, 255.0), (0.0, 255.0))
    """
    kernel = np.asarray(kernel, float)
    if abs(kernel.sum()) < 1e-9 and kernel.any():
        reach = 255.0 * float(kernel[kernel > 0].sum())
        return -reach, reach
    return 0.0, 255.0


@course_style()
def kernel_stepper(photos: Mapping[str, np.ndarray], *, pixel: tuple[int, int] | None = None) -> Experiment:
    """Return the widget: write a mask, see the photo before and after and the nine products of one pixel.

    Parameters
    ----------
    photos : mapping of str to array_like, shape (H, W)
        Name in pt-BR → grey levels from 0 to 255. With sides of 150 to 300 pixels a single pixel still shows.
    pixel : (int, int), optional
        Row and column, counted from 1, of the pixel shown first; by default the middle of the first photo.
    """
    photos = {name: np.asarray(photo, float) for name, photo in photos.items()}
    if any(photo.ndim != 2 for photo in photos.values()):
        raise ValueError("photos must be grey images H×W: convert colour photos first")
    first = next(iter(photos.values()))
    start = pixel or (first.shape[0] // 2, first.shape[1] // 2)
    canvas = FigureCanvas(1, 3, size=(10.2, 3.5), width_ratios=[1.25, 1.25, 1])
    before, after, sums = canvas.axes
    source = before.imshow(first, vmin=0, vmax=255)
    result = after.imshow(first, vmin=0, vmax=255)
    before.set_title("antes")
    after.set_title("depois")
    after.set_facecolor("#CFE3F1")  # pixels not yet computed: a colour that no grey photo has
    frames = [
        ax.add_patch(Rectangle((0, 0), 9, 9, fill=False, edgecolor=style.RED, linewidth=2))
        for ax in (before, after)
    ]
    patch = sums.imshow(np.zeros((3, 3)), vmin=0, vmax=255)
    texts = [sums.text(j, i, "", ha="center", va="center", fontsize=12) for i, j in np.ndindex(3, 3)]
    for edge in (0.5, 1.5):
        sums.axhline(edge, color=style.GREY, linewidth=1)
        sums.axvline(edge, color=style.GREY, linewidth=1)
    heading = sums.set_title("soma = −0000,00")
    for ax in canvas.axes:
        style.bare(ax)
    rows = max(photo.shape[0] for photo in photos.values())
    columns = max(photo.shape[1] for photo in photos.values())
    memory: dict = {}

    def filtered(photo_name: str, kernel: np.ndarray, flipped: bool) -> np.ndarray:
        key = (photo_name, kernel.tobytes(), flipped)
        if memory.get("key") != key:  # moving the pixel does not filter the photo again
            mask = flip(kernel) if flipped else kernel
            memory.update(key=key, value=correlate2d(photos[photo_name], mask, padding=1))
        return memory["value"]

    def paint(mask, photo: str, flipped: bool, row: int, column: int, partial: bool) -> str:
        kernel = kernel_of(mask)
        image = photos[photo]
        row, column = min(row, image.shape[0]), min(column, image.shape[1])
        output = filtered(photo, kernel, flipped)
        shown = output
        if partial:
            shown = output.copy()
            shown[row:] = shown[row - 1, column:] = np.nan
        low, high = grey_range(kernel)
        extent = (-0.5, image.shape[1] - 0.5, image.shape[0] - 0.5, -0.5)
        for drawn, data in ((source, image), (result, shown)):
            drawn.set_data(data)
            drawn.set_extent(extent)
        result.set_clim(low, high)
        for frame in frames:
            frame.set_xy((column - 1 - 4.5, row - 1 - 4.5))
        now = pixel_sum(image, kernel, row, column, flipped)
        patch.set_data(now.window)
        for text, pixel, weight in zip(texts, now.window.flat, now.mask.flat, strict=True):
            text.set_text(f"{number(pixel, 0)}\n× {number(weight)}")
            text.set_color(style.ink_on((pixel / 255,) * 3))
        heading.set_text(f"soma = {number(now.total)}")
        scale = "cinza médio = 0" if low < 0 else "0 preto, 255 branco, o que passa é cortado"
        return (
            f"Pixel da linha {row}, coluna {column}: valia {number(image[row - 1, column - 1], 0)} "
            f"e agora vale <b>{number(now.total)}</b>. A máscara soma {number(kernel.sum())} ({scale})."
        )

    controls = {
        "mask": KernelGrid(),
        "photo": choice("foto", list(photos)),
        "flipped": choice("operação", [("convolução (rebate a máscara)", True), ("correlação", False)]),
        "row": int_slider("linha do pixel", start[0], 1, rows),
        "column": int_slider("coluna do pixel", start[1], 1, columns),
        "partial": switch("mostrar só os pixels já calculados, linha por linha"),
    }
    return Experiment(
        "escreva uma máscara e passe-a pela foto",
        "Foto antes e depois da máscara, e os nove produtos no pixel escolhido.",
        controls,
        canvas,
        paint,
    )
