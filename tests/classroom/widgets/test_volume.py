"""The volume widget: its products and maps against SciPy's N-dimensional correlation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import correlate

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.volume import volume_map, volume_step

numbers = st.floats(-1e3, 1e3).map(lambda v: round(v, 3))
CROP = datasets.photo("astronaut")[:320:10, 120:440:10]
EDGE = np.einsum("i,j,c->ijc", [1, 4, 6, 4, 1], [-1, -2, 0, 2, 1], [0.299, 0.587, 0.114])


@given(st.data())
def test_map_is_scipys_correlation_of_the_whole_block(data):
    side, depth = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    height, width = (side + data.draw(st.integers(0, 5)) for _ in range(2))
    volume = data.draw(arrays(float, (height, width, depth), elements=numbers))
    kernel = data.draw(arrays(float, (side, side, depth), elements=numbers))
    expected = correlate(volume, kernel, "valid", method="direct")[..., 0] + 0.5
    np.testing.assert_allclose(volume_map(volume, kernel, 0.5), expected, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize(("row", "column"), [(1, 1), (28, 28), (3, 17)])
def test_step_adds_up_to_the_map(row, column):
    now = volume_step(CROP, EDGE, 2.0, row, column)
    assert now.value == pytest.approx(volume_map(CROP, EDGE, 2.0)[row - 1, column - 1])
    assert now.products.shape == (5, 5, 3)
    np.testing.assert_allclose(now.sums, now.products.sum(axis=(0, 1)))


@pytest.mark.parametrize(("row", "column"), [(29, 1), (1, 29)])
def test_a_window_that_leaves_the_volume_is_refused(row, column):
    with pytest.raises(ValueError, match="leave room"):
        volume_step(CROP, EDGE, 0.0, row, column)


def test_depths_must_agree():
    with pytest.raises(ValueError, match="equal depth"):
        volume_map(CROP, EDGE[..., :2])


def test_paints_at_every_end_and_tells_the_sum():
    widget = widgets.volume_explorer(CROP, {"contorno": EDGE, "nada": np.zeros((5, 5, 3))}, bias=1.0)
    for name in ("contorno", "nada"):
        widget.controls["name"].value = name
        for row, column in [(1, 1), (28, 28)]:
            widget.controls["row"].value, widget.controls["column"].value = row, column
            assert f"posição ({row}, {column})" in widget.caption.value
    assert "<b>1</b>" in widget.caption.value  # zero weights: only the bias is left
