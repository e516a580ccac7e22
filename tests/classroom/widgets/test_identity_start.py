"""Lesson 10, untrained blocks: against the course's own BasicBlock, the identity, ends of the controls."""

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.identity_start import MAPS, MOST, _weights, first_maps, walk
from lessonlib.nets.models.residual_blocks import BasicBlock

DIGITS = datasets.digits("test")[0][:3]


def test_first_maps_are_what_a_relu_leaves():
    maps = first_maps(DIGITS[0])
    assert maps.shape == (MAPS, 28, 28) and maps.min() >= 0 and maps.std() == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(maps[0] / maps[0].max(), DIGITS[0] / DIGITS[0].max(), atol=1e-6)


@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0])
def test_walk_is_a_stack_of_basic_blocks(residual, gamma):
    x = torch.from_numpy(first_maps(DIGITS[1]))[None]
    for first, second in _weights()[:3]:
        block = BasicBlock(MAPS, MAPS, 1, "A" if residual else None).train()
        with torch.no_grad():
            block.conv1.weight.copy_(first)
            block.conv2.weight.copy_(second)
            block.bn2.weight.fill_(gamma)
            x = block(x)
    ours = walk(first_maps(DIGITS[1]), 3, gamma, residual)[-1]
    np.testing.assert_allclose(ours, x[0].numpy(), atol=1e-5)


def test_with_gamma_zero_only_the_shortcut_carries_the_digit():
    maps = first_maps(DIGITS[2])
    np.testing.assert_array_equal(walk(maps, MOST, 0.0, True)[-1], maps)
    assert not walk(maps, 1, 0.0, False)[-1].any()


def test_captions_and_pictures_at_the_ends():
    view = widgets.residual_block(DIGITS, ["a", "b", "c"])
    pictures = {view.picture.png}
    for gamma, blocks in ((0.0, MOST), (0.0, 1), (1.0, MOST), (1.0, 1)):
        view.controls["gamma"].value = gamma
        view.controls["blocks"].value = blocks
        pictures.add(view.picture.png)
        assert ("identidade, exata" in view.caption.value) == (gamma == 0)
        assert ("não sobra nada" in view.caption.value) == (gamma == 0)
        assert ("1 bloco sem" in view.caption.value) == (blocks == 1)
    assert len(pictures) == 5


def test_bad_input():
    with pytest.raises(ValueError, match="one per digit; got 1 for 3"):
        widgets.residual_block(DIGITS, ["a"])
    for blocks in (0, MOST + 1):
        with pytest.raises(ValueError, match="blocks must be from 1 to 16"):
            walk(first_maps(DIGITS[0]), blocks, 1.0, True)
