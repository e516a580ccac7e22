"""Lesson 09: pick a network and a layer; its size, its cost, what it sees and how it answers to a photo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib import patheffects
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.answers import pixels
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.network_gallery import (
    COLUMNS,
    FACTORIES,
    TILE,
    TRAINED,
    Gallery,
    Stage,
    mosaic,
)
from lessonlib.nets.inspection import LayerTable

NAMES_HEIGHT = 4.1  # inches for the names of the layers, one under the other


@course_style()
def architecture_explorer(photos: Mapping[str, np.ndarray]) -> Experiment:
    """Return the widget: network, layer and photo; the receptive field to scale, the maps, the layer's share.

    Parameters
    ----------
    photos : mapping of str to ndarray of uint8, shape (H, W, 3)
    """
    if not photos:
        raise ValueError("photos deve ter ao menos uma foto; veio vazio.")
    gallery = Gallery(photos)
    first_photo, first = next(iter(photos)), next(iter(FACTORIES))
    canvas = FigureCanvas(1, 3, size=(10.2, 4.9), width_ratios=[1, 1, 1])
    canvas.figure.get_layout_engine().set(wspace=0.16)  # the names of another network's layers are longer
    photo_ax, map_ax, share_ax = canvas.axes
    shown = photo_ax.imshow(np.zeros((224, 224, 3), np.uint8))
    board = map_ax.imshow(np.full((COLUMNS * (TILE + 2),) * 2, 255, np.uint8), vmin=0, vmax=255)
    nothing = map_ax.text(0.5, 0.5, "", transform=map_ax.transAxes, ha="center", va="center")
    for ax in (photo_ax, map_ax):
        style.bare(ax)
    box = photo_ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, edgecolor=style.RED, linewidth=3))
    box.set_path_effects([patheffects.withStroke(linewidth=6, foreground="white")])
    headings = [photo_ax.set_title(" "), map_ax.set_title(" ")]
    most = max(map(len, gallery.stages.values()))
    places = np.arange(most)
    bars = {
        what: share_ax.barh(places + shift, 0 * places, height=0.38, color=color, label=label)
        for what, shift, color, label in (
            ("params", -0.2, style.BLUE, "parâmetros"),
            ("macs", 0.2, style.ORANGE, "multiplicações"),
        )
    }
    here = share_ax.axhspan(-0.5, 0.5, color=style.YELLOW, alpha=0.35, zorder=0)
    share_ax.set(xlabel="% do total da rede")
    share_ax.legend(
        loc="lower left",
        bbox_to_anchor=(-0.03, 1),
        ncols=2,
        columnspacing=1,
        handlelength=1.2,
        fontsize=canvas.fontsize,
    )
    share_ax.grid(axis="y", visible=False)
    memory: dict = {}

    def prepare(name: str, photo: str) -> None:
        """Change what depends on the network and the photo only."""
        if memory.get("key") == (name, photo):
            return
        memory["key"] = name, photo
        stages, table = gallery.stages[name], gallery.tables[name]
        picture = pixels(gallery.pixels[photo])
        side = table.input_size[-1]
        shown.set_data(picture)
        shown.set_extent((-0.5, side - 0.5, side - 0.5, -0.5))
        photo_ax.set(xlim=(-4, side + 3), ylim=(side + 3, -4))
        for what, drawn in bars.items():
            total = getattr(table, what)
            for i, bar in enumerate(drawn):
                bar.set_width(100 * getattr(stages[i].row, what) / total if i < len(stages) else 0)
        widest = max(bar.get_width() for drawn in bars.values() for bar in drawn)
        share_ax.set(ylim=(len(stages) - 0.4, -0.6), xlim=(0, 1.05 * widest))
        share_ax.set_yticks(
            places[: len(stages)],
            [stage.label for stage in stages],
            fontsize=canvas.stacked_fontsize(len(stages), NAMES_HEIGHT),
        )

    def paint(network: str, layer: str, photo: str) -> str:
        stages, table = gallery.stages[network], gallery.tables[network]
        index = next((i for i, stage in enumerate(stages) if stage.label == layer), 0)
        stage = stages[index]
        prepare(network, photo)
        side, row = table.input_size[-1], stage.row
        field = row.receptive_field
        drawn = min(field, side)
        box.set_bounds(side / 2 - drawn / 2 - 0.5, side / 2 - drawn / 2 - 0.5, drawn, drawn)
        headings[0].set_text(f"vê {field}×{field} pixels")
        here.set_y(index - 0.5)
        if stage.source:
            maps = gallery.maps(network, photo)[stage.source]
            board.set_data(mosaic(maps))
            headings[1].set_text(
                f"{len(maps)} de {row.output_shape[0]} mapas {row.output_shape[1]}×{row.output_shape[2]}"
            )
        else:
            headings[1].set_text(f"um vetor de {row.output_shape[0]}")
        board.set_visible(stage.source is not None)
        nothing.set_text("" if stage.source else "camada densa: não há mapa")
        return caption(network, stage, table, gallery.answer(photo) if network == TRAINED else None)

    def follow(change) -> None:
        controls["layer"].options = [stage.label for stage in gallery.stages[change["new"]]]

    controls = {
        "network": choice("rede", list(gallery.stages), first),
        "layer": choice("camada", [stage.label for stage in gallery.stages[first]], "conv3"),
        "photo": choice("foto", list(photos), first_photo),
    }
    controls["network"].observe(follow, names="value")
    return Experiment(
        "por dentro das redes, camada por camada",
        "À esquerda a foto com o campo receptivo da unidade central; no meio, mapas da camada; à direita, a "
        "parte dos parâmetros e das multiplicações em cada camada.",
        controls,
        canvas,
        paint,
    )


def caption(network: str, stage: Stage, table: LayerTable, answer: str | None) -> str:
    """Write the numbers of one layer; ``answer`` is what a trained network says, None for drawn weights."""
    row = stage.row
    field, side = row.receptive_field, table.input_size[-1]
    beyond = " A foto inteira cabe nele; o resto são zeros da borda." if field > side else ""
    shares = [
        f"{number(round(100 * getattr(row, w) / getattr(table, w), 1), 1)}%" for w in ("params", "macs")
    ]
    weights = (
        f"Pesos <b>treinados</b> na ImageNet, os de verdade. Resposta da rede: {answer}."
        if answer
        else "Pesos <b>sorteados</b>, sem treino: os mapas mostram o que a forma da rede faz sozinha."
    )
    return (
        f"{network}, {stage.label}: saída {'×'.join(map(str, row.output_shape))} (C×H×W), "
        f"<b>{number(row.params)}</b> parâmetros ({shares[0]} da rede), "
        f"<b>{number(row.macs)}</b> multiplicações ({shares[1]}), campo receptivo "
        f"{field}×{field}.{beyond} {weights}"
    )
