"""Lesson 13, walking in the noise: arcs against rotations, ends of the ways, a judge that is a formula."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.latent import FRAMES, PATHS, arc, find_anchors, walk

vectors = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


class Brightness(nn.Module):
    """A “generator” whose image has the brightness that the first number of the noise says."""

    def __init__(self):
        super().__init__()
        self.unused, self.latent_size = nn.Parameter(torch.zeros(1)), 4

    def forward(self, z):
        return z[:, :1, None, None].tanh().expand(-1, 1, 28, 28) + 0 * self.unused


def judge(images):
    """Two answers only: 3 for dark images, 8 for bright ones."""
    scores = torch.full((len(images), 10), -30.0)
    level = images.mean(dim=(1, 2, 3))
    scores[:, 3], scores[:, 8] = 10 * (0.5 - level), 10 * (level - 0.5)
    return scores


@given(vectors, vectors, st.floats(0, 1))
def test_arc_turns_at_an_even_speed(a, b, t):
    assume(min(np.linalg.norm(a), np.linalg.norm(b)) > 0.1)
    one, other = a / np.linalg.norm(a), b / np.linalg.norm(b)
    whole = np.arctan2(np.linalg.norm(np.cross(one, other)), one @ other)
    assume(1e-3 < whole < np.pi - 1e-3)
    here = arc(a, b, t)
    length = (1 - t) * np.linalg.norm(a) + t * np.linalg.norm(b)
    assert np.linalg.norm(here) == pytest.approx(length, rel=1e-6)
    turned = np.arctan2(np.linalg.norm(np.cross(one, here / length)), one @ here / length)
    assert turned == pytest.approx(t * whole, abs=1e-6)


def test_arc_ends_and_degenerate_cases():
    a, b = np.array([1.0, 2.0, 2.0]), np.array([4.0, 0.0, 3.0])
    np.testing.assert_allclose(arc(a, b, 0), a, atol=1e-12)
    np.testing.assert_allclose(arc(a, b, 1), b, atol=1e-12)
    np.testing.assert_allclose(arc(a, 2 * a, 0.5), 1.5 * a)
    for bad, message in (((a, -a, 0.5), "opposite"), ((a, 0 * a, 0.5), "not zero"),
                         ((a, b, 1.1), "t must be"), ((a, b[:2], 0.5), "one length")):
        with pytest.raises(ValueError, match=message):
            arc(*bad)


def test_anchors_are_typical_among_the_sure_ones():
    anchors = find_anchors(Brightness(), judge, count=201)
    draws = np.random.default_rng(0).standard_normal((201, 4)).astype(np.float32)
    assert list(anchors) == [3, 8]
    for digit, side in ((3, -1), (8, 1)):
        level = np.tanh(np.sort(side * draws[side * draws[:, 0] > 0][:, 0]))
        sure = level[len(level) // 2 :]  # the judge's chance grows with the level
        typical = sure[np.abs(sure - sure.mean()).argmin()]
        assert np.tanh(side * anchors[digit][0]) == pytest.approx(typical, abs=1e-6)


@pytest.mark.parametrize("path", PATHS)
def test_every_way_starts_and_ends_at_the_same_digits(path):
    start, end = np.float32([-2, 1, 0, 0]), np.float32([2, 0, 1, 0])
    way = walk(Brightness(), judge, start, end, path, np.linspace(0, 1, 5))
    level = (np.tanh([-2, 2]) + 1) / 2
    assert way.images.shape == (5, 28, 28) and way.chances.shape == (5, 10)
    np.testing.assert_allclose(way.images[[0, -1], 0, 0], level, atol=1e-6)
    np.testing.assert_allclose(way.chances.sum(axis=1), 1, atol=1e-5)
    assert way.chances[0].argmax() == 3 and way.chances[-1].argmax() == 8


def test_mixing_pixels_is_a_mean_of_images_and_the_noise_is_not():
    start, end = np.float32([-2, 1, 0, 0]), np.float32([0.5, 0, 1, 0])
    half = {path: walk(Brightness(), judge, start, end, path, [0.5]).images[0, 0, 0] for path in PATHS}
    ends = (np.tanh([-2, 0.5]) + 1) / 2
    assert half["mistura de pixels"] == pytest.approx(ends.mean(), abs=1e-6)
    assert half["reta no ruído z"] == pytest.approx((np.tanh(-0.75) + 1) / 2, abs=1e-6)


def test_view_follows_its_controls():
    view = widgets.latent_walk(Brightness(), judge)
    pictures = {view.picture.png}
    for place, digit in ((0, 3), (100, 8)):
        view.controls["place"].value = place
        pictures.add(view.picture.png)
        assert f"o juiz lê <b>{digit}</b>" in view.caption.value
    for path in PATHS[1:]:
        view.controls["path"].value = path
        assert path in view.caption.value
    assert len(pictures) == 3 and FRAMES == 9
    view.controls["end"].value = 3
    assert "escolha dois dígitos diferentes" in view.caption.value


def test_bad_input():
    with pytest.raises(ValueError, match="path must be one of"):
        walk(Brightness(), judge, np.zeros(4), np.ones(4), "atalho", [0.5])

    def stubborn(images):
        return torch.zeros(len(images), 10)

    with pytest.raises(ValueError, match="at least two digits"):
        widgets.latent_walk(Brightness(), stubborn)
