"""Lesson 09: write a network line by line; does it fit, what does it cost and see (slides 47-51)."""

from __future__ import annotations

import html
from collections.abc import Mapping

import ipywidgets
import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import LABEL, WIDE, Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.stack_text import MAX_LAYERS, Layer, build

MAX_SIDE = 256
#: Tops of the axis of the map's side: it changes seldom while the slider moves.
SCALES = (32, 64, 128, MAX_SIDE)
HELP = (
    "<code>conv 11/4 96</code>: 96 filtros 11×11, passo 4 · <code>conv 5+2 256 g2</code>: dois zeros de cada "
    "lado, 2 grupos · <code>max 3/2</code> ou <code>media 2/2</code>: pooling · "
    "<code>fc 4096</code>: camada densa"
)

PRESETS: Mapping[str, tuple[int, str]] = {
    "AlexNet (2012)": (
        227,
        "conv 11/4 96\nmax 3/2\nconv 5+2 256 g2\nmax 3/2\nconv 3+1 384\nconv 3+1 384 g2\nconv 3+1 256 g2\n"
        "max 3/2\nfc 4096\nfc 4096\nfc 1000",
    ),
    "AlexNet com entrada 224": (224, "conv 11/4 96\nmax 3/2\nconv 5+2 256 g2\nmax 3/2"),
    "início da VGG-16 (2014)": (
        224,
        "conv 3+1 64\nconv 3+1 64\nmax 2/2\nconv 3+1 128\nconv 3+1 128\nmax 2/2\nconv 3+1 256\nconv 3+1 256\n"
        "conv 3+1 256\nmax 2/2",
    ),
    "sem zeros, até não caber": (32, "conv 7 16\nconv 7 16\nconv 7 16\nmax 2/2\nconv 9 16\nfc 10"),
}


@course_style()
def stack_builder(preset: str = "AlexNet (2012)") -> Experiment:
    """Return the widget: a text in which each line is a layer, and what the network then is.

    Parameters
    ----------
    preset : str
        A key of ``PRESETS``: where it starts.
    """
    if preset not in PRESETS:
        raise ValueError(f"preset deve ser um destes: {', '.join(PRESETS)}; veio {preset!r}.")
    canvas = FigureCanvas(2, 1, size=(9.4, 4.4), sharex=True)
    x = np.arange(MAX_LAYERS + 1)
    kinds = {"mapa": (canvas.axes[0], style.BLUE), "pesos": (canvas.axes[1], style.ORANGE)}
    bars = {name: ax.bar(x, 0 * x, color=color) for name, (ax, color) in kinds.items()}
    texts = {
        name: [ax.text(i, 0, "", ha="center", va="bottom") for i in x]
        for name, (ax, _) in kinds.items()
    }
    for ax in canvas.axes:
        ax.grid(axis="x", visible=False)
    canvas.axes[0].set(ylabel="lado do mapa")
    canvas.axes[0].set_title("lado do mapa e número de canais")
    canvas.axes[1].set(ylabel="parâmetros (%)", ylim=(0, 125))
    canvas.axes[1].set_yticks([0, 50, 100])
    memory: dict = {}

    def paint(preset: str, side: int, text: str) -> str:
        layers = build(text, side)
        shapes = [(3, side, side), *(layer.shape for layer in layers)]
        total = sum(layer.params for layer in layers)
        values = {
            "mapa": [s[1] if len(s) == 3 else 1 for s in shapes],
            "pesos": [0.0, *(100 * layer.params / max(total, 1) for layer in layers)],
        }
        labels = {
            "mapa": ["×".join(map(str, s[::-1])) if len(s) == 1 else f"{s[1]}\n×{s[0]}" for s in shapes],
            "pesos": ["", *(f"{number(round(v, 1), 1)}" if v else "" for v in values["pesos"][1:])],
        }
        letters = canvas.fontsize if len(shapes) < 14 else 8  # points; larger, they would run into each other
        for name in kinds:
            for i in x:
                inside = i < len(shapes)
                bars[name][i].set_height(values[name][i] if inside else 0)
                texts[name][i].set_fontsize(letters)
                texts[name][i].set_text(labels[name][i] if inside else "")
                texts[name][i].set_y(values[name][i] if inside else 0)
        names = ["entrada", *(layer.text.replace(" ", "\n", 2) for layer in layers)]
        scale = next(top for top in SCALES if top >= side)
        if memory != {"names": names, "scale": scale}:  # the axes cost more than all the rest
            memory.update(names=names, scale=scale)
            canvas.axes[0].set(ylim=(0, 1.5 * scale), xlim=(-0.6, len(shapes) - 0.4))
            canvas.axes[1].set_xticks(x[: len(shapes)], names, fontsize=letters)
        return describe(layers)

    start_side, start_text = PRESETS[preset]
    controls = {
        "preset": choice("comece de", list(PRESETS), preset),
        "side": int_slider("lado da entrada (3 canais)", start_side, 8, MAX_SIDE),
        "text": ipywidgets.Textarea(
            start_text, description="uma camada por linha", rows=11, style=LABEL, layout=WIDE
        ),
    }

    def load(_) -> None:
        side, text = PRESETS[controls["preset"].value]
        controls["side"].value, controls["text"].value = side, text

    controls["preset"].observe(load, names="value")
    again = ipywidgets.Button(description="voltar ao começo")
    again.on_click(load)
    arranged = ipywidgets.VBox([*controls.values(), again, ipywidgets.HTML(HELP)])
    return Experiment(
        "monte a sua rede: ela cabe, quanto custa e quanto vê?",
        "Em cima, o lado do mapa e os canais depois de cada camada; embaixo, a parte dos parâmetros em cada "
        "uma.",
        controls,
        canvas,
        paint,
        arranged,
    )


def describe(layers: list[Layer]) -> str:
    """Write the caption: a table of the layers, the totals, and what the windows left out."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(layer.text)}</th><td>{layer.formula}</td>'
        f"<td>{'×'.join(map(str, layer.shape))}</td><td>{number(layer.params)}</td>"
        f"<td>{number(layer.macs)}</td>"
        f"<td>{'' if layer.field is None else f'{layer.field}×{layer.field}'}</td></tr>"
        for layer in layers
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("camada", "lado da saída", "C×H×W", "parâmetros", "multiplicações", "campo receptivo")
    )
    waste = [layer for layer in layers if layer.left_over]
    note = "".join(
        f" Em {html.escape(layer.text)} a divisão não é exata: {layer.left_over} "
        f"linha{'s' * (layer.left_over > 1)} e coluna{'s' * (layer.left_over > 1)} do fim ficam sem uso."
        for layer in waste
    )
    totals = (
        f"<b>{number(sum(layer.params for layer in layers))}</b> parâmetros e "
        f"<b>{number(sum(layer.macs for layer in layers))}</b> multiplicações."
    )
    fields = [layer.field for layer in layers if layer.field is not None]
    seen = f" A última camada que desliza vê {fields[-1]}×{fields[-1]} pixels." if fields else ""
    return f"{totals}{seen}{note}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
