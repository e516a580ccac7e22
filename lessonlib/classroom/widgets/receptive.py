"""Lesson 06: pick a unit of a deep map and see the part of the photo that it sees (slide 32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib import patheffects
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.click_map import ClickMap
from lessonlib.reference.convolution import output_size
from lessonlib.reference.receptive_field import receptive_field

#: Layer name → (kernel, stride[, dilation[, padding]]), from the input on.
Stack = Mapping[str, tuple[int, ...]]
#: Side of the largest map whose units get a dot on the photo.
MAX_DOTS = 16
#: Inches for the names of the layers, one under the other.
NAMES_HEIGHT = 3.9


class View(NamedTuple):
    """What one unit of a square map sees of a square image.

    Attributes
    ----------
    side : int
        Units along one side of the map.
    size, jump : int
        Side of the receptive field; distance between those of neighbours. Pixels.
    rows, columns : range
        Pixels of the receptive field, 0-based; negative or past the end in the padding.
    inside : float
        Share of the receptive field that lies on the image, 0 to 1.
    """

    side: int
    size: int
    jump: int
    rows: range
    columns: range
    inside: float


def map_sides(layers: Stack, image_side: int) -> list[int]:
    """Return the side of the map after each layer.

    Examples
    --------
    >>> map_sides({"C1": (5, 1), "S2": (2, 2), "C3": (5, 1), "S4": (2, 2), "C5": (5, 1)}, 32)
    [28, 14, 10, 5, 1]
    """
    sides = []
    for layer in layers.values():
        kernel, stride, dilation, padding = (*layer, *(1, 0)[len(layer) - 2 :])
        image_side = output_size(image_side, kernel, stride, padding, dilation)
        sides.append(image_side)
    return sides


def look(layers: Stack, image_side: int, layer: str, row: int, column: int) -> View:
    """Return the receptive field of one unit.

    Parameters
    ----------
    layers : mapping of str to tuple
    image_side : int
        Side of the square input, pixels.
    layer : str
        A key of ``layers``.
    row, column : int
        Unit of that layer's map, counted from 1.
    """
    depth = list(layers).index(layer)
    field = receptive_field(list(layers.values()))[depth]
    rows, columns = field.pixels(row - 1), field.pixels(column - 1)
    covered = [len(range(max(r.start, 0), min(r.stop, image_side))) for r in (rows, columns)]
    side = map_sides(layers, image_side)[depth]
    return View(side, field.size, field.jump, rows, columns, covered[0] * covered[1] / field.size**2)


def map_colours(image, layers: Stack, layer: str) -> np.ndarray:
    """Return, for each unit of a map, the photo's mean colour in the middle of its receptive field.

    The middle is one jump wide, so the colours of neighbours come from neighbouring pixels and the map looks
    like a coarse photo.

    Parameters
    ----------
    image : ndarray of uint8, shape (N, N, 3)

    Returns
    -------
    ndarray of uint8, shape (side, side, 3)
    """
    # Summed-area table: any rectangle's sum from its four corners.
    total = np.pad(np.cumsum(np.cumsum(image, axis=0, dtype=float), axis=1), ((1, 0), (1, 0), (0, 0)))
    depth, n = list(layers).index(layer), image.shape[0]
    field = receptive_field(list(layers.values()))[depth]
    first = field.start + (field.size - field.jump) // 2 + field.jump * np.arange(map_sides(layers, n)[depth])
    low = np.clip(first, 0, n - 1)
    high = np.clip(first + field.jump, low + 1, n)
    sums = (
        total[np.ix_(high, high)]
        - total[np.ix_(low, high)]
        - total[np.ix_(high, low)]
        + total[np.ix_(low, low)]
    )
    area = np.outer(high - low, high - low)[..., np.newaxis]
    return (sums / area).round().astype(np.uint8)


@course_style()
def receptive_field_explorer(stacks: Mapping[str, tuple[np.ndarray, Stack]]) -> Experiment:
    """Return the widget: choose network, layer and unit (click or sliders), see its field on the photo.

    Parameters
    ----------
    stacks : mapping of str to (image, layers)
        Name → square input, uint8 N×N or N×N×3, and its layers as in ``Stack``.
    """
    pictures, layers_of = {}, {}
    for name, (image, layers) in stacks.items():
        image = np.asarray(image)
        if image.ndim not in (2, 3) or image.shape[0] != image.shape[1] or image.dtype != np.uint8:
            raise ValueError(
                f"stacks[{name!r}] must hold a square uint8 image; got {image.dtype} {image.shape}"
            )
        pictures[name] = image if image.ndim == 3 else np.repeat(image[..., np.newaxis], 3, axis=2)
        layers_of[name] = dict(layers)
    first = next(iter(stacks))
    canvas = FigureCanvas(1, 2, size=(9.4, 4.7), width_ratios=[1.35, 1])
    photo, chart = canvas.axes
    drawn = photo.imshow(pictures[first])
    photo.set_facecolor("#C8D8E4")  # zeros around the photo
    photo.set_xticks([]), photo.set_yticks([])
    photo.grid(False)
    (dots,) = photo.plot([], [], ".", color=style.SKY, markersize=4)
    (centre,) = photo.plot([], [], "o", color=style.RED, markersize=7, markeredgecolor="white")
    box = photo.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=3))
    box.set_path_effects([patheffects.withStroke(linewidth=6, foreground="white")])  # visible on any photo
    heading = photo.set_title("campo receptivo 000×000")
    (growth,) = chart.plot([], [], "o-", color=style.BLUE, markersize=5)
    (here,) = chart.plot([], [], "o", color=style.RED, markersize=11)
    chart.set(xlabel="lado do campo receptivo (pixels)", ylim=(-0.6, 5))
    chart.set_title("camada por camada")
    memory: dict = {}

    def prepare(stack: str, layer: str) -> None:
        """Change what depends on the network and layer only."""
        if memory.get("stack") != stack:
            sizes = [field.size for field in receptive_field(list(layers_of[stack].values()))]
            drawn.set_data(pictures[stack])
            side = len(pictures[stack])
            drawn.set_extent((-0.5, side - 0.5, side - 0.5, -0.5))
            growth.set_data(sizes, range(len(sizes)))
            chart.set(xlim=(0, 1.08 * max(sizes)), ylim=(len(sizes) - 0.4, -0.6))
            letters = canvas.stacked_fontsize(len(sizes), NAMES_HEIGHT)
            chart.set_yticks(range(len(sizes)), list(layers_of[stack]), fontsize=letters)
        if (memory.get("stack"), memory.get("layer")) != (stack, layer):
            memory.update(
                stack=stack, layer=layer, colours=map_colours(pictures[stack], layers_of[stack], layer)
            )
            last = look(layers_of[stack], len(pictures[stack]), layer, *[len(memory["colours"])] * 2)
            start = look(layers_of[stack], len(pictures[stack]), layer, 1, 1)
            low = min(0, start.rows.start) - 2.5
            high = max(len(pictures[stack]), last.rows.stop) + 1.5
            photo.set(xlim=(low, high), ylim=(high, low))
            middles = start.rows.start + (start.size - 1) / 2 + start.jump * np.arange(start.side)
            grid = np.meshgrid(middles, middles) if 1 < start.side <= MAX_DOTS else ([], [])
            dots.set_data(np.ravel(grid[0]), np.ravel(grid[1]))

    def paint(stack: str, layer: str, row: int, column: int) -> str:
        layers, image = layers_of[stack], pictures[stack]
        if layer not in layers:  # the menu of layers follows the network a moment later
            layer = list(layers)[-1]
        prepare(stack, layer)
        side = len(memory["colours"])
        controls["row"].max = controls["column"].max = side
        row, column = min(row, side), min(column, side)
        view = look(layers, len(image), layer, row, column)
        box.set_bounds(view.columns.start - 0.5, view.rows.start - 0.5, view.size, view.size)
        centre.set_data([view.columns.start + (view.size - 1) / 2], [view.rows.start + (view.size - 1) / 2])
        here.set_data([view.size], [list(layers).index(layer)])
        heading.set_text(f"campo receptivo {view.size}×{view.size}")
        clickable.show(memory["colours"], row, column)
        outside = (
            ""
            if view.inside > 0.9995
            else (f" Só {number(100 * view.inside, 0)}% dele está na imagem; o resto são zeros da borda.")
        )
        whole = " Ela vê a imagem inteira." if view.inside * view.size**2 > len(image) ** 2 - 0.5 else ""
        return (
            f"{stack}, camada {layer}: mapa de {side}×{side} unidades. A unidade ({row}, {column}) vê "
            f"<b>{view.size}×{view.size}</b> pixels; a vizinha vê o mesmo, {view.jump} "
            f"pixel{'s'[: view.jump > 1]} "
            f"adiante.{whole}{outside}"
        )

    def pick(row: int, column: int) -> None:
        controls["row"].value, controls["column"].value = row, column

    def follow_stack(change) -> None:
        names = list(layers_of[change["new"]])
        controls["layer"].options = names
        controls["layer"].value = good_start(change["new"])

    def follow_layer(change) -> None:
        """Stay over the same part of the photo when the map changes its size."""
        names = layers_of[controls["stack"].value]
        if change["new"] not in names or "colours" not in memory:
            return
        new = map_sides(names, len(pictures[controls["stack"].value]))[list(names).index(change["new"])]
        old = len(memory["colours"])
        for axis in ("row", "column"):
            at = int((controls[axis].value - 0.5) * new / old) + 1
            controls[axis].max = new
            controls[axis].value = at

    def good_start(stack: str) -> str:
        """Name the first layer that sees a good part of the image without leaving it in the middle."""
        fields = receptive_field(list(layers_of[stack].values()))
        names = list(layers_of[stack])
        return next(
            (n for n, f in zip(names, fields, strict=True) if f.size > 0.4 * len(pictures[stack])), names[-1]
        )

    start = good_start(first)
    start_side = look(layers_of[first], len(pictures[first]), start, 1, 1).side
    controls = {
        "stack": choice("rede", list(stacks)),
        "layer": choice("camada", list(layers_of[first]), start),
        "row": int_slider("linha da unidade", start_side // 2, 1, start_side),
        "column": int_slider("coluna da unidade", start_side // 2 + 1, 1, start_side),
    }
    clickable = ClickMap(pick)
    controls["stack"].observe(follow_stack, names="value")
    controls["layer"].observe(follow_layer, names="value")
    return Experiment(
        "escolha uma unidade e veja o que ela vê",
        "A foto com o campo receptivo da unidade escolhida em vermelho; ao lado, o tamanho dele em cada "
        "camada.",
        controls,
        canvas,
        paint,
        clickable.beside(
            controls.values(), "Mapa da camada: <b>clique em uma unidade</b>, ou use os controles."
        ),
    )
