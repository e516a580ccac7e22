"""The mosaic: means of blocks against a plain loop, sizes, and every width of the slider."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.mosaic import WIDTHS, blocks, enlarge, shrink


@st.composite
def images_and_widths(draw):
    shape = (draw(st.integers(1, 14)), draw(st.integers(1, 14)))
    if draw(st.booleans()):
        shape += (3,)
    image = draw(arrays(np.uint8, shape))
    return image, draw(st.integers(1, shape[1]))


@given(st.integers(1, 600), st.data())
def test_blocks_cover_every_pixel_once_and_differ_by_one_at_most(size, data):
    parts = data.draw(st.integers(1, size))
    edges = blocks(size, parts)
    assert edges[0] == 0 and edges[-1] == size and len(edges) == parts + 1
    assert set(np.diff(edges)) <= {size // parts, -(-size // parts)}


@given(images_and_widths())
def test_each_new_pixel_is_the_mean_of_its_block(case):
    image, width = case
    small = shrink(image, width)
    rows, columns = blocks(image.shape[0], small.shape[0]), blocks(image.shape[1], width)
    for i, j in np.ndindex(small.shape[:2]):
        block = image[rows[i] : rows[i + 1], columns[j] : columns[j + 1]]
        mean = block.reshape(-1, *image.shape[2:]).mean(axis=0, dtype=float)
        assert np.all(np.abs(small[i, j] - mean) <= 0.5 + 1e-9)
    assert small.dtype == np.uint8


def test_shrinking_agrees_with_pillows_box_filter_on_whole_blocks():
    photo = datasets.photo("astronaut")
    expected = np.asarray(Image.fromarray(photo).resize((64, 64), Image.Resampling.BOX), int)
    assert np.abs(shrink(photo, 64) - expected).max() <= 1  # Pillow rounds after each axis


@given(images_and_widths(), st.integers(1, 3))
def test_enlarging_by_whole_factors_repeats_pixels(case, factor):
    image, _ = case
    expected = image.repeat(factor, axis=0).repeat(factor, axis=1)
    np.testing.assert_array_equal(enlarge(image, expected.shape[:2]), expected)


@pytest.mark.parametrize("width", [0, 452, -3])
def test_a_width_that_the_photo_does_not_have_is_refused(width):
    with pytest.raises(ValueError, match=f"width deve ir de 1 a 451.*veio {width}"):
        shrink(datasets.photo("chelsea"), width)


def game():
    names = {"foto 1": "chelsea", "foto 2": "coins"}
    photos = {who: datasets.photo(name) for who, name in names.items()}
    return widgets.mosaic_game(photos, {"foto 1": "A gata Chelsea.", "foto 2": "Moedas."})


def test_picture_keeps_its_size_at_every_width_of_the_slider():
    view = game()
    sizes, pictures = set(), set()
    for width in WIDTHS:
        view.controls["width"].value = width
        sizes.add(Image.open(io.BytesIO(view.picture.png)).size)
        pictures.add(view.picture.png)
    assert sizes == {(480, 319)} and len(pictures) == len(WIDTHS)
    assert "256 colunas × 170 linhas = <b>43.520 pixels</b>, 32,17% dos pixels" in view.caption.value


def test_the_answer_stays_hidden_until_asked_for():
    view = game()
    assert "Chelsea" not in view.caption.value
    view.controls["reveal"].value = True
    assert "A gata Chelsea." in view.caption.value
    view.controls["who"].value = "foto 2"
    assert "Moedas." in view.caption.value


def test_answers_must_name_the_photos():
    with pytest.raises(ValueError, match="answers must name the photos"):
        widgets.mosaic_game({"foto 1": datasets.photo("coins")}, {"foto 2": "Moedas."})
