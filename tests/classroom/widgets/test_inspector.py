"""The magnifying glass: the pixel, its two addresses and its neighbours against np.pad."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.inspector import inspect

CAMERA = datasets.photo("camera")
CROP = CAMERA[100:109, 200:206]


@given(st.integers(1, 9), st.integers(1, 6))
def test_window_against_numpy_pad(i, j):
    pixel = inspect(CROP, i, j)
    padded = np.pad(CROP.astype(float), 3, constant_values=np.nan)
    np.testing.assert_array_equal(pixel.window, padded[i - 1 : i + 6, j - 1 : j + 6])
    assert pixel.value == CROP[pixel.python] == pixel.window[3, 3]
    assert pixel.python == (i - 1, j - 1)


def test_a_colour_pixel_has_three_numbers_and_no_window():
    pixel = inspect(datasets.photo("coffee"), 1, 600)
    assert pixel.value == tuple(datasets.photo("coffee")[0, 599].tolist())
    assert pixel.window.size == 0


@pytest.mark.parametrize(("i", "j"), [(0, 1), (1, 0), (10, 1), (1, 7), (-1, 1)])
def test_positions_outside_are_refused(i, j):
    with pytest.raises(ValueError, match="index"):
        inspect(CROP, i, j)


def test_caption_and_picture_at_the_four_corners():
    view = widgets.pixel_inspector(CAMERA, row=153, column=258)
    assert "I(153, 258) = <b>215</b>" in view.caption.value
    pictures = {view.picture.png}
    for i in (1, 512):
        for j in (1, 512):
            view.controls["i"].value, view.controls["j"].value = i, j
            assert f"I({i}, {j}) = <b>{CAMERA[i - 1, j - 1]}</b>" in view.caption.value
            assert f"imagem[{i - 1}, {j - 1}]" in view.caption.value
            pictures.add(view.picture.png)
    assert len(pictures) == 5


def test_a_small_image_and_a_large_one_both_fit():
    for shape in ((9, 6), (1200, 300), (300, 1200)):
        view = widgets.pixel_inspector(np.zeros(shape, np.uint8))
        width, height = Image.open(io.BytesIO(view.picture.png)).size
        assert width <= 1000 and height <= 540


@pytest.mark.parametrize("image", [datasets.photo("coffee"), CAMERA.astype(float)])
def test_only_grey_bytes_are_accepted(image):
    with pytest.raises(ValueError, match="image must be a grey uint8 image"):
        widgets.pixel_inspector(image)
