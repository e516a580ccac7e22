"""edges: against the slides, SciPy and OpenCV."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from lessonlib.reference.edges import SOBEL_X, SOBEL_Y, sobel

PATCHES = {"flat": ([[10, 10, 10], [10, 10, 10], [10, 10, 10]], 0, 0, 0),
           "vertical": ([[0, 10, 10], [0, 10, 10], [0, 10, 10]], 40, 0, 40),
           "diagonal": ([[10, 10, 10], [0, 10, 10], [0, 0, 10]], 30, -30, 42.42640687119285),
           "horizontal": ([[10, 10, 10], [10, 10, 10], [0, 0, 0]], 0, -40, 40)}
IMAGES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=9),
                elements=st.integers(0, 255))


@pytest.mark.parametrize(("patch", "gx", "gy", "magnitude"), PATCHES.values(), ids=PATCHES.keys())
def test_slide_s30(patch, gx, gy, magnitude):
    found = sobel(patch)
    assert found.gx.tolist() == [[gx]] and found.gy.tolist() == [[gy]]
    assert found.magnitude.item() == pytest.approx(magnitude, abs=1e-14)


def test_kernels_cannot_be_changed_by_accident():
    assert SOBEL_X.tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert SOBEL_Y.tolist() == [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    for kernel in (SOBEL_X, SOBEL_Y):
        with pytest.raises(ValueError, match="read-only"):
            kernel[0, 0] = 5


@given(IMAGES)
def test_agrees_with_scipy_and_opencv(image):
    gx, gy, magnitude = sobel(image)
    assert gx.dtype == gy.dtype == np.int64
    inside = (slice(1, -1), slice(1, -1))
    assert (gx == ndimage.sobel(image.astype(int), axis=1)[inside]).all()
    assert (gy == ndimage.sobel(image.astype(int), axis=0)[inside]).all()
    assert (gx == cv2.Sobel(image, cv2.CV_64F, 1, 0)[inside]).all()
    np.testing.assert_allclose(magnitude, np.sqrt(gx**2.0 + gy**2.0), rtol=1e-15)


@given(IMAGES)
def test_padding_is_a_black_frame(image):
    found = sobel(image, padding=1)
    assert found.gx.shape == image.shape
    assert (found.gx == ndimage.sobel(image.astype(int), axis=1, mode="constant")).all()


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 135, 180, -45, -90, -179])
def test_orientation_of_a_ramp(degrees):
    rows, columns = np.mgrid[:5, :6]
    ramp = columns * np.cos(np.radians(degrees)) + rows * np.sin(np.radians(degrees))
    np.testing.assert_allclose(sobel(ramp).orientation, degrees, atol=1e-10)
    np.testing.assert_allclose(sobel(ramp).magnitude, 8, rtol=1e-12)


def test_orientation_to_the_left_is_180_whatever_the_sign_of_zero():
    ramp = np.tile(np.arange(5.0)[::-1], (5, 1))
    assert (sobel(ramp).orientation == 180).all()
    assert (sobel(np.array(ramp, int)).orientation == 180).all()
    gradient = sobel(ramp)
    assert (gradient._replace(gy=-0.0 * np.abs(gradient.gy)).orientation == 180).all()


def test_orientation_is_unknown_where_nothing_changes():
    assert np.isnan(sobel(np.full((4, 4), 7)).orientation).all()


@pytest.mark.parametrize("image", [np.ones((2, 5)), np.ones((5, 2)), np.ones(9), np.ones((5, 5, 3)), [[]],
                                   np.ones((0, 3)), np.full((3, 3), np.nan), [[1, 2, 3], [1, 2, 3], [1, 2]]])
def test_sobel_refuses(image):
    with pytest.raises(ValueError, match=r"^(image|k) must"):
        sobel(image)


@pytest.mark.parametrize("padding", [-1, 0.5, "1"])
def test_sobel_refuses_padding(padding):
    with pytest.raises(ValueError, match="^padding must"):
        sobel(np.ones((5, 5)), padding)
