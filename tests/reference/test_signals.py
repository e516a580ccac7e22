"""signals: against the slides, OpenCV and Pillow."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from lessonlib.reference.signals import at, merge_channels, quantize, rgb_to_gray, split_channels

SIGNAL = (4.5, 7, 8, -4, 3)
IMAGE = [[4, 7, 6], [2, 0, 0], [7, 1, 1]]
RED = [[255, 128, 0], [255, 0, 0], [128, 0, 128]]
GREEN = [[255, 128, 0], [0, 255, 0], [128, 1, 1]]
BLUE = [[255, 128, 0], [0, 255, 0], [7, 254, 1]]
COLOUR = [[(255, 255, 255), (128, 128, 128), (0, 0, 0)],
          [(255, 0, 0), (0, 255, 255), (0, 0, 0)],
          [(128, 128, 7), (0, 1, 254), (128, 1, 1)]]
PHOTOS = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=8).map(lambda shape: (*shape, 3)))


def test_at_counts_from_one_as_slides_s09_and_s10():
    assert [at(SIGNAL, n) for n in range(1, 6)] == [4.5, 7, 8, -4, 3]
    assert (at(IMAGE, 1, 1), at(IMAGE, 1, 2), at(IMAGE, 1, 3), at(IMAGE, 2, 1)) == (4, 7, 6, 2)


def test_at_returns_python_numbers_and_whole_pixels():
    assert type(at(np.array(IMAGE, dtype=np.uint8), 1, 1)) is int
    assert at(COLOUR, 3, 1).tolist() == [128, 128, 7]   # slide S12
    assert at(COLOUR, 3, 2, 3) == 254
    assert at(IMAGE, 2).tolist() == [2, 0, 0]


def test_at_gives_a_copy():
    image = np.array(IMAGE)
    at(image, 1)[:] = 99
    assert image.tolist() == IMAGE


def test_at_shows_missing_samples():
    assert np.isnan(at([1.0, np.nan], 2))


@pytest.mark.parametrize("index", [(0, 1), (-1, 1), (4, 1), (1, 4), (1.0, 1), (True, 1), ("1", 1), (None, 1)])
def test_at_refuses_positions_outside_the_image(index):
    with pytest.raises(ValueError, match=r"index [12] must be from 1 to 3"):
        at(IMAGE, *index)


@pytest.mark.parametrize(("x", "index"), [(IMAGE, ()), (IMAGE, (1, 1, 1)), (5, (1,)), ([[1], [1, 2]], (1,)),
                                          ([], (1,))])
def test_at_refuses_other_nonsense(x, index):
    with pytest.raises(ValueError, match=r"x |index 1 "):
        at(x, *index)


@given(arrays(np.uint8, array_shapes(max_dims=3)), st.integers(2, 256))
def test_quantize_is_the_nearest_level_of_its_interval(image, levels):
    found = quantize(image, levels)
    assert found.dtype == np.uint8 and found.shape == image.shape
    for before, after in zip(image.ravel().tolist(), found.ravel().tolist(), strict=True):
        assert after == round(before * levels // 256 * 255 / (levels - 1))


@given(st.integers(2, 256))
def test_quantize_uses_every_level_and_keeps_the_order(levels):
    ramp = quantize(np.arange(256), levels)
    assert len(np.unique(ramp)) == levels and ramp[0] == 0 and ramp[-1] == 255
    assert (np.diff(ramp.astype(int)) >= 0).all()


def test_quantize_extremes():
    ramp = np.arange(256)
    assert (quantize(ramp, 256) == ramp).all()
    assert (quantize(ramp, 2) == np.where(ramp < 128, 0, 255)).all()


@pytest.mark.parametrize("levels", [1, 0, -4, 257, 4.0, True, "4"])
def test_quantize_refuses_levels(levels):
    with pytest.raises(ValueError, match=r"levels must be .* got"):
        quantize(IMAGE, levels)


@pytest.mark.parametrize("image", [[0.5, 1.0], [-1, 3], [256], [], [[1], [1, 2]], ["a"], [np.nan]])
def test_quantize_refuses_images(image):
    with pytest.raises(ValueError, match="image must"):
        quantize(image, 4)


@given(PHOTOS)
def test_gray_agrees_with_opencv_and_pillow(image):
    gray = rgb_to_gray(image)
    assert gray.dtype == np.uint8
    # They round a fixed-point product; ours rounds the exact one.
    assert np.abs(gray.astype(int) - cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)).max() <= 1
    assert np.abs(gray.astype(int) - np.asarray(Image.fromarray(image).convert("L"))).max() <= 1
    assert (np.abs(rgb_to_gray(image.astype(float)) - gray) <= 0.5 + 1e-9).all()


def test_gray_keeps_grey_and_unit_range():
    ramp = np.repeat(np.arange(256)[None, :, None], 3, axis=2)
    assert (rgb_to_gray(ramp) == np.arange(256)).all()
    assert rgb_to_gray(np.ones((1, 1, 3))) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("image", [IMAGE, np.zeros((2, 2, 4)), np.zeros((0, 2, 3)),
                                   np.full((1, 1, 3), np.inf), np.full((1, 1, 3), 300),
                                   np.full((1, 1, 3), -1)])
def test_gray_refuses(image):
    with pytest.raises(ValueError, match="image must"):
        rgb_to_gray(image)


def test_channels_of_slide_s12():
    image = merge_channels(RED, GREEN, BLUE)
    assert image.shape == (3, 3, 3) and image.tolist() == np.array(COLOUR).tolist()
    assert [channel.tolist() for channel in split_channels(COLOUR)] == [RED, GREEN, BLUE]


@given(PHOTOS)
def test_split_and_merge_are_inverses(image):
    channels = split_channels(image)
    again = merge_channels(*channels)
    assert again.dtype == np.uint8 and (again == image).all()
    channels[0][:] = 7   # copies: the image stays
    assert (again == image).all()


@pytest.mark.parametrize("channels", [(), (RED, [[1]]), (SIGNAL,), (RED, COLOUR), ([[]],), ([[np.nan]],)])
def test_merge_refuses(channels):
    with pytest.raises(ValueError, match=r"channels? .*must"):
        merge_channels(*channels)


@pytest.mark.parametrize("image", [IMAGE, SIGNAL, np.zeros((2, 2, 0)), [[["r"]]]])
def test_split_refuses(image):
    with pytest.raises(ValueError, match="image must"):
        split_channels(image)
