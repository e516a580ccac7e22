"""Bars and gratings: symmetries, the light that a bar holds, SciPy's rotation, skimage's cosine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage.filters import gabor_kernel

from lessonlib.reference.stimuli import bar, grating

ANGLES = st.floats(-180, 180)
SIDES = st.integers(3, 30)


@given(SIDES, ANGLES, st.floats(-4, 4), st.floats(0.5, 6))
def test_a_bar_is_light_between_dark_and_bright_and_half_a_turn_brings_it_back(side, angle, offset, width):
    picture = bar(side, angle, offset, width)
    assert picture.min() >= 0 and picture.max() <= 1
    # After half a turn, "to the right" is to the left.
    np.testing.assert_allclose(bar(side, angle + 180, -offset, width), picture, atol=1e-9)


@given(SIDES, ANGLES, st.floats(-4, 4))
def test_a_quarter_turn_turns_the_picture_clockwise(side, angle, offset):
    for picture, turned in (
        (bar(side, angle, offset), bar(side, angle + 90, offset)),
        (grating(side, 0.1, angle), grating(side, 0.1, angle + 90)),
    ):
        np.testing.assert_allclose(turned, np.rot90(picture, -1), atol=1e-9)


@given(st.floats(0.2, 5), st.floats(-3, 3))
def test_an_upright_bar_lights_as_many_columns_as_it_is_wide(width, offset):
    assert bar(21, 0, offset, width)[0].sum() == pytest.approx(width, abs=1e-9 if width >= 1 else width)


@pytest.mark.parametrize("angle", [10, 45, 77, 120])
def test_a_turned_bar_is_scipys_rotation_of_the_upright_one(angle):
    # SciPy turns against the clock on screen, in a picture whose rows grow downwards.
    peer = ndimage.rotate(bar(61, 0, 0, 7, 25), -angle, reshape=False, order=1)
    np.testing.assert_allclose(bar(61, angle, 0, 7, 25), peer, atol=0.35)
    assert np.abs(bar(61, angle, 0, 7, 25) - peer).mean() < 0.006


@pytest.mark.parametrize("angle", [0, 30, 100])
def test_a_grating_is_the_wave_of_skimages_gabor(angle):
    peer = gabor_kernel(0.12, theta=np.radians(angle), sigma_x=1e6, sigma_y=1e6, n_stds=8e-6)
    wave = peer.real / peer.real.max()
    np.testing.assert_allclose(grating(len(wave), 0.12, angle), (1 + wave) / 2, atol=1e-9)


def test_opposite_phases_add_up_to_uniform_light():
    np.testing.assert_allclose(grating(9, 0.2, 33, 70) + grating(9, 0.2, 33, 250), 1)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: bar(0), "side"),
        (lambda: bar(2.5), "side"),
        (lambda: bar(5, width=0), "width"),
        (lambda: bar(5, width=float("nan")), "width"),
        (lambda: bar(5, length=-1), "length"),
        (lambda: grating(0, 0.1), "side"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
