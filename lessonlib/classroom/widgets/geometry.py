"""Lesson 07: how kernel, stride, padding and dilation decide the size of a layer's output (slides 38-39)."""

from __future__ import annotations

from typing import NamedTuple

import ipywidgets
import matplotlib as mpl
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.convolution import correlate2d, output_size

#: Largest settings of the sliders, and the side of the square in which the largest padded input is drawn.
MAX_INPUT, MAX_KERNEL, MAX_STRIDE, MAX_PADDING, MAX_DILATION = 12, 5, 4, 3, 3
ROOM = MAX_INPUT + 2 * MAX_PADDING


class Geometry(NamedTuple):
    """Sizes along one axis of a convolution or pooling layer.

    Attributes
    ----------
    padded : int
        Input with its zeros, N + 2P.
    span : int
        Pixels from the first to the last tap of the kernel, D(K − 1) + 1.
    output : int
        Units; 0 when the kernel does not fit.
    left_over : int
        Pixels (zeros included) at the end that no unit reaches.
    """

    padded: int
    span: int
    output: int
    left_over: int


def geometry(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Geometry:
    """Return the sizes of a layer along one axis.

    Examples
    --------
    AlexNet's first layer with the 224 pixels that its paper prints, and with 227 (slides 47-49):

    >>> geometry(224, 11, 4, 0, 1)
    Geometry(padded=224, span=11, output=54, left_over=1)
    >>> geometry(227, 11, 4, 0, 1)
    Geometry(padded=227, span=11, output=55, left_over=0)
    """
    padded, span = size + 2 * padding, dilation * (kernel - 1) + 1
    if span > padded:
        return Geometry(padded, span, 0, padded)
    output = output_size(size, kernel, stride, padding, dilation)
    return Geometry(padded, span, output, padded - span - (output - 1) * stride)


def taps(unit: int, kernel: int, stride: int, padding: int, dilation: int) -> list[int]:
    """Return the input pixels (0-based; negative or past the end in the padding) that one output unit reads.

    Examples
    --------
    >>> taps(0, kernel=3, stride=1, padding=1, dilation=2)
    [-1, 1, 3]
    """
    return [unit * stride - padding + dilation * i for i in range(kernel)]


def formula(size: int, kernel: int, stride: int, padding: int, dilation: int) -> str:
    """Write the output size formula with the numbers in place.

    Examples
    --------
    >>> formula(7, 3, 2, 0, 1)
    '⌊(7 + 2·0 − 1·(3 − 1) − 1) / 2⌋ + 1 = ⌊4 / 2⌋ + 1 = 3'
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    terms = f"{size} + 2·{padding} − {dilation}·({kernel} − 1) − 1"
    if room < 0:
        return f"{terms} = {number(room)} < 0"
    return f"⌊({terms}) / {stride}⌋ + 1 = ⌊{room} / {stride}⌋ + 1 = {room // stride + 1}"


@course_style()
def layer_geometry(image) -> Experiment:
    """Return the widget: input with zeros, the taps of one unit, and the output map, for any setting.

    Parameters
    ----------
    image : array_like, shape (H, W), H and W ≥ 12
        Grey levels from 0 to 255; its top left corner is the input. The kernel is the mean of its taps.
    """
    image = np.asarray(image, float)
    if image.ndim != 2 or min(image.shape) < MAX_INPUT:
        raise ValueError(
            f"image must be a grey image of at least {MAX_INPUT}×{MAX_INPUT}; got shape {image.shape}"
        )
    canvas = FigureCanvas(1, 2, size=(9.4, 4.5))
    entry, exit_ = canvas.axes
    greys = mpl.colormaps[style.GRAYSCALE].with_extremes(
        bad="#C8D8E4"
    )  # zeros of the border, not of the image
    entry_picture, exit_picture = (
        ax.imshow(np.zeros((1, 1)), cmap=greys, vmin=0, vmax=255) for ax in canvas.axes
    )
    lines = [ax.add_collection(LineCollection([], colors=style.GREY, linewidths=0.6)) for ax in canvas.axes]
    border = entry.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.BLUE, linewidth=2))
    span_box = entry.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=2.5))
    unit_box = exit_.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=3))
    (dots,) = entry.plot([], [], "s", color=style.ORANGE, markeredgecolor=style.INK, markersize=8)
    for ax in canvas.axes:
        style.bare(ax)
    titles = [ax.set_title("entrada 00×00") for ax in canvas.axes]
    exit_.set(xlim=(-0.6, ROOM - 0.4), ylim=(ROOM - 0.4, -0.6))
    entry.set(
        xlim=(-MAX_PADDING - 0.6, ROOM - MAX_PADDING - 0.4),
        ylim=(ROOM - MAX_PADDING - 0.4, -MAX_PADDING - 0.6),
    )

    def paint(size, kernel, stride, padding, dilation, row, column) -> str:
        now = geometry(size, kernel, stride, padding, dilation)
        fits = now.output > 0
        low, high = -padding - 0.5, size + padding - 0.5
        entry_picture.set_data(np.pad(image[:size, :size], padding, constant_values=np.nan))
        entry_picture.set_extent((low, high, high, low))
        lines[0].set_segments(_mesh(low, now.padded))
        border.set_bounds(-0.5, -0.5, size, size)
        controls["row"].max = controls["column"].max = max(1, now.output)
        row, column = min(row, max(1, now.output)), min(column, max(1, now.output))
        rows = taps(row - 1, kernel, stride, padding, dilation)
        columns = taps(column - 1, kernel, stride, padding, dilation)
        dots.set_data(np.tile(columns, kernel), np.repeat(rows, kernel))
        span_box.set_bounds(columns[0] - 0.5, rows[0] - 0.5, now.span, now.span)
        span_box.set_linestyle("-" if fits else "--")
        for artist in (exit_picture, unit_box, lines[1]):
            artist.set_visible(fits)
        zeros = f" + zeros = {now.padded}×{now.padded}" if padding else ""
        titles[0].set_text(f"entrada {size}×{size}{zeros}")
        text = formula(size, kernel, stride, padding, dilation)
        if not fits:
            titles[1].set_text("não há saída")
            return (
                f"<b>O filtro não cabe</b>: ele ocupa {now.span} pixels e a entrada com zeros tem "
                f"{now.padded}. "
                f"{text}. Aumente a entrada ou os zeros, ou diminua o filtro ou a dilatação."
            )
        output = correlate2d(
            image[:size, :size], np.full((kernel, kernel), kernel**-2), padding, stride, dilation
        )
        exit_picture.set_data(output)
        exit_picture.set_extent((-0.5, now.output - 0.5, now.output - 0.5, -0.5))
        lines[1].set_segments(_mesh(-0.5, now.output))
        unit_box.set_bounds(column - 1.5, row - 1.5, 1, 1)
        titles[1].set_text(f"saída {now.output}×{now.output} (média do que cada unidade lê)")
        n, plural = now.left_over, "s" * (now.left_over > 1)
        unused = (
            f"No fim, {n} linha{plural} e {n} coluna{plural} ficam sem uso. " if n else "Nada sobra no fim. "
        )
        inside = sum(0 <= r < size for r in rows) * sum(0 <= c < size for c in columns)
        zeros_read = f"{kernel * kernel - inside} deles" if inside < kernel * kernel else "nenhum deles"
        return (
            f"Lado da saída: {text.rpartition(' = ')[0]} = <b>{now.output}</b>. {unused}"
            f"A unidade ({row}, {column}) lê {kernel * kernel} valores, {zeros_read} da borda de zeros; "
            f"a média é {number(float(output[row - 1, column - 1]), 1)}."
        )

    controls = {
        "size": int_slider("lado da entrada N", 12, 3, MAX_INPUT),
        "kernel": int_slider("lado do filtro K", 3, 1, MAX_KERNEL),
        "stride": int_slider("passo S (stride)", 2, 1, MAX_STRIDE),
        "padding": int_slider("zeros de cada lado P", 1, 0, MAX_PADDING),
        "dilation": int_slider("dilatação D", 1, 1, MAX_DILATION),
        "row": int_slider("linha da unidade", 2, 1, ROOM),
        "column": int_slider("coluna da unidade", 3, 1, ROOM),
    }
    columns = [
        ipywidgets.VBox([controls[name] for name in names], layout=ipywidgets.Layout(flex="1 1 380px"))
        for names in (("size", "kernel", "stride", "padding"), ("dilation", "row", "column"))
    ]
    return Experiment(
        "monte a camada e confira o tamanho da saída",
        "À esquerda a entrada, a borda de zeros em azul claro e, em laranja, os pixels que uma unidade lê; "
        "à direita a "
        "saída.",
        controls,
        canvas,
        paint,
        ipywidgets.HBox(columns, layout=ipywidgets.Layout(flex_flow="row wrap")),
    )


def _mesh(low: float, cells: int) -> list:
    """Return the lines of a square grid of ``cells`` cells that starts at ``low``."""
    ends = low, low + cells
    positions = np.arange(cells + 1) + low
    return [[(p, ends[0]), (p, ends[1])] for p in positions] + [
        [(ends[0], p), (ends[1], p)] for p in positions
    ]
