"""What every layer of a LeNet computes for one image, on one sheet of pixels (slides 45-46)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.artist import Artist
from torch import nn

from lessonlib.classroom import style
from lessonlib.classroom.widgets.mosaic import enlarge
from lessonlib.nets.inspection import activations


class Place(NamedTuple):
    """Where the maps of a stage lie on the sheet: top left pixel, maps in a row, screen pixels a value."""

    top: int
    left: int
    across: int
    scale: int
    title: str


WIDTH, HEIGHT, GAP = 750, 436, 5
PLACES = {
    "input": Place(26, 8, 1, 4, "entrada: 28×28"),
    "c1": Place(26, 168, 6, 3, "C1: 6 mapas 28×28"),
    "s2": Place(172, 8, 6, 4, "S2: 6 mapas 14×14"),
    "c3": Place(172, 393, 8, 4, "C3: 16 mapas 10×10"),
    "s4": Place(302, 8, 8, 7, "S4: 16 mapas 5×5"),
    "c5": Place(302, 393, 1, 9, "C5: 120 números"),
    "f6": Place(302, 618, 1, 9, "F6: 84 números"),
}
#: Vectors are shown as matrices; the 84 numbers of F6 as the 12×7 drawing that they imitated in 1998.
VECTORS = {"c5": (6, 20), "f6": (12, 7)}


def stages(model: nn.Module, image) -> dict[str, np.ndarray]:
    """Return what a LeNet computes for one image, after each layer's non-linearity.

    Parameters
    ----------
    model : torch.nn.Module
        With the layers of `lenet5` or `lenet5_1998`, by their names.
    image : array_like of uint8, shape (28, 28)

    Returns
    -------
    dict of str to ndarray
        ``input, c1, s2, c3, s4, c5, f6``: maps (C, H, W); ``output``: scores (10,).

    Raises
    ------
    ValueError
        If the model has other layers.
    """
    image = np.asarray(image, np.uint8)
    names = [name for name in PLACES if name != "input"]
    layers = dict(model.named_children())
    if not layers.keys() >= {*names, "output"}:
        raise ValueError(f"model deve ser uma LeNet, com camadas c1, s2, c3 …; veio {type(model).__name__}.")
    outputs = activations(model, torch.from_numpy(image / np.float32(255))[None, None])
    found = {"input": image[np.newaxis] / 255.0, "output": outputs["output"][0].numpy()}
    for name in names:
        values = outputs.get(f"a{name[1]}", outputs[name])[0].numpy()  # modern pooling has no activation
        found[name] = values.reshape(1, *VECTORS[name]) if name in VECTORS else values
    return found


def colour(maps: np.ndarray, signed: bool | None = None) -> np.ndarray:
    """Colour the maps of one layer on one scale: greys from 0, or red and blue around it.

    Parameters
    ----------
    maps : ndarray, any shape
    signed : bool, optional
        Red and blue; by default if any value is < 0.

    Returns
    -------
    ndarray of uint8, shape of ``maps`` + (4,)
        RGBA, opaque.

    Examples
    --------
    >>> colour(np.array([0.0, 2.0]))[:, 0].tolist()
    [0, 255]
    """
    top = float(np.abs(maps).max()) or 1.0
    signed = maps.min() < 0 if signed is None else signed
    cmap = mpl.colormaps[style.SIGNED if signed else style.GRAYSCALE]
    return cmap((maps / top + 1) / 2 if signed else maps / top, bytes=True)


def lay_out(found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Put the maps of all layers on one sheet, RGBA uint8 (436, 750, 4), transparent between them."""
    sheet = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    for name, place in PLACES.items():
        height, width = (place.scale * side for side in found[name].shape[1:])
        for index, picture in enumerate(colour(found[name])):
            top = place.top + index // place.across * (height + GAP)
            left = place.left + index % place.across * (width + GAP)
            sheet[top : top + height, left : left + width] = enlarge(picture, (height, width))
    return sheet


class Pixels(Artist):
    """Pixels at the top left corner of a figure, one for one: fifty times faster than ``imshow``.

    Attributes
    ----------
    rgba : ndarray of uint8, shape (H, W, 4)
    """

    def __init__(self, rgba: np.ndarray):
        super().__init__()
        self.rgba = rgba

    @property
    def rgba(self) -> np.ndarray:
        return self._rgba

    @rgba.setter
    def rgba(self, rgba: np.ndarray) -> None:
        self._rgba, self.stale = rgba, True

    def draw(self, renderer) -> None:
        context = renderer.new_gc()
        upside_down = np.ascontiguousarray(self.rgba[::-1])  # Agg counts rows from below
        renderer.draw_image(context, 0, renderer.height - len(self.rgba), upside_down)
        context.restore()
