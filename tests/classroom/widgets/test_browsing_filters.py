"""Lesson 11, filter browser: maps against SciPy, words against known filters, pictures at the extremes."""

import numpy as np
import pytest
from scipy.signal import correlate

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.plots_filters import filter_pictures, tile
from lessonlib.classroom.widgets.browsing_filters import Responses, describe_filter
from lessonlib.reference.edges import SOBEL_X

COFFEE = datasets.photo("coffee")[::4, ::4]
CHELSEA = datasets.photo("chelsea")[:90:2, :81:2]
NOISE = np.random.default_rng(0).normal(size=(9, 3, 7, 5))
EDGE = np.repeat(SOBEL_X[None], 3, axis=0)


@pytest.mark.parametrize("photo", [COFFEE, CHELSEA])
def test_maps_are_scipys(photo):
    responses = Responses(photo)
    for weights in (NOISE[0], EDGE):
        expected = correlate(photo / 255, weights.transpose(1, 2, 0), mode="valid")[..., 0]
        np.testing.assert_allclose(responses.of(weights), expected, atol=1e-10)


def test_words_follow_the_filter():
    assert "muda na direção de 0°" in describe_filter(EDGE)
    assert "muda na direção de 90°" in describe_filter(EDGE.transpose(0, 2, 1))
    assert "<b>cor</b>: 100%" in describe_filter(EDGE * np.array([1, -1, 0])[:, None, None])
    assert "sem direção" in describe_filter(np.ones((3, 5, 5)))


def test_pictures_put_zero_in_the_middle_and_the_largest_at_an_end():
    picture = filter_pictures(NOISE)
    assert picture.shape == (9, 7, 5, 3) and picture.dtype == np.uint8
    assert all(0 in p or 255 in p for p in picture)
    assert (filter_pictures(np.zeros((1, 3, 2, 2))) == 128).all()
    assert filter_pictures([[[[2.0]], [[1.0]], [[-9.0]]]], top=2).ravel().tolist() == [255, 191, 0]
    board = tile(NOISE, columns=4)
    assert board.shape == (3 * 8 + 1, 4 * 6 + 1, 3)
    np.testing.assert_array_equal(board[9:16, 7:12], picture[5])
    assert (board[17:, 8:] == 255).all() and (board[::8] == 255).all()


def test_extremes_photos_and_sets_are_painted():
    view = widgets.filter_browser(
        {"ruído": NOISE, "borda": EDGE[None]}, {"xícara": COFFEE, "gata": CHELSEA}, start=2
    )
    assert "Filtro 2 de 9, 7×5×3" in view.caption.value
    seen = {view.picture.png}
    for index in (1, 9):
        view.controls["index"].value = index
        seen.add(view.picture.png)
    view.controls["photo"].value = "gata"
    seen.add(view.picture.png)
    view.controls["name"].value = "borda"
    seen.add(view.picture.png)
    assert len(seen) == 5
    assert "Este conjunto tem só 1 filtros" not in view.caption.value
    assert view.caption.value.startswith("Este conjunto tem só um filtro. Filtro 1 de 1")


def test_the_strongest_place_is_where_the_filter_was_cut():
    weights = COFFEE[40:47, 60:67].transpose(2, 0, 1) / 255.0
    weights = weights - weights.mean()
    answer = Responses(COFFEE).of(weights)
    view = widgets.filter_browser({"recorte": weights[None]}, {"xícara": COFFEE})
    row, column = np.unravel_index(answer.argmax(), answer.shape)
    assert f"linha {row + 4}, coluna {column + 4}" in view.caption.value


@pytest.mark.parametrize(
    ("sets", "photos", "name"),
    [
        ({"x": np.zeros((2, 1, 3, 3))}, {"p": COFFEE}, "filters"),
        ({"x": NOISE}, {"p": COFFEE[..., 0]}, "photo"),
        ({}, {"p": COFFEE}, "sets"),
        ({"x": NOISE}, {}, "photos"),
    ],
)
def test_bad_input_is_named(sets, photos, name):
    with pytest.raises(ValueError, match=name):
        widgets.filter_browser(sets, photos)
