"""Lesson 04, the turning mask: its numbers against NumPy's convolve and correlate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.flipping import MODES, centres, flip_state

S = np.array([4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2])
W = np.array([3, 7, 5])


@pytest.mark.parametrize("mode", MODES)
def test_sweeping_the_centres_of_a_mode_gives_numpys_output(mode):
    low, high = centres(S.size, W.size, mode)
    convolved = [flip_state(S, W, n, 180).products.total for n in range(low, high + 1)]
    correlated = [flip_state(S, W, n, 0).products.total for n in range(low, high + 1)]
    assert convolved == np.convolve(S, W, mode).tolist()
    assert correlated == np.correlate(S, W, mode).tolist()


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=9),
    st.integers(0, 3).flatmap(lambda k: st.lists(st.integers(-9, 9), min_size=2 * k + 1, max_size=2 * k + 1)),
)
def test_full_convolution_of_any_signal_with_any_odd_mask(s, w):
    low, high = centres(len(s), len(w), "full")
    totals = [flip_state(s, w, n, 180).products.total for n in range(low, high + 1)]
    np.testing.assert_array_equal(totals, np.convolve(s, w, "full"))


def test_half_a_turn_reverses_the_mask_and_a_quarter_stands_it_up():
    start, quarter, half = (flip_state(S, W, 5, angle) for angle in (0, 90, 180))
    np.testing.assert_allclose(start.across, [-1, 0, 1])
    np.testing.assert_allclose(half.across, [1, 0, -1])
    np.testing.assert_allclose(quarter.across, 0, atol=1e-12)
    np.testing.assert_allclose(np.abs(quarter.down), [1, 0, 1])
    assert quarter.products is None
    assert half.products.mask.tolist() == [5, 7, 3]


def test_captions_tell_convolution_correlation_and_turning_apart():
    view = widgets.flip_and_slide(S, W)
    view.controls["n"].value = 2
    assert "Convolução" in view.caption.value and "<b>36</b>" in view.caption.value
    view.controls["angle"].value = 0
    assert "Correlação" in view.caption.value and "<b>34</b>" in view.caption.value
    view.controls["angle"].value = 90
    assert "girando (90°)" in view.caption.value


@pytest.mark.parametrize(("mode", "first", "last"), [("valid", 36, 48), ("same", 31, 19), ("full", 12, 10)])
def test_the_ends_of_the_slider_stay_inside_the_mode(mode, first, last):
    view = widgets.flip_and_slide(S, W)
    view.controls["mode"].value = mode
    slider = view.controls["n"]
    for end, expected in ((slider.min, first), (slider.max, last)):
        slider.value = end
        assert f"<b>{expected}</b>" in view.caption.value
        assert ("Neste modo" in view.caption.value) == (mode != "full")


def test_every_control_changes_the_picture():
    view = widgets.flip_and_slide(S, W)
    pictures = {view.picture.png}
    for name, value in (("angle", 0), ("angle", 45), ("n", 9), ("mode", "full")):
        view.controls[name].value = value
        pictures.add(view.picture.png)
    assert len(pictures) == 5


@pytest.mark.parametrize("mask", [[1, 2], [[1, 2, 3]]])
def test_mask_without_a_centre_is_refused(mask):
    with pytest.raises(ValueError, match="odd length"):
        widgets.flip_and_slide(S, mask)
