"""Lesson 05, Sobel on photos: maps against SciPy, selection by threshold and direction."""

import numpy as np
import pytest
from scipy import ndimage

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.plots_edges import ANCHORS, direction_colors, orientation_rgb
from lessonlib.classroom.widgets.sobel_photo import VIEWS, full_map, measure, selected

CAMERA, COINS = datasets.photo("camera")[::2, ::2], datasets.photo("coins")[::2, ::2]
MAPS = measure(CAMERA)


def test_maps_are_scipys():
    photo = CAMERA.astype(float)
    gx, gy = (ndimage.sobel(photo, axis=axis)[1:-1, 1:-1] for axis in (1, 0))
    np.testing.assert_array_equal(MAPS.gx, gx)
    np.testing.assert_array_equal(MAPS.gy, gy)
    np.testing.assert_allclose(MAPS.magnitude, np.hypot(gx, gy))
    np.testing.assert_allclose(np.cos(np.radians(MAPS.degrees)) * MAPS.magnitude, gx, atol=1e-9)


def test_a_flat_photo_has_maps_without_warnings():
    flat = measure(np.full((5, 5), 7))
    assert not flat.magnitude.any() and not flat.degrees.any() and flat.top == 1


@pytest.mark.parametrize("direction", [-90, -35, 0, 60, 90])
def test_selection_against_vectors(direction):
    """An angle to an axis is within the tolerance when its cosine is large enough, in either sense."""
    axis = np.radians(direction)
    projection = np.abs(MAPS.gx * np.cos(axis) + MAPS.gy * np.sin(axis))
    expected = (MAPS.magnitude >= 50) & (projection >= np.cos(np.radians(20)) * MAPS.magnitude)
    found = selected(MAPS.magnitude, MAPS.degrees, 50, direction, 20)
    assert np.mean(found != expected) < 1e-3  # ties on the limit, decided by the last bit
    assert 0 < found.mean() < 1


def test_full_tolerance_keeps_every_direction_and_threshold_zero_every_pixel():
    for direction in (-90, 0, 45, 90):
        assert selected(MAPS.magnitude, MAPS.degrees, 0, direction, 90).all()


@pytest.mark.parametrize("view", VIEWS)
def test_pictures_have_the_maps_shape_and_zero_its_colour(view):
    picture, zero = full_map(MAPS, view)
    assert picture.shape == (*MAPS.gx.shape, 3) and picture.dtype == np.uint8
    flat, _ = full_map(measure(np.full((5, 5), 7)), view)
    if view != "edges":
        np.testing.assert_array_equal(flat, np.broadcast_to(zero, flat.shape))


def test_signed_maps_are_red_where_it_brightens_and_blue_where_it_darkens():
    picture, _ = full_map(MAPS, "gx")
    brightens, darkens = MAPS.gx > MAPS.top, MAPS.gx < -MAPS.top
    assert (picture[brightens][:, 0] > picture[brightens][:, 2]).all()
    assert (picture[darkens][:, 2] > picture[darkens][:, 0]).all()


def test_unknown_view_is_refused():
    with pytest.raises(ValueError, match="view must be one of"):
        full_map(MAPS, "cores")


def test_direction_colours_wrap_around_and_hit_the_anchors():
    degrees = np.arange(-360, 361)
    np.testing.assert_array_equal(direction_colors(degrees), direction_colors(degrees + 180))
    for degree, colour in zip((0, 45, 90, 135), ANCHORS, strict=True):
        assert "#{:02X}{:02X}{:02X}".format(*np.round(255 * direction_colors(degree)).astype(int)) == colour
    steps = np.abs(np.diff(direction_colors(degrees), axis=0)).max()
    assert steps < 0.03  # no jump anywhere, also at 180°


def test_orientation_picture_is_black_below_the_threshold():
    picture = orientation_rgb(MAPS.gx, MAPS.gy, threshold=100)
    assert not picture[MAPS.magnitude < 100].any()
    assert picture[MAPS.magnitude >= 100].any(axis=1).all()
    assert not orientation_rgb(np.zeros((3, 3)), np.zeros((3, 3))).any()


def test_caption_counts_the_pixels_that_pass():
    view = widgets.sobel_explorer({"fotógrafo": CAMERA, "moedas": COINS})
    for threshold in (view.controls["threshold"].min, 100, view.controls["threshold"].max):
        view.controls["threshold"].value = threshold
        share = f"{100 * np.mean(MAPS.magnitude >= threshold):.1f}".replace(".", ",").removesuffix(",0")
        assert f"<b>{share}%</b>" in view.caption.value
    view.controls["tolerance"].value = 10
    assert "a até 10° de 0°" in view.caption.value


def test_every_view_and_photo_is_painted():
    view = widgets.sobel_explorer({"fotógrafo": CAMERA, "moedas": COINS})
    pictures = set()
    for photo in ("fotógrafo", "moedas"):
        view.controls["photo"].value = photo
        for name in VIEWS:
            view.controls["view"].value = name
            pictures.add(view.picture.png)
    assert len(pictures) == 2 * len(VIEWS)


def test_colour_photos_are_refused():
    with pytest.raises(ValueError, match="H×W"):
        widgets.sobel_explorer({"x": np.zeros((5, 5, 3))})
