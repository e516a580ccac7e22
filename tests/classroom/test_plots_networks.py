"""Figures of trained networks: always PNG, so that nbval compares their texts and not their pixels."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from lessonlib import datasets
from lessonlib.classroom import plots_networks
from lessonlib.classroom.figures import png_bytes
from lessonlib.nets.training import History

IMAGES = datasets.digits("test")[0]
RNG = np.random.default_rng(0)


def history(accuracy):
    return History(train_loss=[1.5, 0.3], val_loss=[0.5, 0.25], val_accuracy=[0.9, accuracy])


FIGURES = {
    "curves": lambda value: plots_networks.curves(history(0.9 + value), title="t", alt="texto"),
    "confusion": lambda value: plots_networks.confusion(np.eye(3) * value * 100, title="t", alt="texto"),
    "map_rows": lambda value: plots_networks.map_rows(
        {"antes": RNG.normal(size=(6, 5, 5)), "depois": value * RNG.normal(size=(4, 12, 7))},
        title="t",
        alt="texto",
        signed=True,
        names="abcdef",
    ),
    "named_images": lambda value: plots_networks.named_images(
        IMAGES[:8], [f"{value}"] * 8, title="t", alt="texto"
    ),
    "counts": lambda value: plots_networks.counts(
        {"a": 3, "b": int(99 * value)}, title="t", xlabel="x", alt="texto"
    ),
}


@pytest.fixture
def shown(monkeypatch):
    """Collect the MIME bundles that are displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


@pytest.fixture
def figures(shown, monkeypatch):
    """Collect the figures before they are encoded."""
    seen, encode = [], png_bytes
    monkeypatch.setattr("lessonlib.classroom.figures.png_bytes", lambda f: (seen.append(f), encode(f))[1])
    return seen


@pytest.mark.parametrize("name", FIGURES)
def test_other_numbers_change_the_picture_and_nothing_that_nbval_compares(shown, name):
    FIGURES[name](0.05), FIGURES[name](0.09)
    masked = [re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", data["text/html"]) for data in shown]
    assert masked[0] == masked[1] and shown[0]["text/html"] != shown[1]["text/html"]
    assert shown[0]["text/plain"] == "[figura] texto" and 'alt="texto"' in masked[0]
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", shown[0]["text/html"])[1]
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert picture.format == "PNG" and picture.width > 500
    assert np.asarray(picture.convert("L")).std() > 5  # not an empty page


def test_curves_show_the_history(figures):
    FIGURES["curves"](0.09)
    left, right = figures[0].axes
    assert [list(line.get_ydata()) for line in left.lines] == [[1.5, 0.3], [0.5, 0.25]]
    np.testing.assert_allclose(right.lines[0].get_ydata(), [90, 99])


def test_confusion_writes_every_count_and_colours_only_mistakes(figures):
    matrix = np.array([[50, 0, 2], [0, 40, 0], [9, 1, 30]])
    plots_networks.confusion(matrix, title="t", alt="texto")
    (ax,) = figures[0].axes
    written = {
        (int(text.get_position()[1]), int(text.get_position()[0])): int(text.get_text()) for text in ax.texts
    }
    assert written == {(i, j): n for (i, j), n in np.ndenumerate(matrix) if n}
    coloured = np.asarray(ax.images[0].get_array())
    np.testing.assert_array_equal(coloured, matrix - np.diag(np.diag(matrix)))
    assert ax.get_ylabel() == "rótulo certo" and ax.get_xlabel() == "resposta da rede"


def test_map_rows_have_one_scale_a_row(figures):
    rows = {"antes": np.array([[[0.0, 1.0]], [[-3.0, 2.0]]]), "depois": np.array([[[0.5, 0.5]]])}
    plots_networks.map_rows(rows, title="t", alt="texto", signed=True)
    limits = [image.get_clim() for ax in figures[0].axes for image in ax.images]
    assert limits == [(-3, 3), (-3, 3), (-0.5, 0.5)]
    plots_networks.map_rows(rows, title="t", alt="texto")
    limits = [image.get_clim() for ax in figures[1].axes for image in ax.images]
    assert limits == [(-3, 2), (-3, 2), (0.5, 0.5)]


def test_map_rows_keep_plus_and_minus_one_apart(figures):
    codes = {"código": np.array([[[1.0, -1.0]]])}
    plots_networks.map_rows(codes, title="t", alt="texto", signed=True, limit=2)
    (image,) = figures[0].axes[0].images
    assert image.get_clim() == (-2, 2)
    red, blue = image.to_rgba(image.get_array())[0, :, :3]
    assert red[0] > 0.8 and blue[2] > 0.8 and red[2] + blue[0] < 1  # neither is nearly black


def test_a_long_row_of_maps_goes_on_below_on_its_own_scale(figures):
    maps = np.arange(12.0).reshape(6, 1, 2)
    plots_networks.map_rows({"antes": maps, "depois": maps[:3]}, title="t", alt="texto", columns=4)
    axes = np.reshape(figures[0].axes, (3, 4))
    drawn = [[int(image.get_array()[0, 0]) for ax in line for image in ax.images] for line in axes]
    assert drawn == [[0, 2, 4, 6], [8, 10], [0, 2, 4]]
    assert [image.get_clim() for ax in axes[1] for image in ax.images] == [(0, 11)] * 2
    assert [text.get_text() for line in axes for text in line[0].texts] == ["antes", "", "depois"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots_networks.confusion(np.zeros((2, 3)), title="t", alt="a"), "matrix must be square"),
        (
            lambda: plots_networks.named_images(IMAGES[:3], ["a"], title="t", alt="a"),
            "one text per image; got 1",
        ),
        (lambda: plots_networks.counts({"a": 1}, title="t", xlabel="x", alt=" "), "alt must describe"),
    ],
)
def test_bad_input_names_the_argument(shown, draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
