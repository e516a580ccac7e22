"""The pooling widget: its maps against PyTorch, its move against a plain loop."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.pooling import KINDS, busiest_window, move_right, pool_moved, relative_change

DIGIT = datasets.digits("test")[0][1]
TORCH = dict(zip(KINDS, (torch.nn.functional.max_pool2d, torch.nn.functional.avg_pool2d), strict=True))


@pytest.mark.parametrize("kind", KINDS)
@given(size=st.integers(1, 8), stride=st.integers(1, 8), shift=st.integers(0, 8))
def test_pooled_maps_are_those_of_torch(kind, size, stride, shift):
    now = pool_moved(DIGIT, kind, size, stride, shift)
    for image, pooled in ((DIGIT, now.before), (now.moved, now.after)):
        expected = TORCH[kind](torch.tensor(image, dtype=torch.float64)[None], size, stride)[0]
        np.testing.assert_allclose(pooled, expected, rtol=1e-12)
    assert now.output_change == relative_change(now.before, now.after)
    assert (now.input_change == 0) == (shift == 0)


@given(st.integers(0, 8))
def test_moving_right(shift):
    moved = move_right(DIGIT, shift)
    for column in range(28):
        np.testing.assert_array_equal(moved[:, column], DIGIT[:, max(column - shift, 0)])


def test_change_of_nothing_is_zero():
    assert relative_change(np.zeros(3), np.zeros(3)) == 0


def test_busiest_window_is_found():
    image = np.zeros((8, 8))
    image[5, 2] = 9
    assert busiest_window(image, 2, 2) == (2, 1)


def test_paints_at_the_ends_and_pools_what_it_says():
    widget = widgets.pooling_explorer({"dígito": DIGIT, "foto": datasets.photo("camera")[60:188, 160:288]})
    for picture in ("dígito", "foto"):
        widget.controls["picture"].value = picture
        for kind in KINDS:
            widget.controls["kind"].value = kind
            for value in (1, 8):
                for name in ("size", "stride", "shift"):
                    widget.controls[name].value = value
                assert f"{value * value} pixe" in widget.caption.value
    widget.controls["shift"].value = 0
    assert "desloque a entrada" in widget.caption.value


def test_colour_photos_are_refused():
    with pytest.raises(ValueError, match="grey images"):
        widgets.pooling_explorer({"foto": datasets.photo("coffee")})
