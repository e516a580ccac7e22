"""Figures of pixels: counts against Matplotlib's own histogram, pictures that are drawn and described."""

import base64
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lessonlib import datasets
from lessonlib.classroom import plots_pixels
from lessonlib.classroom.plots_pixels import level_counts

RGB = np.array([[(255, 255, 255), (0, 1, 254)], [(255, 0, 0), (0, 255, 255)]])


@pytest.fixture
def shown(monkeypatch):
    """Collect the MIME bundles that are displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, max_side=12)))
def test_counts_against_numpy_histogram(image):
    expected, _ = np.histogram(image, bins=np.arange(257))
    np.testing.assert_array_equal(level_counts(image), expected)
    assert level_counts(image).sum() == image.size


@given(st.sampled_from([np.int64, np.float64, np.bool_]))
def test_counts_refuse_other_types(dtype):
    with pytest.raises(ValueError, match="image must be uint8"):
        level_counts(np.zeros((2, 2), dtype))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots_pixels.histograms({"a": datasets.photo("coins")}, title="t", alt="texto"),
        lambda: plots_pixels.histograms({"a": datasets.photo("coffee")}, title="t", alt="texto"),
        lambda: plots_pixels.colors(RGB, title="t", alt="texto"),
        lambda: plots_pixels.profile(datasets.photo("coins"), 303, title="t", alt="texto"),
    ],
    ids=["grey", "colour", "colours", "profile"],
)
def test_figures_are_described_and_the_same_every_time(shown, draw):
    draw(), draw()
    assert shown[0] == shown[1]
    assert shown[0]["text/plain"] == "[figura] texto" and 'alt="texto"' in shown[0]["text/html"]


def test_colours_are_vector_so_that_no_compressor_changes_them(shown):
    plots_pixels.colors(RGB, title="t", alt="texto")
    data = re.search(r"image/svg\+xml;base64,([^\"]+)", shown[0]["text/html"])[1]
    svg = base64.b64decode(data).decode()
    assert "<image" not in svg and "#ff0000" in svg and "#0001fe" in svg


@pytest.mark.parametrize(("image", "row"), [(np.zeros((3, 4)), 0), (np.zeros((3, 4)), 4), (RGB, 1)])
def test_profile_refuses_rows_that_are_not_there(image, row):
    with pytest.raises(ValueError, match="row must be a row of a grey image"):
        plots_pixels.profile(image, row, title="t", alt="texto")
