"""Mixing red, green and blue light: channels against plain arithmetic, captions against the photo."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.mixing import scale_channels

PHOTO = datasets.photo("astronaut")
CROP = PHOTO[300:320, 60:90]
PERCENT = st.tuples(*[st.integers(0, 100)] * 3)


@given(PERCENT)
def test_each_channel_against_plain_arithmetic(percent):
    np.testing.assert_array_equal(scale_channels(CROP, percent), np.rint(CROP * np.array(percent) / 100))


@given(PERCENT)
def test_light_adds_up(percent):
    parts = [scale_channels(CROP, np.where(np.arange(3) == k, percent, 0).tolist()) for k in range(3)]
    np.testing.assert_array_equal(sum(p.astype(int) for p in parts), scale_channels(CROP, percent))


def test_full_light_is_the_photo_and_the_photo_stays_as_it_was():
    before = CROP.copy()
    np.testing.assert_array_equal(scale_channels(CROP, (100, 100, 100)), before)
    assert not scale_channels(CROP, (0, 0, 0)).any()
    np.testing.assert_array_equal(CROP, before)


@pytest.mark.parametrize("percent", [(101, 0, 0), (0, -1, 0), (0, 0, float("nan"))])
def test_percentages_out_of_range_are_refused(percent):
    with pytest.raises(ValueError, match="percent must be three numbers from 0 to 100"):
        scale_channels(CROP, percent)


@pytest.mark.parametrize("image", [datasets.photo("camera"), CROP / 255, CROP[..., :2]])
def test_only_rgb_bytes_are_accepted(image):
    with pytest.raises(ValueError, match="image must be uint8 of shape H×W×3"):
        widgets.channel_mixer(image)


@pytest.mark.parametrize("percent", [(0, 0, 0), (100, 100, 100), (50, 0, 100)])
@pytest.mark.parametrize(("i", "j"), [(1, 1), (512, 512), (310, 80)])
def test_caption_shows_the_pixel_of_the_mix_and_of_the_photo(percent, i, j):
    view = widgets.channel_mixer(PHOTO, row=i, column=j)
    for name, value in zip("rgb", percent, strict=True):
        view.controls[name].value = value
    mixed = tuple(int(v) for v in np.rint(PHOTO[i - 1, j - 1] * np.array(percent) / 100))
    own = tuple(PHOTO[i - 1, j - 1].tolist())
    assert f"I({i}, {j}) = <b>{mixed}</b> (na foto: {own})" in view.caption.value
    swatch = re.search(r"background:#(\w{6})", view.caption.value)[1]
    assert tuple(bytes.fromhex(swatch)) == mixed


def test_every_control_changes_the_picture():
    view = widgets.channel_mixer(PHOTO, row=310, column=80)
    pictures = {view.picture.png}
    for name, value in {"r": 0, "g": 50, "b": 0, "i": 40, "j": 500}.items():
        view.controls[name].value = value
        pictures.add(view.picture.png)
    assert len(pictures) == 6
