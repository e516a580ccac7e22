"""Sheets of cells over a picture: scikit-image's Gabor filter, SciPy's correlation, cells one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage, signal
from skimage import filters

from lessonlib import datasets
from lessonlib.reference.cortex_sheets import combine, complex_map, coverage, simple_map
from lessonlib.reference.visual_cortex import complex_cell, quadrature_pair, simple_cell, simple_field

PHOTO = datasets.photo("camera")[100:200, 180:300] / 255


@pytest.mark.parametrize("side", [5, 9, 15])  # below and above the size where the FFT takes over
def test_simple_sheet_is_scipys_correlation_rectified(side):
    field = simple_field(side, 0.15, 40, side / 5, 60)
    peer = np.maximum(signal.correlate2d(PHOTO, field, "valid"), 0)
    np.testing.assert_allclose(simple_map(PHOTO, field), peer, atol=1e-12)
    np.testing.assert_allclose(simple_map(PHOTO, field, 0.1), np.maximum(peer - 0.1, 0), atol=1e-12)


@pytest.mark.parametrize("angle", [0, 45, 110])
def test_complex_sheet_is_skimages_gabor_energy(angle):
    """scikit-image keeps the mean of the even filter; on a photo without mean light it hardly matters."""
    sigma, frequency = 3.0, 0.2
    flat = PHOTO - ndimage.gaussian_filter(PHOTO, 8)
    parts = filters.gabor(flat, frequency, np.radians(angle), sigma_x=sigma, sigma_y=sigma, n_stds=4)
    side = filters.gabor_kernel(frequency, np.radians(angle), sigma_x=sigma, sigma_y=sigma, n_stds=4).shape[0]
    ours, half = complex_map(flat, quadrature_pair(side, frequency, angle, sigma)), side // 2
    peer = np.hypot(*parts)[half:-half, half:-half]
    ratio = ours.sum() / peer.sum()  # their kernels have another scale
    np.testing.assert_allclose(ours, ratio * peer, atol=0.01 * ours.max())


def test_a_sheet_holds_the_answers_of_single_cells():
    field, pair = simple_field(9, 0.2, 20, 2, 45), quadrature_pair(9, 0.2, 20, 2)
    for row, column in [(0, 0), (50, 31), (91, 111)]:
        patch = PHOTO[row : row + 9, column : column + 9]
        assert simple_map(PHOTO, field)[row, column] == pytest.approx(float(simple_cell(patch, field)))
        assert complex_map(PHOTO, pair)[row, column] == pytest.approx(float(complex_cell(patch, pair)))


@given(st.integers(1, 5), st.integers(5, 9), st.integers(5, 9))
def test_pictures_in_a_stack_do_not_see_each_other(count, height, width):
    stack = np.random.default_rng(count).normal(size=(count, height, width))
    pair = quadrature_pair(5, 0.25, 70, 1.5)
    together = complex_map(stack, pair)
    assert together.shape == (count, height - 4, width - 4)
    for picture, sheet in zip(stack, together, strict=True):
        np.testing.assert_allclose(sheet, complex_map(picture, pair), atol=1e-12)


SHAPES = st.tuples(st.just(2), st.integers(4, 8), st.integers(4, 8))
MAPS = hnp.arrays(float, SHAPES, elements=st.floats(0, 9))
TAPS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-3, 3), st.integers(-3, 3), st.floats(-2, 2)),
    min_size=1,
    max_size=4,
)


@given(MAPS, TAPS, st.floats(-3, 8))
def test_second_level_units_are_a_scipy_correlation_with_a_mask_of_the_taps(maps, taps, threshold):
    masks = np.zeros((2, 7, 7))
    for index, down, right, weight in taps:
        masks[index, 3 + down, 3 + right] += weight
    total = sum(ndimage.correlate(m, k, mode="constant") for m, k in zip(maps, masks, strict=True))
    np.testing.assert_allclose(combine(maps, taps, threshold), np.maximum(total - threshold, 0), atol=1e-9)


def test_corner_units_tell_seven_from_one_and_zero():
    """Upper right corner: it fires at most sevens, at hardly any one. Lower left: at zeros, not at sevens."""
    digits, labels = datasets.digits("test")
    digits = np.pad(digits / 255, ((0, 0), (4, 4), (4, 4)))
    upright, lying = (complex_map(digits, quadrature_pair(9, 0.18, angle, 2.2)) for angle in (0, 90))
    corners = {"┐": [(1, 0, -4, 1), (0, 4, 0, 1)], "└": [(1, 0, 4, 1), (0, -4, 0, 1)]}
    share = {}
    for name, taps in corners.items():
        fires = [combine(pair, taps, 1.0).any() for pair in zip(upright, lying, strict=True)]
        share[name] = [np.mean(np.array(fires)[labels == k]) for k in range(10)]
    assert share["┐"][7] > 0.9 and share["┐"][1] < 0.1
    assert share["└"][0] > 0.9 and share["└"][7] < 0.15


@given(st.integers(1, 12), st.integers(1, 15), st.integers(12, 30), st.integers(12, 30))
def test_coverage_counts_the_fields_one_by_one(side, spacing, height, width):
    counts = np.zeros((height, width), int)
    for top in range(0, height - side + 1, spacing):
        for left in range(0, width - side + 1, spacing):
            counts[top : top + side, left : left + side] += 1
    np.testing.assert_array_equal(coverage((height, width), side, spacing), counts)


def test_fields_side_by_side_cover_once_and_half_overlaps_four_times():
    assert (coverage((12, 12), 4, 4) == 1).all()
    assert coverage((12, 12), 4, 2)[2:-2, 2:-2].tolist() == [[4] * 8] * 8


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: simple_map(np.ones((3, 3)), np.ones((5, 5))), "field"),
        (lambda: simple_map(np.ones(9), np.ones((3, 3))), "image"),
        (lambda: simple_map(np.full((5, 5), np.inf), np.ones((3, 3))), "image"),
        (lambda: complex_map(np.ones((5, 5)), np.ones((1, 3, 3))), "pair"),
        (lambda: combine(np.ones((2, 3, 3)), []), "taps"),
        (lambda: combine(np.ones((2, 3, 3)), [(2, 0, 0, 1)]), "taps"),
        (lambda: combine(np.ones((2, 3, 3)), [(0, 3, 0, 1)]), "taps"),
        (lambda: combine(np.ones((3, 3)), [(0, 0, 0, 1)]), "maps"),
        (lambda: coverage((5, 5), 6, 1), "side"),
        (lambda: coverage((5, 5), 0, 1), "side"),
        (lambda: coverage((5, 5), 2, 0), "spacing"),
    ],
)
def test_bad_input_is_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
