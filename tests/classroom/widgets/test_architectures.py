"""Networks by layer: maps against torch's own, the mosaic pixel by pixel, every network and its ends."""

import numpy as np
import pytest
import torch
from torch import nn

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets import network_gallery
from lessonlib.classroom.widgets.network_gallery import (
    COLUMNS,
    FACTORIES,
    TILE,
    TRAINED,
    Gallery,
    maps_of,
    mosaic,
)

PHOTOS = {"café": datasets.photo("coffee")}


@pytest.fixture(scope="module")
def gallery():
    return Gallery(PHOTOS)


def test_stages_hold_all_the_weights(gallery):
    for name, stages in gallery.stages.items():
        listed, table = sum(stage.row.params for stage in stages), gallery.tables[name]
        # EfficientNet's batch normalisations outside the blocks are not listed.
        assert listed == table.params if name != TRAINED else 0.99 < listed / table.params < 1
        assert sum(stage.row.macs for stage in stages) == table.macs
        assert len({stage.label for stage in stages}) == len(stages)
    assert [stage.row.params for stage in gallery.stages["AlexNet (2012)"]][0] == 34_944


def test_maps_are_the_layer_s_most_variable_ones_stretched():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(3, 20, 3), nn.ReLU())
    x = torch.rand(1, 3, 30, 40)
    with torch.no_grad():
        answer = network(x)[0].numpy()
    kept = maps_of(network, x, ["1"])["1"]
    order = np.argsort(-answer.var(axis=(1, 2)))[: COLUMNS**2]
    low, high = (extreme(answer[order], axis=(1, 2), keepdims=True) for extreme in (np.min, np.max))
    np.testing.assert_allclose(kept, (answer[order] - low) / (high - low) * 255, atol=1.01)
    assert kept.dtype == np.uint8 and not network[1]._forward_hooks


def test_mosaic_samples_and_leaves_white_where_nothing_is():
    maps = np.arange(4 * 49, dtype=np.uint8).reshape(4, 7, 7)
    board = mosaic(maps)
    cell = TILE + 2
    assert board.shape == (COLUMNS * cell, COLUMNS * cell)
    np.testing.assert_array_equal(board[1 : 1 + TILE : TILE // 7, 1 : 1 + TILE : TILE // 7], maps[0])
    np.testing.assert_array_equal(board[cell + 1 : cell + 1 + TILE : 8, 1 : 1 + TILE : 8], maps[3])
    assert (board[2 * cell :] == 255).all()


def test_drawn_weights_are_the_same_every_time_and_leave_the_seed_alone(gallery):
    torch.manual_seed(1)
    before = torch.rand(3)
    torch.manual_seed(1)
    with torch.device("meta"):
        networks = [FACTORIES["AlexNet (2012)"]() for _ in range(2)]
    first, second = (network_gallery.without_dense(network) for network in networks)
    assert torch.equal(torch.rand(3), before)
    assert torch.equal(first.conv5.weight, second.conv5.weight) and not hasattr(first, "fc6")


@pytest.fixture(scope="module")
def view():
    return widgets.architecture_explorer(PHOTOS)


@pytest.mark.parametrize("name", [*FACTORIES, TRAINED])
def test_ends_of_every_network(view, gallery, name):
    view.controls["network"].value = name
    table = gallery.tables[name]
    for stage in (gallery.stages[name][0], gallery.stages[name][-1]):
        view.controls["layer"].value = stage.label
        text = view.caption.value
        assert f"{name}, {stage.label}: saída {'×'.join(map(str, stage.row.output_shape))}" in text
        assert f"<b>{stage.row.params:,}</b> parâmetros".replace(",", ".") in text
        assert ("treinados" in text) == (name == TRAINED)
        assert ("foto inteira" in text) == (stage.row.receptive_field > table.input_size[-1])
    if name == TRAINED:
        assert "Resposta da rede: café expresso" in view.caption.value


def test_controls_change_the_picture(view):
    view.controls["network"].value = "AlexNet (2012)"
    pictures = set()
    for layer in view.controls["layer"].options:
        view.controls["layer"].value = layer
        pictures.add(view.picture.png)
    assert len(pictures) == len(view.controls["layer"].options)


def test_no_photos():
    with pytest.raises(ValueError, match="photos deve ter ao menos uma foto"):
        widgets.architecture_explorer({})
