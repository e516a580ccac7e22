"""Lesson 01: receptive fields that overlap and cover a photo, one of them chosen by a click (slide 6)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.click_map import ClickMap
from lessonlib.reference.cortex_sheets import complex_map, coverage
from lessonlib.reference.visual_cortex import quadrature_pair

#: Orientation that the cells prefer → its name.
ORIENTATIONS = {0: "em pé", 45: "/", 90: "deitado", 135: "\\"}


class Mosaic(NamedTuple):
    """Equal square fields in rows and columns over a square photo.

    Attributes
    ----------
    units : int
        Fields along one side; their number is its square.
    seen : ndarray of int, shape (N, N)
        How many fields see each pixel.
    overlap : float
        Share of a field that its neighbour to the right sees too, 0 to 1.
    covered : float
        Share of the photo that some field sees, 0 to 1.
    """

    units: int
    seen: np.ndarray
    overlap: float
    covered: float


def lay(image_side: int, side: int, spacing: int) -> Mosaic:
    """Lay fields of ``side`` pixels every ``spacing`` pixels.

    Examples
    --------
    >>> mosaic = lay(256, side=32, spacing=16)
    >>> mosaic.units, mosaic.overlap, mosaic.covered
    (15, 0.5, 1.0)
    """
    seen = coverage((image_side, image_side), side, spacing)
    units = (image_side - side) // spacing + 1
    return Mosaic(units, seen, max(side - spacing, 0) / side, float((seen > 0).mean()))


def unit_responses(photo, side: int, spacing: int, angle: float) -> np.ndarray:
    """Return the response of one complex cell per field, shape (units, units).

    Its stripes grow with its field: two and a half to a field.

    Parameters
    ----------
    photo : ndarray, shape (N, N)
    """
    sheet = complex_map(photo, quadrature_pair(side, 2.5 / side, angle, side / 5))
    return sheet[::spacing, ::spacing]


@course_style()
def field_mosaic(photo) -> Experiment:
    """Return the widget: choose size and spacing of the fields; click a unit to see it and its neighbours.

    Parameters
    ----------
    photo : array_like of uint8, shape (N, N)
        Grey, 128 pixels a side or more.
    """
    photo = np.asarray(photo)
    if photo.ndim != 2 or photo.shape[0] != photo.shape[1] or len(photo) < 128 or photo.dtype != np.uint8:
        raise ValueError(
            f"photo must be a square grey uint8 image of 128 pixels or more; got {photo.dtype} {photo.shape}"
        )
    n = len(photo)
    canvas = FigureCanvas(1, 2, size=(9.2, 4.9))
    scene, counts = canvas.axes
    scene.imshow(photo, vmin=0, vmax=255)
    drawn = counts.imshow(np.zeros((n, n)), cmap=style.SEQUENTIAL, vmin=0, vmax=1)
    scene.set_title("um campo e seus vizinhos", fontsize=canvas.fontsize)
    heading = counts.set_title("amarelo: visto por 00 campos", fontsize=canvas.fontsize)
    for ax in (scene, counts):
        style.bare(ax)
    neighbours = scene.add_collection(
        PatchCollection([], facecolor="none", edgecolor=style.YELLOW, linewidth=1.5)
    )
    field = scene.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=3.5))
    twin = counts.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=3.5))
    mosaic_of = cache(lambda side, spacing: lay(n, side, spacing))
    responses_of = cache(lambda side, spacing, angle: unit_responses(photo / 255, side, spacing, angle))
    memory: dict = {}

    def prepare(side: int, spacing: int, angle: int) -> Mosaic:
        """Change what depends on the mosaic and on the orientation, but not on the unit."""
        mosaic = mosaic_of(side, spacing)
        if memory.get("mosaic") != (side, spacing):
            drawn.set_data(mosaic.seen)
            most = int(mosaic.seen.max())
            drawn.set_clim(0, most)
            plural = "campos" if most > 1 else "campo"
            heading.set_text(f"amarelo: visto por {most} {plural}")
            memory["mosaic"] = (side, spacing)
        if memory.get("map") != (side, spacing, angle):
            responses = responses_of(side, spacing, angle)
            level = np.round(255 * responses / (responses.max() or 1)).astype(np.uint8)
            grey = np.repeat(level[..., np.newaxis], 3, axis=2)
            memory.update(map=(side, spacing, angle), responses=responses, colours=grey)
        return mosaic

    def paint(side: int, spacing: int, angle: int, row: int, column: int) -> str:
        mosaic = prepare(side, spacing, angle)
        controls["row"].max = controls["column"].max = mosaic.units
        row, column = min(row, mosaic.units), min(column, mosaic.units)
        top, left = (row - 1) * spacing, (column - 1) * spacing
        around = [
            Rectangle((left + j * spacing - 0.5, top + i * spacing - 0.5), side, side)
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            if (i or j) and 1 <= row + i <= mosaic.units and 1 <= column + j <= mosaic.units
        ]
        neighbours.set_paths(around)
        for box in (field, twin):
            box.set_bounds(left - 0.5, top - 0.5, side, side)
        clickable.show(memory["colours"], row, column)
        together = (
            f"dividem {number(100 * mosaic.overlap, 0)}% do campo"
            if mosaic.overlap
            else "não dividem nenhum pixel"
        )
        blind = "" if mosaic.covered > 0.9999 else f" {number(100 * (1 - mosaic.covered), 0)}% ninguém vê."
        return (
            f"{mosaic.units}×{mosaic.units} = <b>{number(mosaic.units**2)} unidades</b>, cada uma ligada a "
            f"{side}×{side} = {number(side**2)} pixels. Vizinhas de lado {together}.{blind} "
            f"A unidade ({row}, {column}) responde {number(memory['responses'][row - 1, column - 1])}."
        )

    def pick(row: int, column: int) -> None:
        controls["row"].value, controls["column"].value = row, column

    units = lay(n, 32, 16).units
    controls = {
        "side": int_slider("lado do campo (pixels)", 32, 16, 64, 8),
        "spacing": int_slider("distância entre eles (pixels)", 16, 8, 64, 4),
        "angle": choice("contorno preferido", [(name, angle) for angle, name in ORIENTATIONS.items()]),
        "row": int_slider("linha da unidade", (units + 1) // 2, 1, units),
        "column": int_slider("coluna da unidade", (units + 1) // 2, 1, units),
    }
    clickable = ClickMap(pick)
    return Experiment(
        "cubra a foto com campos receptivos",
        "A foto com um campo receptivo em vermelho e os vizinhos em amarelo; ao lado, quantos campos veem "
        "cada pixel.",
        controls,
        canvas,
        paint,
        clickable.beside(controls.values(), "Respostas das unidades: claro é forte. <b>Clique em uma</b>."),
    )
