"""Lesson 08: the sparse layer C3 of 1998, one map at a time: what it sees, what it costs (slide 46)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.layer_sheet import Pixels, colour, stages
from lessonlib.classroom.widgets.mosaic import enlarge
from lessonlib.nets.models.lenet_1998 import C3_TABLE, LeNet5From1998

#: Places a 5×5 kernel has on a 14×14 map.
POSITIONS = 10 * 10
#: The sheet of pixels: size, and top left corners of the S2 maps, their kernels and the C3 map.
WIDTH, HEIGHT = 1000, 400
COLUMN, MAPS, KERNELS, RESULT = 94, (62, 436), (196, 448), (292, 672)


class Cost(NamedTuple):
    """What one C3 map sees and costs: numbers of the S2 maps, from 0; trainable numbers; connections."""

    sources: tuple[int, ...]
    params: int
    connections: int


def cost(index: int) -> Cost:
    """Return the row of the paper's table for a C3 map.

    Parameters
    ----------
    index : int
        From 0 to 15, as in the paper.

    Examples
    --------
    >>> cost(0)
    Cost(sources=(0, 1, 2), params=76, connections=7600)
    """
    sources = C3_TABLE[index]
    params = 25 * len(sources) + 1
    return Cost(sources, params, params * POSITIONS)


def in_words(numbers) -> str:
    """Write a list in pt-BR.

    Examples
    --------
    >>> in_words((0, 1, 2))
    '0, 1 e 2'
    """
    *first, last = map(str, numbers)
    return f"{', '.join(first)} e {last}" if first else last


@course_style()
def c3_table(model: LeNet5From1998, image) -> Experiment:
    """Return the widget: pick a map of C3, see its column of the table, its kernels and its result.

    Parameters
    ----------
    model : LeNet5From1998
        Trained or not.
    image : array_like of uint8, shape (28, 28)
        Digit whose maps are shown.
    """
    if not isinstance(model, LeNet5From1998):
        raise ValueError(f"model deve ser a lenet5_1998; veio {type(model).__name__}.")
    found = stages(model, image)
    with torch.no_grad():
        kernels = model.c3.dense_weight().numpy()
    maps = [colour(values, signed=True) for values in found["s2"]]  # a scale each: none is too pale
    seen = np.array([[source in row for row in C3_TABLE] for source in range(6)])
    canvas = FigureCanvas(size=(WIDTH / 100, HEIGHT / 100))
    figure, table = canvas.figure, canvas.axes
    figure.set_layout_engine("none")  # places are in whole pixels: 100 to the inch
    table.set_position((0.055, 0.3, 0.335, 0.45))
    rows, columns = np.nonzero(seen)
    table.plot(columns, rows, "s", color=style.BLUE, markersize=11)
    table.set(xlim=(-0.5, 15.5), ylim=(5.5, -0.5), xlabel="mapa de C3", ylabel="mapa de S2")
    table.set_title("quem vê quem")
    table.set_xticks(range(16), [str(k) if k % 2 == 0 else "" for k in range(16)])
    table.set_yticks(range(6), [str(k) for k in range(6)])
    box = table.add_patch(Rectangle((0, -0.5), 1, 6, fill=False, edgecolor=style.RED, linewidth=3))
    sheet = figure.add_artist(Pixels(np.zeros((HEIGHT, WIDTH, 4), np.uint8)))

    def write(x: float, y: float, text: str, **options):
        return figure.text(x / WIDTH, 1 - y / HEIGHT, text, ha="center", fontsize=canvas.fontsize, **options)

    for source in range(6):
        write(MAPS[1] + source * COLUMN + 42, MAPS[0] - 6, f"mapa {source}")
    signs = [write(KERNELS[1] + s * COLUMN + 30, KERNELS[0] + 36, "sem conexão") for s in range(6)]
    write(RESULT[1] + 40, RESULT[0] - 12, "soma + viés, depois a função f")
    heading = write(RESULT[1] + 40, RESULT[0] + 98, "C3, mapa 00", fontweight="bold")
    write(700, 24, "cada filtro 5×5 percorre o seu mapa de S2", fontweight="bold")

    def paint(index: int) -> str:
        sources, params, connections = cost(index)
        box.set_x(index - 0.5)
        pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        for source, (s2, kernel) in enumerate(zip(maps, colour(kernels[index], signed=True), strict=True)):
            connected = source in sources
            s2 = s2 if connected else np.where([True, True, True, False], 225 + s2 // 9, s2)
            _paste(pixels, MAPS, source, enlarge(s2, (84, 84)))
            if connected:
                _paste(pixels, KERNELS, source, enlarge(kernel, (60, 60)))
            signs[source].set_text("" if connected else "sem\nconexão")
        _paste(pixels, RESULT, 0, enlarge(colour(found["c3"][index], signed=True), (80, 80)))
        sheet.rgba = pixels
        heading.set_text(f"C3, mapa {index}")
        return (
            f"O mapa {index} de C3 vê os mapas {in_words(sources)} de S2. Pesos: {len(sources)} × 25, mais 1 "
            f"viés = <b>{params} parâmetros</b>. Em {POSITIONS} posições: {number(connections)} conexões."
        )

    return Experiment(
        "que mapas de S2 cada mapa de C3 vê?",
        "À esquerda a tabela de conexões; à direita os seis mapas de S2, os filtros do mapa de C3 escolhido "
        "e o resultado.",
        {"index": int_slider("mapa de C3", 0, 0, 15)},
        canvas,
        paint,
    )


def _paste(sheet: np.ndarray, corner: tuple[int, int], column: int, picture: np.ndarray) -> None:
    top, left = corner[0], corner[1] + column * COLUMN
    sheet[top : top + len(picture), left : left + picture.shape[1]] = picture
