"""Networks by layer, with the maps that a photo leaves in each: what the explorer of lesson 09 shows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lessonlib.classroom.style import number
from lessonlib.nets.inspection import LayerTable, Row, summary
from lessonlib.nets.models.alexnet import alexnet
from lessonlib.nets.models.googlenet import googlenet
from lessonlib.nets.models.vgg import vgg16
from lessonlib.nets.models.zfnet import zfnet
from lessonlib.nets.pretrained import ImageNetClassifier, imagenet_classifier

TRAINED = "EfficientNet-Lite0 (2019)"
FACTORIES = {
    "AlexNet (2012)": alexnet,
    "ZFNet (2013)": zfnet,
    "VGG-16 (2014)": vgg16,
    "GoogLeNet (2014)": googlenet,
}
#: Maps shown, and the side in pixels of each one's place in the mosaic.
COLUMNS, TILE = 3, 56


class Stage(NamedTuple):
    """A layer, or a module, of a network as the widget lists it.

    Attributes
    ----------
    label : str
        What the student reads.
    row : lessonlib.nets.inspection.Row
    source : str or None
        Submodule whose output are the maps; None for a dense layer.
    """

    label: str
    row: Row
    source: str | None


def stages_of(network: nn.Module, table: LayerTable) -> list[Stage]:
    """Return the rows with weights or pooling; the maps of a convolution are taken after its ReLU."""
    names = [name for name, _ in network.named_children()]
    stages = []
    for row in table.rows:
        if not (row.macs or "Pool" in row.kind):
            continue
        after = names[names.index(row.name) + 1 :][:1] if row.name in names else []
        relu = after[0] if after and isinstance(getattr(network, after[0]), nn.ReLU) else row.name
        label = row.name.replace("inception", "módulo ")
        stages.append(Stage(label, row, relu if len(row.output_shape) == 3 else None))
    return stages


def trained_stages(network: ImageNetClassifier, table: LayerTable) -> list[Stage]:
    """Return the blocks of EfficientNet-Lite0 under names that can be read."""
    stages = []
    for row in table.rows:
        part = row.name.removeprefix("network.")
        if part.startswith("_blocks."):
            stages.append(Stage(f"bloco {int(part.split('.')[1]) + 1}", row, row.name))
        elif part == "_conv_stem.1":
            stages.append(Stage("início", row, "network._bn0"))
        elif part == "_conv_head":
            stages.append(Stage("fim", row, "network._bn1"))
        elif part == "_fc":
            stages.append(Stage("densa", row, None))
    return stages


def without_dense(network: nn.Module, seed: int = 0) -> nn.Module:
    """Return a network that was made on the device "meta", on the CPU and with weights drawn anew.

    A plain sequence is cut before its dense layers: nine tenths of VGG-16's memory are there.
    """
    if isinstance(network, nn.Sequential):
        layers = list(network.named_children())
        end = [name for name, _ in layers].index("flatten")
        network = nn.Sequential(OrderedDict(layers[:end]))
    network = network.to_empty(device="cpu").eval()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
    return network


@torch.inference_mode()
def maps_of(network: nn.Module, pixels: torch.Tensor, sources: list[str]) -> dict[str, np.ndarray]:
    """Send one photo through the network and keep, of each source, the maps that vary most.

    Parameters
    ----------
    pixels : Tensor, shape (1, 3, H, W)
    sources : list of str
        Names of submodules.

    Returns
    -------
    dict of str to ndarray of uint8, shape (COLUMNS², h, w)
        Each map stretched over its own range; fewer maps than COLUMNS² only if the layer has fewer.
    """
    kept = {}

    def keep(name):
        def hook(module, inputs, output):
            maps = output[0]
            chosen = maps.flatten(1).var(dim=1, correction=0).topk(min(COLUMNS**2, len(maps))).indices
            maps = maps[chosen]
            low, high = (maps.flatten(1).aminmax(dim=1)[i][:, None, None] for i in (0, 1))
            kept[name] = ((maps - low) / (high - low).clamp(min=1e-12) * 255).byte().numpy()

        return hook

    handles = [network.get_submodule(name).register_forward_hook(keep(name)) for name in sources]
    try:
        network(pixels)
    finally:
        for handle in handles:
            handle.remove()
    return kept


def mosaic(maps: np.ndarray) -> np.ndarray:
    """Put maps side by side, COLUMNS in a row, each sampled (never blurred) to TILE×TILE pixels.

    Returns
    -------
    ndarray of uint8, shape (COLUMNS·(TILE + 2), COLUMNS·(TILE + 2))
        White where there is no map.
    """
    cell = TILE + 2
    board = np.full((COLUMNS * cell, COLUMNS * cell), 255, np.uint8)
    for index, one in enumerate(maps):
        rows, columns = (np.arange(TILE) * side // TILE for side in one.shape)
        i, j = divmod(index, COLUMNS)
        board[i * cell + 1 : i * cell + 1 + TILE, j * cell + 1 : j * cell + 1 + TILE] = one[
            np.ix_(rows, columns)
        ]
    return board


class Gallery:
    """Networks, their layers and, once asked for, their maps of each photo.

    Parameters
    ----------
    photos : mapping of str to ndarray of uint8, shape (H, W, 3)
    """

    def __init__(self, photos: Mapping[str, np.ndarray]):
        self.classifier = imagenet_classifier()
        self.pixels = {name: self.classifier.preprocess(photo) for name, photo in photos.items()}
        self.networks, self.tables, self.stages = {}, {}, {}
        with torch.device("meta"):
            for name, factory in FACTORIES.items():
                network = self.networks[name] = factory()
                self.tables[name] = summary(network, network.input_size, depth=1)
                self.stages[name] = stages_of(network, self.tables[name])
        self.networks[TRAINED] = self.classifier
        self.tables[TRAINED] = summary(self.classifier, self.classifier.input_size, depth=3)
        self.stages[TRAINED] = trained_stages(self.classifier, self.tables[TRAINED])
        self._ready, self._maps, self._answers = {TRAINED: self.classifier}, {}, {}

    def maps(self, name: str, photo: str) -> dict[str, np.ndarray]:
        """Return the maps of all the layers; the first call for a network and photo computes them."""
        if (name, photo) not in self._maps:
            if name not in self._ready:
                self._ready[name] = without_dense(self.networks[name])
            x = self.pixels[photo]
            if name != TRAINED:
                side = self.tables[name].input_size[-1]
                x = nn.functional.interpolate(2 * x - 1, (side, side), mode="bilinear")
            sources = [stage.source for stage in self.stages[name] if stage.source]
            self._maps[name, photo] = maps_of(self._ready[name], x, sources)
        return self._maps[name, photo]

    def answer(self, photo: str) -> str:
        """Return what the trained network says that the photo is."""
        if photo not in self._answers:
            best = self.classifier.predict(self.pixels[photo], top=1)[0]
            name = best.portuguese or best.english
            self._answers[photo] = f"{name} ({number(round(100 * best.probability), 0)}%)"
        return self._answers[photo]
