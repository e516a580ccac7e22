"""Fewer pixels and fewer levels: pixels against slicing, sizes in bits, every end of every control."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.quantizing import ALL, AVERAGE, PICK, digitize, pick

CAMERA, COFFEE = datasets.photo("camera"), datasets.photo("coffee")


@pytest.mark.parametrize("width", [256, 128, 64, 32, 16, 8, 4])
def test_picking_whole_blocks_is_a_slice(width):
    step = 512 // width
    np.testing.assert_array_equal(pick(CAMERA, width), CAMERA[step // 2 :: step, step // 2 :: step])


@given(st.integers(1, 8), st.sampled_from([ALL, 600, 256, 17, 4]), st.sampled_from([AVERAGE, PICK]))
def test_levels_and_size(bits, width, how):
    result = digitize(COFFEE, width, bits, how)
    columns = min(width, 600)
    assert result.image.shape == (round(400 * columns / 600), columns, 3)
    assert result.bits == result.image.size * bits
    levels = np.rint(np.arange(2**bits) * 255 / (2**bits - 1))
    assert np.isin(result.image, levels).all()


def test_all_pixels_and_eight_bits_are_the_photo():
    np.testing.assert_array_equal(digitize(CAMERA, ALL, 8).image, CAMERA)


def test_one_bit_is_a_threshold_at_the_middle():
    np.testing.assert_array_equal(digitize(CAMERA, ALL, 1).image, np.where(CAMERA >= 128, 255, 0))


@pytest.fixture(scope="module")
def view():
    return widgets.quantization_explorer({"fotógrafo": CAMERA, "café": COFFEE})


@pytest.mark.parametrize("who", ["fotógrafo", "café"])
@pytest.mark.parametrize("width", [4, ALL])
@pytest.mark.parametrize("bits", [1, 8])
def test_caption_at_the_ends_of_every_control(view, who, width, bits):
    for name, value in {"who": who, "width": width, "bits": bits}.items():
        view.controls[name].value = value
    photo = {"fotógrafo": CAMERA, "café": COFFEE}[who]
    result = digitize(photo, width, bits)
    rows, columns = result.image.shape[:2]
    assert f"{columns} × {rows} pixels, <b>{2**bits} níveis</b>" in view.caption.value
    assert f"({bits} {'bit' if bits == 1 else 'bits'})" in view.caption.value
    share = 100 * result.bits / (8 * photo.size)
    shown = view.caption.value.rsplit(", ", 1)[1].split("%")[0].replace(",", ".")
    assert float(shown) == pytest.approx(share, abs=0.005)


def test_controls_change_the_picture():
    view = widgets.quantization_explorer({"fotógrafo": CAMERA, "café": COFFEE})
    pictures = {view.picture.png}
    for name, value in {"bits": 1, "width": 64, "how": PICK, "who": "café"}.items():
        view.controls[name].value = value
        pictures.add(view.picture.png)
    assert len(pictures) == 5
