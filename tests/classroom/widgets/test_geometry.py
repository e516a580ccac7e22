"""The layer geometry widget: sizes and taps against PyTorch, pictures for every corner of the sliders."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.geometry import formula, geometry, taps

IMAGE = datasets.digits("test")[0][1].reshape(14, 2, 14, 2).mean(axis=(1, 3))
SETTINGS = st.tuples(
    st.integers(1, 14), st.integers(1, 6), st.integers(1, 5), st.integers(0, 4), st.integers(1, 4)
)


@given(SETTINGS)
def test_sizes_and_taps_are_those_of_torch(setting):
    size, kernel, stride, padding, dilation = setting
    now = geometry(*setting)
    image = torch.arange(1.0, size * size + 1, dtype=torch.float64).reshape(1, 1, size, size)
    if now.output == 0:
        assert now.span > now.padded
        assert "< 0" in formula(*setting)
        return
    columns = torch.nn.functional.unfold(image, kernel, dilation, padding, stride)[0].numpy()
    assert columns.shape[1] == now.output**2
    assert formula(*setting).endswith(f" + 1 = {now.output}")
    for unit in {0, now.output - 1}:
        rows = taps(unit, kernel, stride, padding, dilation)
        expected = [
            [image[0, 0, r, c].item() if 0 <= min(r, c) and max(r, c) < size else 0 for c in rows]
            for r in rows
        ]
        np.testing.assert_array_equal(columns[:, unit * now.output + unit].reshape(kernel, kernel), expected)
    last = taps(now.output - 1, kernel, stride, padding, dilation)[-1]
    assert size + padding - 1 - last == now.left_over


def test_alexnet_needs_227_pixels():
    assert geometry(224, 11, 4, 0, 1).left_over == 1
    assert geometry(227, 11, 4, 0, 1).output == 55 and geometry(227, 11, 4, 0, 1).left_over == 0


@pytest.fixture(scope="module")
def widget():
    return widgets.layer_geometry(IMAGE)


def test_every_corner_of_the_sliders_paints(widget):
    names = ("size", "kernel", "stride", "padding", "dilation")
    for corner in product(*[(widget.controls[name].min, widget.controls[name].max) for name in names]):
        for name, value in zip(names, corner, strict=True):
            widget.controls[name].value = value
        output = geometry(*corner).output
        expected = f"= <b>{output}</b>" if output else "O filtro não cabe"
        assert expected in widget.caption.value
        assert widget.controls["row"].max == max(output, 1)


def test_the_unit_shows_the_mean_of_its_taps():
    widget = widgets.layer_geometry(IMAGE)
    for name, value in {"size": 12, "kernel": 3, "stride": 2, "padding": 1, "dilation": 1}.items():
        widget.controls[name].value = value
    widget.controls["row"].value = widget.controls["column"].value = 1
    expected = IMAGE[:2, :2].sum() / 9
    assert "5 deles da borda" in widget.caption.value
    assert f"a média é {expected:.1f}".replace(".", ",").replace(",0", "") in widget.caption.value


@pytest.mark.parametrize("image", [np.zeros((11, 20)), np.zeros((20, 20, 3))])
def test_small_or_coloured_images_are_refused(image):
    with pytest.raises(ValueError, match="at least 12×12"):
        widgets.layer_geometry(image)
