"""Gabor functions and their fit, and the two measures of a filter, against skimage and known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.filters import gabor_kernel

from lessonlib.reference.edges import SOBEL_X, SOBEL_Y
from lessonlib.reference.filter_measures import color_share, orientation
from lessonlib.reference.gabor import fit_gabor, gabor


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_gabor_is_skimages(angle):
    peer = gabor_kernel(0.15, theta=np.radians(angle), sigma_x=1.5, sigma_y=1.5, n_stds=4)
    ours = gabor(peer.shape[0], 0.15, angle, 1.5)
    assert peer.shape[0] == peer.shape[1]
    np.testing.assert_allclose(ours, peer.real * 2 * np.pi * 1.5**2, atol=1e-12)
    edge = gabor(peer.shape[0], 0.15, angle, 1.5, phase=-90)
    np.testing.assert_allclose(edge, peer.imag * 2 * np.pi * 1.5**2, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 179), st.floats(0.12, 0.3), st.floats(1.4, 2.5), st.integers(0, 359))
def test_fit_finds_what_was_put_in(angle, frequency, sigma, phase):
    fit = fit_gabor(5 * gabor(11, frequency, angle, sigma, phase))
    assert fit.r2 > 0.995
    assert abs((fit.angle - angle + 90) % 180 - 90) < 8 and abs(fit.frequency - frequency) < 0.04


def test_fit_moves_and_scales():
    moved = np.roll(gabor(15, 0.2, 20, 1.5, 50), (2, -3), (0, 1)) * -7
    fit = fit_gabor(moved)
    assert fit.r2 > 0.99
    np.testing.assert_allclose(fit.picture, moved, atol=0.7)
    residual = 1 - np.sum((fit.picture - moved) ** 2) / np.sum(moved**2)
    assert residual == pytest.approx(fit.r2, abs=1e-9)


def test_noise_is_no_gabor_and_zeros_are_nothing():
    rng = np.random.default_rng(0)
    assert max(fit_gabor(f).r2 for f in rng.normal(size=(10, 11, 11))) < 0.7
    nothing = fit_gabor(np.zeros((5, 5)))
    assert nothing.r2 == 0 and not nothing.picture.any()


@pytest.mark.parametrize("angle", [0, 15, 60, 90, 120, 170])
def test_orientation_of_a_gabor(angle):
    found = orientation(gabor(11, 0.2, angle, 2, 90))
    assert found.index > 0.7 and abs((found.angle - angle + 90) % 180 - 90) < 2


def test_orientation_of_sobel_of_a_point_and_of_nothing():
    assert orientation(SOBEL_X).angle == pytest.approx(0, abs=1e-6)
    assert orientation(SOBEL_Y).angle == pytest.approx(90, abs=1e-6)
    point = np.zeros((9, 9))
    point[4, 4] = 1
    assert orientation(point).index < 0.01
    flat = orientation(np.full((5, 5), 3.0))
    assert flat.index == 0 and np.isnan(flat.angle)


def test_color_share_is_the_energy_left_without_grey():
    weights = np.random.default_rng(1).normal(size=(6, 3, 5, 5))
    left = weights - weights.mean(axis=1, keepdims=True)
    expected = (left**2).sum((1, 2, 3)) / (weights**2).sum((1, 2, 3))
    np.testing.assert_allclose(color_share(weights), expected)
    assert np.isnan(color_share(np.zeros((1, 3, 2, 2)))).all()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: gabor(0, 0.1), "side"),
        (lambda: gabor(5, 0.1, sigma=0), "sigma"),
        (lambda: fit_gabor(np.zeros((2, 5))), "picture"),
        (lambda: fit_gabor(np.zeros(5)), "picture"),
        (lambda: orientation([1, 2]), "picture"),
        (lambda: color_share(np.zeros((3, 2, 2))), "weights"),
        (lambda: color_share(np.zeros((1, 4, 2, 2))), "weights"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
