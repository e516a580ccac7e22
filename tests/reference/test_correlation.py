"""correlation: against the slides, NumPy, SciPy, scikit-image, OpenCV and exact arithmetic."""

import warnings

import cv2
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal, stats
from skimage.feature import match_template

from lessonlib.reference import _sliding, _windows, matched_filter
from lessonlib.reference.correlation import (
    best_match,
    correlate,
    cosine,
    lagged_pearson,
    normalized_correlate,
    pearson,
)

S = (4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2)
W = (3, 7, 5)
NAN = np.nan
TABLE = [-0.9819805060619655, 0.2773500981126146, 0.944911182523068, -0.5, -0.9607689228305226,
         0.37115374447904503, 0.6185895741317418, -0.917662935482247, 0.8660254037844384, NAN, 0,
         -0.9332565252573827]
# United States, every fifth year from 1900: cigarettes per adult and day, lung cancer deaths per 100,000 men.
CIGARETTES = [0.1, 0.2, 0.4, 0.7, 1.7, 2.7, 4.3, 5.7, 6.5, 8.1, 9.3, 9.4, 10.7, 10.7, 10.2, 10.4, 9.9, 8.8,
              7.4, 6.5, 5.4, 4.5]
MEN = [NAN] * 6 + [4.3, 7.5, 11.6, 16.0, 24.3, 33.9, 43.5, 54.1, 68.1, 77.2, 85.3, 89.1, 91.1, 84.8, 76.8,
                   69.7]

MODES = st.sampled_from(["valid", "same", "full"])
VALUES = st.one_of(st.integers(-9, 9).map(float), st.floats(-1e3, 1e3).map(lambda v: round(v, 3)))


@st.composite
def a_signal_and_a_mask(draw, dimensions=(1, 2), values=VALUES, dtype=float):
    ndim = draw(st.sampled_from(dimensions))
    longest = 20 if ndim == 1 else 8
    shape = [draw(st.integers(1, longest)) for _ in range(ndim)]
    mask_shape = [draw(st.integers(1, n)) for n in shape]
    return tuple(draw(arrays(dtype, tuple(size), elements=values)) for size in (shape, mask_shape))


def each_window_alone(s, w):
    """Pearson's r of every window by its definition, in extended precision."""
    s, w = np.asarray(s, np.longdouble), np.asarray(w, np.longdouble)
    axes = tuple(range(-w.ndim, 0))
    windows = sliding_window_view(s, w.shape)
    d, e = windows - windows.mean(axes, keepdims=True), w - w.mean()
    d, e = d / np.maximum(np.abs(d).max(axes, keepdims=True), np.finfo(float).tiny), e / np.abs(e).max()
    norm = np.sqrt((d * d).sum(axes) * (e * e).sum())
    constant = windows.min(axes) == windows.max(axes)
    return np.where(constant, NAN, (d * e).sum(axes) / np.where(constant, 1, norm)).astype(float)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# --- pearson and cosine


@pytest.mark.parametrize(("a", "b", "r", "uncentred"), [
    ((3, 4, 8), (6, 8, 16), 1, 1),
    ((3, 4, 8), (8, 10, 18), 1, 0.998064068246584),
    ((1, 2), (-2, 0), 1, -0.447213595499958),
    ((1, 2), (2, 4), 1, 1),
])
def test_slides_s15_to_s21(a, b, r, uncentred):
    assert pearson(a, b) == r      # to the last digit, so that the lesson prints 1.0
    assert cosine(a, b) == pytest.approx(uncentred, abs=1e-15)


@given(st.integers(2, 30).flatmap(lambda n: arrays(float, (2, n), elements=VALUES)))
def test_pearson_agrees_with_scipy(pair):
    a, b = pair
    assume(np.ptp(a) > 1e-6 and np.ptp(b) > 1e-6)
    assert pearson(a, b) == pytest.approx(stats.pearsonr(a, b).statistic, abs=1e-12)
    assert pearson(a, b) == pearson(b, a)
    assert -1 <= pearson(a, b) <= 1


@given(arrays(float, 8, elements=VALUES), st.floats(0.01, 100), st.floats(-1e6, 1e6))
def test_pearson_ignores_gain_and_offset(a, gain, offset):
    assume(np.ptp(a) > 0.1)
    b = np.arange(8.0) ** 2
    assert pearson(gain * a + offset, b) == pytest.approx(pearson(a, b), abs=1e-6)
    assert pearson(-a, b) == pytest.approx(-pearson(a, b), abs=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 2e307])
def test_pearson_and_cosine_at_extreme_scales(scale):
    a, b = np.array([3.0, 4, 8, 1]), np.array([1.0, 7, 2, 2])
    assert pearson(a * scale, b) == pytest.approx(pearson(a, b), abs=1e-14)
    assert cosine(a * scale, b * scale) == pytest.approx(cosine(a, b), abs=1e-14)


def test_pearson_when_float_can_hardly_tell_the_samples_apart():
    assert pearson([1e16, 1e16 + 2], [0, 1]) == 1
    assert pearson([1e16, 1e16 + 2, 1e16 + 4], [0, 1, 2]) == 1


@pytest.mark.parametrize("value", [0, 7, 0.1, 1e300, -5e-324])
def test_constants_have_no_correlation(value):
    assert np.isnan(pearson([value] * 3, W)) and np.isnan(pearson(W, [value] * 3))
    assert np.isnan(cosine([0, 0, 0], W))
    assert np.isnan(pearson([3], [4]))


def test_pearson_of_images_is_that_of_their_pixels():
    a, b = np.random.default_rng(0).random((2, 5, 4))
    assert pearson(a, b) == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1], abs=1e-14)


def test_uint8_does_not_wrap_around():
    a, b = np.array([200, 250, 10], np.uint8), np.array([100, 255, 3], np.uint8)
    assert pearson(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-14)
    assert correlate(a, b).tolist() == [200 * 100 + 250 * 255 + 10 * 3]
    assert correlate(np.array([True, True]), np.array([True, True])).tolist() == [2]


BAD_PAIRS = [((1, 2), (1, 2, 3)), ((), ()), ((1, NAN), (1, 2)), ((1, 2), (1, np.inf)), (3, 4),
             (("a", "b"), (1, 2)), ((1, 2), (1j, 2)), ((1, 2), None), ([[1, 2], [3]], [[1, 2], [3]]),
             (np.ma.masked_array([1, 2], [0, 1]), (1, 2)), ((2**60, 0), (1, 2))]


@pytest.mark.parametrize(("a", "b"), BAD_PAIRS)
@pytest.mark.parametrize("function", [pearson, cosine])
def test_pairs_that_are_refused(function, a, b):
    with pytest.raises(ValueError, match=r"^(a|b|a and b) must .* got|masked"):
        function(a, b)


# --- lagged_pearson


def test_smoking_and_lung_cancer_of_slide_s17():
    r = lagged_pearson(CIGARETTES, MEN, 8)
    assert r[0] == pytest.approx(0.229, abs=5e-4)
    assert best_match(r) == 5                      # 25 years, in steps of 5
    assert r[5] == pytest.approx(0.989, abs=5e-4)


@given(arrays(float, 12, elements=VALUES), arrays(bool, 12), st.integers(0, 11))
def test_lags_use_the_pairs_that_are_there(a, missing, lag):
    b = np.where(missing, NAN, np.roll(a, 2) + np.arange(12))
    found = lagged_pearson(a, b, lag)
    assert found.shape == (lag + 1,)
    pairs = [(a[i - lag], b[i]) for i in range(lag, 12) if not missing[i]]
    expected = pearson(*zip(*pairs, strict=True)) if len(pairs) >= 3 else NAN
    assert found[lag] == pytest.approx(expected, nan_ok=True)


def test_min_pairs():
    assert np.isnan(lagged_pearson((1, 5, 2, 9), (1, 2, 3, 4), 2)[2])
    assert lagged_pearson((1, 5, 2, 9), (1, 2, 3, 4), 2, min_pairs=2)[2] == 1


@pytest.mark.parametrize(("a", "b", "lag", "pairs"), [
    ((1, 2, 3), (1, 2, 3), 3, 3), ((1, 2, 3), (1, 2, 3), -1, 3), ((1, 2, 3), (1, 2, 3), 1.0, 3),
    ((1, 2, 3), (1, 2), 1, 3), ((1, 2, 3), (1, 2, 3), 1, 1), ([[1, 2]], [[1, 2]], 0, 3),
    ((1, np.inf), (1, 2), 0, 3), ((), (), 0, 3)])
def test_lagged_pearson_refuses(a, b, lag, pairs):
    with pytest.raises(ValueError, match=r"^(a|a and b|max_lag|min_pairs) must"):
        lagged_pearson(a, b, lag, pairs)


# --- correlate


def test_slides_s25_to_s27():
    valid = [34, 64, 85, 52, 27, 61, 65, 59, 84, 105, 75, 38]
    assert correlate(S, W).tolist() == valid and correlate(S, W).dtype == np.int64
    assert correlate(S, W, "same").tolist() == [33, *valid, 17]
    assert correlate(S, W, "full").tolist() == [20, 33, *valid, 17, 6]
    zero_mean = correlate(S, np.subtract(W, 5))
    assert zero_mean.tolist() == [-6, 4, 10, -8, -8, 6, 10, -16, 14, 0, 0, -12]
    assert best_match(correlate(S, W)) == 9 and best_match(zero_mean) == 8


@given(a_signal_and_a_mask((1,)), MODES)
def test_correlate_agrees_with_numpy(pair, mode):
    s, w = pair
    np.testing.assert_allclose(correlate(s, w, mode), np.correlate(s, w, mode), rtol=1e-12, atol=1e-9)


@given(a_signal_and_a_mask((1,), st.integers(-2**20, 2**20), np.int64), MODES)
def test_correlate_of_integers_is_exact(pair, mode):
    s, w = pair
    assert (correlate(s, w, mode) == np.correlate(s, w, mode)).all()
    assert correlate(s, w, mode).dtype == np.int64


def test_correlate_turns_to_float_before_integers_overflow():
    found = correlate([2**40, 2**40], [2**40, 2**40])
    assert found.dtype == np.float64 and found[0] == 2.0**81


def test_full_takes_a_mask_longer_than_the_signal():
    assert correlate((1, 2), W, "full").tolist() == np.correlate((1, 2), W, "full").tolist()


@pytest.mark.parametrize(("s", "w", "mode"), [
    (W, S, "valid"), (W, S, "same"), (S, W, "sane"), (S, W, None), ((), W, "valid"), (S, (), "full"),
    (S, [W], "valid"), ([S], W, "valid"), (4, W, "valid"), (S, (1, NAN, 2), "valid"),
    ((1, np.inf, 2), W, "valid")])
@pytest.mark.parametrize("function", [correlate, normalized_correlate])
def test_correlations_refuse(function, s, w, mode):
    with pytest.raises(ValueError, match=r"^(s|w|mode) must .* got"):
        function(s, w, mode)


# --- normalized_correlate


def test_slides_s22_to_s24():
    g = normalized_correlate(S, W)
    np.testing.assert_allclose(g, TABLE, rtol=0, atol=1e-15)
    assert best_match(g) == 2               # the window begins at s[3]: its centre is the slide's n = 4
    padded = normalized_correlate(S, W, "same")
    np.testing.assert_allclose(padded, [0.9607689228305227, *TABLE, 0.5], rtol=0, atol=1e-15)
    assert best_match(padded) == 0          # the false match that zero padding makes


@given(a_signal_and_a_mask())
def test_normalized_is_the_pearson_of_each_window(pair):
    s, w = pair
    assume(np.ptp(w) > 0)
    np.testing.assert_allclose(normalized_correlate(s, w), each_window_alone(s, w), rtol=0, atol=1e-9)


@given(a_signal_and_a_mask(values=st.integers(0, 255), dtype=np.uint8))
def test_normalized_of_bytes(pair):
    s, w = pair
    assume(np.ptp(w) > 0)
    np.testing.assert_allclose(normalized_correlate(s, w), each_window_alone(s, w), rtol=0, atol=1e-14)


@given(a_signal_and_a_mask(values=st.sampled_from([0.1, 0.1, 0.1, 0.3])),
       st.sampled_from([0.0, 1.0, 1e6, 1e-200]))
@example((np.full((4, 5), 0.1), np.array([[1.0, 2]])), 1e6)
def test_constant_windows_are_found_exactly(pair, offset):
    s, w = pair[0] + offset, pair[1]
    assume(np.ptp(w) > 0)
    windows = sliding_window_view(s, w.shape)
    axes = tuple(range(-w.ndim, 0))
    assert (np.isnan(normalized_correlate(s, w)) == (windows.min(axes) == windows.max(axes))).all()


@given(a_signal_and_a_mask(), st.sampled_from([1e6, -1e6, 3e5, 1e3]), st.sampled_from([1.0, 0.01, 50.0]))
def test_normalized_ignores_gain_and_offset(pair, offset, gain):
    s, w = pair
    # Where a contrast of 1 or more is left, 1e6 costs at most 1e-16 * 1e6 of it.
    s, w = np.round(s), np.round(w)
    assume(np.ptp(w) > 0)
    expected = normalized_correlate(s, w)
    np.testing.assert_allclose(normalized_correlate(gain * s + offset, w), expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(normalized_correlate(s, gain * w + offset), expected, rtol=0, atol=1e-6)


def test_a_constant_mask_gives_nan_everywhere():
    assert np.isnan(normalized_correlate(S, (7, 7, 7))).all()
    assert normalized_correlate(S, (7, 7, 7)).shape == (12,)
    assert np.isnan(normalized_correlate(S, (5,), "same")).all()
    assert np.isnan(normalized_correlate(np.eye(4), np.ones((2, 2)), "same")).all()
    assert np.isnan(normalized_correlate(np.ones((4, 5)), np.eye(2))).all()


@given(a_signal_and_a_mask())
def test_same_is_valid_with_zeros_around(pair):
    s, w = pair
    found = normalized_correlate(s, w, "same")
    assert found.shape == s.shape
    if s.ndim == 1 and np.ptp(w) > 0:   # the convention of numpy.correlate, also for even masks
        np.testing.assert_allclose(correlate(s, w, "same"), np.correlate(s, w, "same"), atol=1e-9)
    expected = normalized_correlate(np.pad(s, [(m // 2, (m - 1) // 2) for m in w.shape]), w)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def photo(shape, seed=0):
    """A random scene of soft blobs: neighbouring pixels are alike, as in a photo."""
    noise = np.random.default_rng(seed).normal(size=shape)
    return signal.fftconvolve(noise, np.hanning(9)[:, None] * np.hanning(9), "same")


@pytest.mark.parametrize("mask_shape", [(40, 37), (1, 130), (120, 1), (120, 130), (9, 9), (64, 2)])
def test_both_engines_on_an_image(mask_shape):
    s = photo((120, 130))
    w = photo(mask_shape, 1)
    expected = each_window_alone(s, w)
    np.testing.assert_allclose(normalized_correlate(s, w), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(normalized_correlate(s + 1e6, w), expected, rtol=0, atol=1e-8)


def test_strips_join_without_a_seam(monkeypatch):
    s, w = photo((90, 40)), photo((12, 7), 1)
    whole = normalized_correlate(s, w)
    monkeypatch.setattr(_windows, "_STRIP", 1000)
    monkeypatch.setattr(_sliding, "_STRIP", 1000)
    np.testing.assert_allclose(normalized_correlate(s, w), whole, rtol=0, atol=1e-14)


def test_long_signal_through_the_fft():
    rng = np.random.default_rng(0)
    s, w = rng.normal(size=100_003).cumsum(), rng.normal(size=301).cumsum()
    found = normalized_correlate(s, w)
    sample = np.arange(0, len(found), 997)
    for i in sample:
        assert found[i] == pytest.approx(stats.pearsonr(s[i:i + 301], w).statistic, abs=1e-9)


@pytest.mark.parametrize("size", [8, 20])
def test_agrees_with_opencv_and_skimage_where_they_are_exact(size):
    s = photo((70, 80))
    w = s[20:20 + size, 31:31 + size] + 0.1 * photo((size, size), 1)
    found = normalized_correlate(s, w)
    np.testing.assert_allclose(found, match_template(s, w), rtol=0, atol=1e-10)
    opencv = cv2.matchTemplate(s.astype(np.float32), w.astype(np.float32), cv2.TM_CCOEFF_NORMED)
    np.testing.assert_allclose(found, opencv, rtol=0, atol=1e-4)   # float32
    assert best_match(found) == (20, 31)


@pytest.mark.parametrize("mask_side", [5, 16])   # directly, and through the FFT
@pytest.mark.parametrize("huge", [1e3, 1e8, 1e15, 1e300])
def test_a_huge_sample_far_away_changes_nothing(mask_side, huge):
    s, w = photo((60, 60)) * 1e-3, photo((mask_side, mask_side), 1)
    expected = each_window_alone(s, w)
    s[0, 0] = huge
    found = normalized_correlate(s, w)
    untouched = np.ones(found.shape, bool)
    untouched[0, 0] = False
    np.testing.assert_allclose(found[untouched], expected[untouched], rtol=0, atol=1e-9)


@pytest.mark.parametrize("contrast", [1e-3, 1e-8, 1e-14, 1e-200])
def test_a_faint_half_beside_a_strong_one(contrast):
    s, w = photo((60, 80)), photo((16, 16), 1)
    s[:, 40:] *= contrast
    s[:, :40] += 1000
    np.testing.assert_allclose(normalized_correlate(s, w), each_window_alone(s, w), rtol=0, atol=1e-9)


@pytest.mark.parametrize("mask_shape", [(16, 16), (13, 7)])
def test_a_faint_texture_on_a_bright_wall(mask_shape):
    s, w = photo((60, 80)) * 1e-5, photo(mask_shape, 1)
    s[:, :40] += 1
    s[:, 40:] -= 1
    np.testing.assert_allclose(normalized_correlate(s, w), each_window_alone(s, w), rtol=0, atol=1e-9)


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e200, 1e308])
def test_normalized_at_extreme_scales(scale):
    s, w = photo((40, 40)).round(2), photo((12, 12), 1)
    np.testing.assert_allclose(normalized_correlate(s / 8 * scale, w), each_window_alone(s, w), rtol=0,
                               atol=1e-9 if scale > 1e-300 else 1e-3)   # subnormal numbers have few digits


def test_integers_with_a_large_offset_are_exact():
    s = np.random.default_rng(0).integers(0, 4, (40, 40))
    w = np.random.default_rng(1).integers(0, 4, (12, 12))
    found = normalized_correlate(s + 10**12, w)
    np.testing.assert_allclose(found, normalized_correlate(s, w), rtol=0, atol=1e-13)


@pytest.mark.parametrize(("height", "texture"), [(10**6, 5), (10**9, 50_000)])
def test_integers_on_two_plateaus(height, texture):
    """With sums of squares that float64 holds exactly, and with larger ones."""
    rng = np.random.default_rng(0)
    s = rng.integers(-texture, texture + 1, (5, 16))
    s[:, 8:] += height
    w = rng.integers(0, 9, (4, 4))
    np.testing.assert_allclose(normalized_correlate(s, w), each_window_alone(s, w), rtol=0, atol=1e-10)


def test_few_windows_are_recomputed_one_by_one(monkeypatch):
    """An ordinary photo, also in floats and on an offset, takes the fast road everywhere."""
    asked = []
    monkeypatch.setattr(matched_filter, "_recompute", lambda g, where, *_: asked.append(where.sum()))
    image = (photo((200, 200)) * 20 + 128).clip(0, 255).astype(np.uint8)
    for s in (image, image / 255, image + 1e6):
        normalized_correlate(s, s[50:80, 50:80])
    assert sum(asked) == 0


def test_arguments_are_left_alone():
    s, w = np.array(S, float), np.array(W, float)
    s.flags.writeable = w.flags.writeable = False
    for mode in ("valid", "same"):
        normalized_correlate(s, w, mode)
    correlate(s, w, "full")
    turned = normalized_correlate(s[::-1], w[::-1])   # views with strides
    np.testing.assert_allclose(turned, TABLE[::-1], rtol=0, atol=1e-15)


@pytest.mark.parametrize(("s", "w"), [
    (np.eye(3), [1, 2]), ([1, 2, 3], np.eye(2)), (np.zeros((2, 2, 2)), W), (np.eye(3), np.eye(4)),
    (np.eye(3), np.ones((1, 4))), (np.eye(0), np.eye(0))])
def test_normalized_refuses_other_shapes(s, w):
    with pytest.raises(ValueError, match=r"^(s|w) must .* got"):
        normalized_correlate(s, w)


# --- best_match


@given(arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=VALUES | st.just(NAN)))
def test_best_match_ignores_nan(g):
    assume(not np.isnan(g).all())
    index = best_match(g)
    assert type(index) is tuple and all(type(i) is int for i in index)
    assert g[index] == np.nanmax(g)
    line = best_match(g.ravel())
    assert type(line) is int and np.unravel_index(line, g.shape) == index


@pytest.mark.parametrize("g", [[NAN, NAN], [[NAN]], [], 0.5, [np.inf, 1], ["x"]])
def test_best_match_refuses(g):
    with pytest.raises(ValueError, match="^g must"):
        best_match(g)
