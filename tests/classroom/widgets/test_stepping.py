"""Lesson 04, the mask on a photo: pixel sums against SciPy, the mask editor, the grey scale."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from scipy import ndimage

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.kernel_grid import CUSTOM, PRESETS_3X3, KernelGrid, kernel_of
from lessonlib.classroom.widgets.stepping import grey_range, pixel_sum

CAMERA = datasets.photo("camera")[::4, ::4]
COINS = datasets.photo("coins")[::4, ::4]
SOBEL = (((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), 1)


@given(
    arrays(float, (4, 5), elements=st.integers(0, 255).map(float)),
    arrays(float, (3, 3), elements=st.integers(-9, 9).map(float)),
    st.integers(1, 4),
    st.integers(1, 5),
)
def test_pixel_sums_are_scipys(image, kernel, row, column):
    convolved = ndimage.convolve(image, kernel, mode="constant")
    correlated = ndimage.correlate(image, kernel, mode="constant")
    assert pixel_sum(image, kernel, row, column, True).total == convolved[row - 1, column - 1]
    assert pixel_sum(image, kernel, row, column, False).total == correlated[row - 1, column - 1]


@pytest.mark.parametrize("name", PRESETS_3X3)
def test_presets_stay_in_the_grey_scale_that_is_shown(name):
    kernel = kernel_of(PRESETS_3X3[name])
    low, high = grey_range(kernel)
    if low < 0:  # the strongest answers are a photo that is white under one sign and black under the other
        assert high == -low == 255 * np.clip(kernel, 0, None).sum() == -255 * np.clip(kernel, None, 0).sum()
    else:
        assert kernel.sum() == pytest.approx(1)


def test_an_all_zero_mask_has_a_grey_scale_too():
    assert grey_range(np.zeros((3, 3))) == (0, 255)


def test_typing_a_preset_by_hand_selects_it_in_the_menu():
    grid = KernelGrid(value="identidade")
    for box, number in zip(grid.boxes, (1, 2, 1, 2, 4, 2, 1, 2, 1), strict=True):
        box.value = number
    assert grid.menu.value == CUSTOM
    grid.divisor.value = 16
    assert grid.menu.value == "gaussiana"
    np.testing.assert_array_equal(grid.kernel, np.outer([1, 2, 1], [1, 2, 1]) / 16)


def test_a_preset_changes_the_value_once():
    grid, seen = KernelGrid(), []
    grid.observe(lambda change: seen.append(change["new"]), names="value")
    grid.menu.value = "Sobel Gx"
    assert seen == [SOBEL]
    assert [box.value for box in grid.boxes] == [-1, 0, 1, -2, 0, 2, -1, 0, 1]


def test_setting_the_value_fills_boxes_and_menu():
    grid = KernelGrid()
    grid.value = (((0, 0, 0), (0, 7, 0), (0, 0, 0)), 2)
    assert grid.boxes[4].value == 7 and grid.divisor.value == 2 and grid.menu.value == CUSTOM
    assert grid.kernel[1, 1] == 3.5


def test_custom_entry_keeps_the_numbers():
    grid = KernelGrid(value="realce")
    before = grid.value
    grid.menu.value = CUSTOM
    assert grid.value == before


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="9 numbers"):
        KernelGrid().value = (((1, 2), (3, 4)), 1)


@pytest.mark.parametrize(
    ("value", "message"),
    [((((1, 2), (3, 4)), 0), "divisor é 0"), ((((float("nan"), 2), (3, 4)), 1), "caixa sem número")],
)
def test_masks_that_make_no_sense_are_explained_in_portuguese(value, message):
    with pytest.raises(ValueError, match=message):
        kernel_of(value)


def _view():
    return widgets.kernel_stepper({"fotógrafo": CAMERA, "moedas": COINS}, pixel=(20, 30))


def test_caption_carries_the_number_of_the_pixel():
    view = _view()
    view.controls["mask"].menu.value = "Sobel Gx"
    for flipped, oracle in ((True, ndimage.convolve), (False, ndimage.correlate)):
        view.controls["flipped"].value = flipped
        expected = int(oracle(CAMERA.astype(int), np.array(SOBEL[0]), mode="constant")[19, 29])
        assert f"<b>{expected}</b>".replace("-", "−") in view.caption.value


def test_divisor_zero_shows_a_message_and_recovers():
    view = _view()
    view.controls["mask"].divisor.value = 0
    assert "divisor é 0" in view.caption.value
    view.controls["mask"].divisor.value = 9
    assert "Pixel da linha 20" in view.caption.value


def test_ends_of_the_sliders_on_the_smaller_photo():
    view = _view()
    view.controls["photo"].value = "moedas"
    view.controls["row"].value = view.controls["row"].max
    view.controls["column"].value = view.controls["column"].max
    assert f"linha {COINS.shape[0]}, coluna {min(128, COINS.shape[1])}:" in view.caption.value
    view.controls["row"].value = view.controls["column"].value = 1
    assert "linha 1, coluna 1:" in view.caption.value


def test_partial_view_hides_what_is_not_computed_yet():
    view = _view()
    whole = np.asarray(Image.open(io.BytesIO(view.picture.png)))
    view.controls["partial"].value = True
    partial = np.asarray(Image.open(io.BytesIO(view.picture.png)))
    blue = (partial == (0xCF, 0xE3, 0xF1)).all(axis=-1)
    assert blue.sum() > 10_000
    assert not (whole == (0xCF, 0xE3, 0xF1)).all(axis=-1).any()


def test_colour_photos_are_refused():
    with pytest.raises(ValueError, match="H×W"):
        widgets.kernel_stepper({"x": np.zeros((5, 5, 3))})
