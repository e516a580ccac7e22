"""Lesson 00: a photo with few pixels, and the question of who is in it."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
import numpy as np

from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import LABEL, WIDE, Experiment, choice, switch
from lessonlib.classroom.widgets.canvas import ArrayCanvas

#: Widths, in pixels, that the sliders of lessons 00 and 02 offer.
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


def blocks(size: int, parts: int) -> np.ndarray:
    """Return where each of ``parts`` nearly equal blocks of ``size`` pixels starts, and the end of the last.

    Examples
    --------
    >>> blocks(10, 4).tolist()
    [0, 2, 5, 7, 10]
    """
    return np.arange(parts + 1) * size // parts


def height_for(image, width: int) -> int:
    """Return the number of rows that keeps the proportions of ``image`` at ``width`` columns."""
    rows, columns = np.shape(image)[:2]
    return max(1, round(rows * width / columns))


def shrink(image, width: int) -> np.ndarray:
    """Reduce an image to ``width`` columns: each new pixel is the mean of the block that it replaces.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, C)
    width : int
        From 1 to W.

    Returns
    -------
    ndarray of uint8, shape (h, width) or (h, width, C)
        h keeps the proportions.

    Raises
    ------
    ValueError
        If there are more columns asked for than pixels.

    Examples
    --------
    >>> shrink(np.array([[0, 100, 7, 9], [100, 200, 7, 9]], np.uint8), 2)
    array([[100,   8]], dtype=uint8)
    """
    image = np.asarray(image)
    if not 1 <= width <= image.shape[1]:
        raise ValueError(f"width deve ir de 1 a {image.shape[1]}, a largura da imagem; veio {width}.")
    rows = blocks(image.shape[0], height_for(image, width))
    columns = blocks(image.shape[1], width)
    # Sums first, division at the end: one rounding a pixel.
    sums = np.add.reduceat(image.astype(np.int64), rows[:-1], axis=0)
    sums = np.add.reduceat(sums, columns[:-1], axis=1)
    count = np.outer(np.diff(rows), np.diff(columns))
    return np.rint(sums / count.reshape(count.shape + (1,) * (image.ndim - 2))).astype(np.uint8)


def enlarge(image, shape: tuple[int, int]) -> np.ndarray:
    """Blow an image up to ``shape`` (rows, columns) by repeating pixels: squares stay sharp.

    Examples
    --------
    >>> enlarge(np.array([[1, 2]], np.uint8), (2, 4)).tolist()
    [[1, 1, 2, 2], [1, 1, 2, 2]]
    """
    rows = np.arange(shape[0]) * image.shape[0] // shape[0]
    columns = np.arange(shape[1]) * image.shape[1] // shape[1]
    return image[rows][:, columns]


@course_style()
def mosaic_game(
    photos: Mapping[str, np.ndarray], answers: Mapping[str, str], *, width: int = 16
) -> Experiment:
    """Return the widget: how many pixels do you need to recognise the photo?

    Parameters
    ----------
    photos : mapping of str to ndarray of uint8, shape (H, W) or (H, W, 3)
        Neutral name, such as "foto 1" → photo.
    answers : mapping of str to str
        The same names → what the photo shows, in pt-BR.
    width : int
        Pixels in a row at the start, one of ``WIDTHS``.
    """
    if photos.keys() != answers.keys():
        raise ValueError(f"answers must name the photos {list(photos)}; got {list(answers)}")
    canvas = ArrayCanvas()

    def paint(who: str, width: int, reveal: bool) -> str:
        photo = photos[who]
        small = shrink(photo, width)
        canvas.pixels = enlarge(small, (height_for(photo, 480), 480))
        rows, columns = small.shape[:2]
        share = 100 * rows * columns / (photo.shape[0] * photo.shape[1])
        text = f"{columns} colunas × {rows} linhas = <b>{number(rows * columns)} pixels</b>, "
        text += f"{number(share)}% dos pixels da foto."
        return f"{text} {answers[who]}" if reveal else f"{text} Já sabe o que é?"

    controls = {
        "who": choice("foto", list(photos)),
        "width": ipywidgets.SelectionSlider(
            options=WIDTHS, value=width, description="pixels na largura", style=LABEL, layout=WIDE
        ),
        "reveal": switch("mostrar a resposta"),
    }
    return Experiment(
        "quantos pixels bastam para você reconhecer a foto?",
        "Uma foto dividida em quadrados grandes, um por pixel.",
        controls,
        canvas,
        paint,
    )
