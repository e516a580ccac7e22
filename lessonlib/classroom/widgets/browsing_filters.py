"""Lesson 11: pick one filter of several sets and see what it does to a photo (slide 68)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from matplotlib.patches import Rectangle
from scipy import fft

from lessonlib.classroom import style
from lessonlib.classroom.plots_filters import filter_pictures, tile
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.filter_measures import color_share, orientation


class Responses:
    """The response maps of a photo to colour filters; the photo's spectrum is computed once.

    Parameters
    ----------
    photo : array_like, shape (H, W, 3)
        Levels in [0, 255].
    """

    def __init__(self, photo):
        photo = np.asarray(photo, float)
        if photo.ndim != 3 or photo.shape[2] != 3:
            raise ValueError(f"photo must have shape (H, W, 3); got {photo.shape}")
        self.shape = photo.shape[:2]
        self._size = tuple(fft.next_fast_len(n, real=True) for n in self.shape)
        self._spectrum = fft.rfft2(photo.transpose(2, 0, 1) / 255, self._size)

    def of(self, weights) -> np.ndarray:
        """Correlate the photo with one filter, the three channels added, only where the filter fits.

        Parameters
        ----------
        weights : array_like, shape (3, h, w)

        Returns
        -------
        ndarray, shape (H - h + 1, W - w + 1)
        """
        weights = np.asarray(weights, float)
        if (
            weights.ndim != 3
            or weights.shape[0] != 3
            or any(k > n for k, n in zip(weights.shape[1:], self.shape, strict=True))
        ):
            raise ValueError(f"weights must have shape (3, h, w) and fit in the photo; got {weights.shape}")
        product = self._spectrum * fft.rfft2(weights, self._size).conj()
        full = fft.irfft2(product.sum(axis=0), self._size)
        rows, columns = (n - k + 1 for n, k in zip(self.shape, weights.shape[1:], strict=True))
        return full[:rows, :columns]


def describe_filter(weights) -> str:
    """Say in pt-BR whether a filter (3, h, w) is mostly colour, and which way it is oriented."""
    share = float(color_share(np.asarray(weights)[None])[0])
    index, angle = orientation(np.asarray(weights).mean(axis=0))
    if share > 0.5:
        return f"Filtro de <b>cor</b>: {number(100 * share, 0)}% da energia some em uma foto cinza."
    if index < 0.5:
        return f"Filtro de brilho, <b>sem direção</b> clara (índice de orientação {number(index)})."
    return (
        f"Filtro de brilho <b>orientado</b> (índice {number(index)}): a intensidade muda na direção de "
        f"{number(round(angle) % 180)}°."
    )


@course_style()
def filter_browser(
    sets: Mapping[str, np.ndarray], photos: Mapping[str, np.ndarray], *, start: int = 1
) -> Experiment:
    """Return the widget: choose a set, a filter and a photo; see the filter enlarged and its response map.

    Parameters
    ----------
    sets : mapping of str to array_like, shape (N, 3, h, w)
        Name in pt-BR → filters.
    photos : mapping of str to array_like, shape (H, W, 3)
        Name in pt-BR → levels from 0 to 255.
    start : int
        Number of the filter shown first, counted from 1.
    """
    if not sets or not photos:
        raise ValueError(f"sets and photos must not be empty; got {len(sets)} sets and {len(photos)} photos")
    sets = {name: np.asarray(weights, float) for name, weights in sets.items()}
    pictures = {name: filter_pictures(weights) for name, weights in sets.items()}  # refuses other shapes
    boards = {name: tile(weights) for name, weights in sets.items()}
    responses = {name: Responses(photo) for name, photo in photos.items()}
    largest = max(len(weights) for weights in sets.values())
    canvas = FigureCanvas(1, 4, size=(10.4, 3.0), width_ratios=[1, 0.75, 1, 1])
    board_ax, filter_ax, photo_ax, map_ax = canvas.axes
    board = board_ax.imshow(next(iter(boards.values())))
    mark = board_ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=2.5))
    enlarged = filter_ax.imshow(next(iter(pictures.values()))[0])
    photo_picture = photo_ax.imshow(next(iter(photos.values())))
    map_picture = map_ax.imshow(np.zeros((2, 2)), cmap=style.SIGNED, vmin=-1, vmax=1)
    for ax, title in zip(canvas.axes, ("conjunto", "filtro", "foto", "resposta"), strict=True):
        ax.set_title(title)
        style.bare(ax)
        ax.set_anchor("N")  # titles stay on one line whatever the shapes

    @lru_cache(maxsize=128)
    def response(name: str, index: int, photo: str) -> np.ndarray:
        return responses[photo].of(sets[name][index])

    def paint(name: str, index: int, photo: str) -> str:
        weights = sets[name]
        moved = ""
        if index > len(weights):
            amount = "um filtro" if len(weights) == 1 else f"{len(weights)} filtros"
            moved = f"Este conjunto tem só {amount}. "
        k = min(index, len(weights)) - 1
        height, width = weights.shape[2:]
        row, column = divmod(k, 8)
        board.set_data(boards[name])
        rows, columns = boards[name].shape[:2]
        board.set_extent((-0.5, columns - 0.5, rows - 0.5, -0.5))
        mark.set_bounds(column * (width + 1), row * (height + 1), width + 1, height + 1)
        enlarged.set_data(pictures[name][k])
        enlarged.set_extent((-0.5, width - 0.5, height - 0.5, -0.5))
        answer = response(name, k, photo)
        tall, wide = responses[photo].shape
        photo_picture.set_data(photos[photo])
        photo_picture.set_extent((-0.5, wide - 0.5, tall - 0.5, -0.5))
        map_picture.set_data(answer)
        top, left = (height - 1) / 2, (width - 1) / 2  # a response belongs to the centre of its window
        map_picture.set_extent(
            (left - 0.5, left + answer.shape[1] - 0.5, top + answer.shape[0] - 0.5, top - 0.5)
        )
        strongest = float(np.percentile(np.abs(answer), 99.5)) or 1.0
        map_picture.set_clim(-strongest, strongest)
        row, column = np.unravel_index(np.argmax(answer), answer.shape)
        return (
            f"{moved}Filtro {k + 1} de {len(weights)}, {height}×{width}×3. {describe_filter(weights[k])} "
            f"A resposta é máxima na linha {row + 1 + int(top)}, coluna {column + 1 + int(left)} da foto "
            "(vermelho: positiva; azul: negativa)."
        )

    controls = {
        "name": choice("conjunto", list(sets)),
        "index": int_slider("filtro", start, 1, largest),
        "photo": choice("foto", list(photos)),
    }
    return Experiment(
        "escolha um filtro e veja a que ele responde",
        "Da esquerda para a direita: o conjunto com o filtro escolhido marcado, o filtro ampliado, "
        "a foto e o mapa de respostas.",
        controls,
        canvas,
        paint,
    )
