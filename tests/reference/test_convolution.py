"""convolution: against the slides, NumPy, SciPy, PyTorch, and its own definition by loops."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage, signal
from torch.utils.flop_counter import FlopCounterMode

from lessonlib.reference import _sliding
from lessonlib.reference.convolution import (
    convolve,
    convolve2d,
    correlate2d,
    correlate2d_loops,
    correlate2d_separable,
    count_multiplications,
    fft_correlate2d,
    flip,
    is_separable,
    output_size,
    separate,
)

S = (4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2)
W = (3, 7, 5)
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
LAPLACE = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
PATCHES = [[[10, 10, 10], [10, 10, 10], [10, 10, 10]],
           [[0, 10, 10], [0, 10, 10], [0, 10, 10]],
           [[10, 10, 10], [0, 10, 10], [0, 0, 10]],
           [[10, 10, 10], [10, 10, 10], [0, 0, 0]]]

FLOATS = st.floats(-1e3, 1e3).map(lambda v: round(v, 3))
PAIRS = st.tuples(st.integers(0, 2), st.integers(0, 2))
MASKS = arrays(int, st.integers(1, 9), elements=st.integers(-99, 99))
STEPS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def an_image_and_a_kernel(draw, dtype=float, elements=FLOATS, longest=9):
    shape = draw(st.tuples(st.integers(1, longest), st.integers(1, longest)))
    kernel_shape = tuple(draw(st.integers(1, n)) for n in shape)
    return draw(arrays(dtype, shape, elements=elements)), draw(arrays(dtype, kernel_shape, elements=elements))


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# --- flip and convolve


def test_slide_s28():
    assert flip(W).tolist() == [5, 7, 3]
    valid = [36, 50, 83, 68, 29, 45, 71, 61, 70, 105, 87, 48]
    assert convolve(S, W, "valid").tolist() == valid
    assert convolve(S, W, "same").tolist() == [31, *valid, 19]
    assert convolve(S, W).tolist() == [12, 31, *valid, 19, 10]


@given(arrays(float, array_shapes(max_dims=3), elements=FLOATS))
def test_flipping_twice_gives_the_mask_back(w):
    assert (flip(flip(w)) == w).all()
    assert flip(w)[(0,) * w.ndim] == w[(-1,) * w.ndim]


@given(st.integers(1, 20), st.data(), st.sampled_from(["valid", "same", "full"]))
def test_convolve_agrees_with_numpy(n, data, mode):
    s = data.draw(arrays(float, n, elements=FLOATS))
    w = data.draw(arrays(float, st.integers(1, n), elements=FLOATS))
    np.testing.assert_allclose(convolve(s, w, mode), np.convolve(s, w, mode), rtol=1e-12, atol=1e-8)


@given(MASKS, MASKS, MASKS)
def test_convolution_commutes_and_associates(a, b, c):
    assert (convolve(a, b) == convolve(b, a)).all()
    assert (convolve(convolve(a, b), c) == convolve(a, convolve(b, c))).all()


@pytest.mark.parametrize(("s", "w", "mode"), [
    (W, S, "valid"), (S, W, "other"), ((), W, "full"), ([S], W, "full"), (S, (1, np.nan), "full")])
def test_convolve_refuses(s, w, mode):
    with pytest.raises(ValueError, match="^(s|w|mode) must"):
        convolve(s, w, mode)


# --- correlate2d and convolve2d


@pytest.mark.parametrize(("patch", "correlated", "convolved"),
                         list(zip(PATCHES, [0, 40, 30, 0], [0, -40, -30, 0], strict=True)))
def test_slide_s30(patch, correlated, convolved):
    assert correlate2d(patch, SOBEL).tolist() == correlate2d_loops(patch, SOBEL).tolist() == [[correlated]]
    assert convolve2d(patch, SOBEL).tolist() == [[convolved]]
    assert correlate2d(patch, SOBEL).dtype == np.int64


@given(an_image_and_a_kernel())
def test_agrees_with_scipy(pair):
    image, kernel = pair
    correlated, convolved = (f(image, kernel, "valid") for f in (signal.correlate2d, signal.convolve2d))
    np.testing.assert_allclose(correlate2d(image, kernel), correlated, rtol=0, atol=1e-7)
    np.testing.assert_allclose(convolve2d(image, kernel), convolved, rtol=0, atol=1e-7)


def by_torch(image, kernel, padding=0, stride=1, dilation=1):
    image, kernel = torch.from_numpy(image)[None, None], torch.from_numpy(kernel)[None, None]
    return torch.nn.functional.conv2d(image, kernel, None, stride, padding, dilation)[0, 0].numpy()


@given(an_image_and_a_kernel(), PAIRS, STEPS, STEPS)
def test_agrees_with_torch(pair, padding, stride, dilation):
    image, kernel = pair
    try:
        expected = by_torch(image, kernel, padding, stride, dilation)
    except RuntimeError:
        with pytest.raises(ValueError, match="k must fit"):
            correlate2d(image, kernel, padding, stride, dilation)
        return
    found = correlate2d(image, kernel, padding, stride, dilation)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-7)


@given(an_image_and_a_kernel(np.uint8, st.integers(0, 255), longest=6), PAIRS, STEPS)
def test_fast_equals_loops_exactly_on_bytes(pair, padding, stride):
    image, kernel = pair
    expected = correlate2d_loops(image, kernel, padding, stride)
    found = correlate2d(image, kernel, padding, stride)
    assert found.dtype == expected.dtype == np.int64 and (found == expected).all()
    turned = convolve2d(image, kernel, padding, stride)
    assert (turned == correlate2d_loops(image, kernel[::-1, ::-1], padding, stride)).all()


@pytest.mark.parametrize(("padding", "stride", "dilation"),
                         [(0, 1, 1), (3, 1, 1), (0, 2, 1), (2, (3, 1), (2, 4))])
@pytest.mark.parametrize("strip", [1, 3000, 65_536])
def test_strips_join_without_a_seam(monkeypatch, strip, padding, stride, dilation):
    monkeypatch.setattr(_sliding, "_STRIP", strip)
    rng = np.random.default_rng(0)
    image, kernel = rng.random((97, 61)), rng.random((7, 5))
    found = correlate2d(image, kernel, padding, stride, dilation)
    np.testing.assert_allclose(found, by_torch(image, kernel, padding, stride, dilation), rtol=1e-13)


def test_integers_stay_exact_up_to_float64_and_turn_float_beyond():
    assert correlate2d([[2**26, 2**26]], [[2**25, 2**25 - 1]]).tolist() == [[2**52 - 2**26]]
    beyond = correlate2d([[2**30, 2**30]], [[2**30, 2**30]])
    assert beyond.dtype == np.float64 and beyond[0, 0] == 2.0**61


def test_convolution_of_convolution_is_one_5x5_kernel():
    rng = np.random.default_rng(0)
    image, a, b = rng.random((12, 11)), rng.random((3, 3)), rng.random((3, 3))
    both = convolve2d(a, b, padding=2)
    assert both.shape == (5, 5)
    np.testing.assert_allclose(convolve2d(convolve2d(image, a), b), convolve2d(image, both), rtol=1e-12)


def test_arguments_are_left_alone():
    image, kernel = np.ones((5, 5)), np.array(SOBEL, float)
    image.flags.writeable = kernel.flags.writeable = False
    for function in (correlate2d, convolve2d, correlate2d_loops, fft_correlate2d, correlate2d_separable):
        assert function(image, kernel, 1).shape == (5, 5)
        assert function(image.T[::2], kernel).shape == (1, 3)   # a view with strides


IMAGE = np.ones((4, 5))
BAD = [((np.ones(4), SOBEL), "image"), ((IMAGE, W), "kernel"), ((IMAGE[None], SOBEL), "image"),
       (([[]], SOBEL), "image"), ((IMAGE, [[]]), "kernel"), ((IMAGE * np.nan, SOBEL), "image"),
       ((IMAGE, [[np.inf]]), "kernel"), (([["a"]], SOBEL), "image"), (([[1, 2], [3]], SOBEL), "image"),
       ((IMAGE, SOBEL, -1), "padding"), ((IMAGE, SOBEL, 0.5), "padding"),
       ((IMAGE, SOBEL, (1, 2, 3)), "padding"), ((IMAGE, SOBEL, "same"), "padding")]
FUNCTIONS = [correlate2d, convolve2d, correlate2d_loops, fft_correlate2d, correlate2d_separable]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("arguments", "name"), BAD)
def test_2d_functions_refuse(function, arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must .*got"):
        function(*arguments)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_2d_functions_refuse_a_kernel_larger_than_the_image(function):
    with pytest.raises(ValueError, match=r"^k(ernel)? must .* (got|spans)"):
        function(IMAGE, np.ones((5, 1)))
    with pytest.raises(ValueError, match=r"^k(ernel)? must .* (got|spans)"):
        function(IMAGE, np.ones((1, 8)), (0, 1))
    assert function(IMAGE, np.ones((1, 7)), (0, 1)).shape == (4, 1)


@pytest.mark.parametrize("function", FUNCTIONS[:3])
@pytest.mark.parametrize("stride", [0, -1, 1.5, (1, 0), "1", True])
def test_2d_functions_refuse_strides(function, stride):
    with pytest.raises(ValueError, match="^stride must"):
        function(IMAGE, SOBEL, 0, stride)


@pytest.mark.parametrize("dilation", [0, -1, (1, 1.0)])
def test_correlate2d_refuses_dilations(dilation):
    with pytest.raises(ValueError, match="^dilation must"):
        correlate2d(IMAGE, SOBEL, dilation=dilation)


# --- the cheaper ways


@given(an_image_and_a_kernel(), PAIRS)
def test_fft_equals_direct(pair, padding):
    image, kernel = pair
    scale = 1 + np.linalg.norm(image) * np.linalg.norm(kernel)
    np.testing.assert_allclose(fft_correlate2d(image, kernel, padding), correlate2d(image, kernel, padding),
                               rtol=0, atol=1e-14 * scale)


@given(arrays(float, (2, 6), elements=FLOATS), st.integers(1, 6))
def test_outer_products_separate(pair, rows):
    column, row = pair[0, :rows], pair[1]
    kernel = np.outer(column, row)
    assert is_separable(kernel)
    found_column, found_row = separate(kernel)
    np.testing.assert_allclose(np.outer(found_column, found_row), kernel, rtol=1e-9, atol=1e-12)


@given(an_image_and_a_kernel(elements=st.integers(-3, 3), dtype=int))
def test_is_separable_is_rank_one(pair):
    _, kernel = pair
    assert is_separable(kernel) == (np.linalg.matrix_rank(kernel) <= 1)


def test_separate_known_kernels():
    column, row = separate(SOBEL)
    assert column.tolist() == [1, 2, 1] and row.tolist() == [-1, 0, 1]
    column, row = separate(np.ones((3, 5)) / 15)
    np.testing.assert_allclose(np.outer(column, row), 1 / 15)
    column, row = separate(np.zeros((2, 3)))
    assert column.tolist() == [0, 0] and row.tolist() == [0, 0, 0]
    assert not is_separable(LAPLACE)
    for function in (separate, lambda kernel: correlate2d_separable(IMAGE, kernel)):
        with pytest.raises(ValueError, match="kernel must have rank 1 to separate, got rank 2"):
            function(LAPLACE)


@given(an_image_and_a_kernel(), PAIRS)
def test_separable_equals_direct(pair, padding):
    image, kernel = pair
    kernel = np.outer(kernel[:, 0], kernel[0])
    scale = 1 + np.abs(image).max() * np.abs(kernel).sum()
    np.testing.assert_allclose(correlate2d_separable(image, kernel, padding),
                               correlate2d(image, kernel, padding), rtol=0, atol=1e-13 * scale)


def test_a_gaussian_blur_agrees_with_ndimage():
    image = np.random.default_rng(0).random((30, 40))
    bell = np.exp(-np.arange(-4, 5) ** 2 / 2)
    bell /= bell.sum()
    blurred = ndimage.gaussian_filter(image, 1, mode="constant", truncate=4)
    for function in (correlate2d, correlate2d_separable, fft_correlate2d):
        np.testing.assert_allclose(function(image, np.outer(bell, bell), 4), blurred, rtol=1e-12)


@pytest.mark.parametrize("function", [is_separable, separate])
@pytest.mark.parametrize("kernel", [W, [[]], [[np.nan]], 3, [["a"]]])
def test_separability_refuses(function, kernel):
    with pytest.raises(ValueError, match="^kernel must"):
        function(kernel)


# --- sizes and cost


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 5), st.integers(0, 5), st.integers(1, 4))
def test_output_size_counts_the_places(n, k, stride, padding, dilation):
    last = dilation * (k - 1)
    places = sum(1 for start in range(0, n + 2 * padding, stride) if start + last < n + 2 * padding)
    if places:
        assert output_size(n, k, stride, padding, dilation) == places
    else:
        with pytest.raises(ValueError, match="k must fit"):
            output_size(n, k, stride, padding, dilation)


def test_output_sizes_of_the_slides():
    assert output_size(14, 3) == 12 and output_size(14, 3, padding=1) == 14
    assert output_size(32, 5) == 28
    assert output_size(227, 11, stride=4) == 55
    assert output_size(224, 11, stride=4) == 54   # 54.25: the last quarter step is dropped


@pytest.mark.parametrize(("arguments", "name"), [
    ((0, 3), "n"), ((3.0, 3), "n"), ((14, 0), "k"), ((14, 15), "k"), ((14, 3, 0), "stride"),
    ((14, 3, -1), "stride"), ((14, 3, 1, -1), "padding"), ((14, 3, 1, 0, 0), "dilation"),
    ((14, 3, 1, 0, 7), "k"), ((14, True), "k"), ((None, 3), "n"), (("14", 3), "n")])
def test_output_size_refuses(arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        output_size(*arguments)


@given(STEPS, st.integers(4, 9), st.integers(1, 3), st.integers(1, 3))
def test_count_is_what_torch_counts(kernel, side, m, n):
    with FlopCounterMode(display=False) as counter:
        output = torch.nn.functional.conv2d(torch.ones(1, m, side, side), torch.ones(n, m, *kernel))
    # PyTorch counts a multiplication and an addition.
    assert 2 * count_multiplications(kernel, tuple(output.shape[2:]), m, n) == counter.get_total_flops()


def test_counts_of_the_slides():
    assert count_multiplications(3, 510) == 3**2 * 510**2                 # slide S29: D_w**2 D_f**2
    assert count_multiplications(5, 28, in_channels=3, out_channels=6) == 352_800
    assert count_multiplications(3, 26, out_channels=16) == 97_344
    assert count_multiplications(3, 28, out_channels=16) == 112_896


@pytest.mark.parametrize(("arguments", "name"), [
    ((0, 5), "kernel_size"), ((3, 0), "output_size"), ((3, 5, 0), "in_channels"),
    ((3, 5, 1, 0), "out_channels"), ((3.0, 5), "kernel_size"), (((3, 3, 3), 5), "kernel_size"),
    ((3, (5, -1)), "output_size")])
def test_count_refuses(arguments, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        count_multiplications(*arguments)
