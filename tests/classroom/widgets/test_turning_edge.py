"""Lesson 05, the turning edge: slide 30's patches, symmetries, Sobel against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.turning_edge import edge_patch_values, gradient_at_centre, orbit, turn

ANGLES = st.integers(-180, 180).map(float)
POSITIONS = st.integers(-25, 25).map(lambda tenth: tenth / 10)
PATCHES = {  # slide 30: how the edge lies, the patch, gx, gy
    1: ((0, -2.5), [[10, 10, 10]] * 3, 0, 0),
    2: ((0, -0.5), [[0, 10, 10]] * 3, 40, 0),
    3: ((-45, -0.5), [[10, 10, 10], [0, 10, 10], [0, 0, 10]], 30, -30),
    4: ((-90, -0.5), [[10, 10, 10], [10, 10, 10], [0, 0, 0]], 0, -40),
}


@pytest.mark.parametrize("number", PATCHES)
def test_the_four_patches_of_the_slide(number):
    (angle, position), patch, gx, gy = PATCHES[number]
    np.testing.assert_array_equal(edge_patch_values(3, angle, position), patch)
    now = gradient_at_centre(patch)
    assert (now.gx, now.gy) == (gx, gy)
    assert now.magnitude == pytest.approx(np.hypot(gx, gy))
    np.testing.assert_equal(now.angle, np.degrees(np.arctan2(gy, gx)) if number > 1 else np.nan)


@given(ANGLES, POSITIONS, st.booleans())
def test_a_quarter_turn_of_the_edge_turns_the_patch(angle, position, shaded):
    patch = edge_patch_values(5, angle, position, shaded)
    # Rows grow downwards, so that a positive angle turns clockwise.
    turned = edge_patch_values(5, angle + 90, position, shaded)
    np.testing.assert_allclose(turned, np.rot90(patch, -1), atol=0.05)


@given(ANGLES, POSITIONS)
def test_patches_hold_the_two_levels_and_the_shaded_ones_what_lies_between(angle, position):
    assert set(np.unique(edge_patch_values(3, angle, position))) <= {0, 10}
    shaded = edge_patch_values(3, angle, position, shaded=True)
    assert shaded.min() >= 0 and shaded.max() <= 10


def test_shading_is_the_covered_area():
    np.testing.assert_array_equal(edge_patch_values(3, 0, 0.25, shaded=True)[1], [0, 2.5, 10])
    diagonal = edge_patch_values(3, 45, 0, shaded=True)
    np.testing.assert_allclose(np.diag(diagonal[:, ::-1]), 5, atol=0.35)  # half of each pixel on the edge


@given(ANGLES, POSITIONS, st.sampled_from([3, 5, 7, 9]))
def test_gradient_at_the_centre_is_scipys(angle, position, side):
    patch = edge_patch_values(side, angle, position, shaded=True)
    now, middle = gradient_at_centre(patch), side // 2
    assert now.gx == pytest.approx(ndimage.sobel(patch, axis=1)[middle, middle], abs=1e-9)
    assert now.gy == pytest.approx(ndimage.sobel(patch, axis=0)[middle, middle], abs=1e-9)


def test_shading_measures_the_direction_far_better():
    def worst(shaded):
        patches = {angle: edge_patch_values(3, angle, -0.5, shaded) for angle in range(-180, 181, 5)}
        return max(abs(turn(gradient_at_centre(patch).angle, angle)) for angle, patch in patches.items())

    assert worst(shaded=False) > 15 and worst(shaded=True) < 4


@pytest.mark.parametrize("shaded", [False, True])
def test_orbit_collects_the_readings_of_a_full_turn(shaded):
    path = orbit(0.3, shaded, step=45)
    readings = [gradient_at_centre(edge_patch_values(3, a, 0.3, shaded)) for a in range(-180, 181, 45)]
    np.testing.assert_allclose(path, [(now.gx, now.gy) for now in readings])


@pytest.mark.parametrize(("a", "b", "difference"), [(-179, 179, 2), (10, 350, 20), (0, 0, 0)])
def test_turn_goes_the_short_way(a, b, difference):
    assert turn(a, b) == difference


@pytest.mark.parametrize("side", [0, 1, 2, 4, -3])
def test_patch_without_a_centre_is_refused(side):
    with pytest.raises(ValueError, match="odd number from 3"):
        edge_patch_values(side, 0, 0)


def test_captions_over_the_slide_and_off_the_patch():
    view = widgets.edge_patch()
    assert "gx = <b>40</b>, gy = <b>0</b>" in view.caption.value
    view.controls["angle"].value = -90
    assert "gx = <b>0</b>, gy = <b>−40</b>" in view.caption.value
    assert "Direção medida: −90°; direção da borda: −90°; erro: 0°." in view.caption.value
    view.controls["position"].value = 2.5
    assert "só vê um tom" in view.caption.value


def test_every_size_and_both_ends_of_every_slider_are_painted():
    view = widgets.edge_patch()
    pictures = set()
    for _, side in view.controls["side"].options:
        view.controls["side"].value = side
        for name in ("angle", "position"):
            slider = view.controls[name]
            for value in (slider.min, slider.max):
                slider.value = value
                pictures.add(view.picture.png)
    assert len(pictures) >= 8


def test_name_of_the_widget_is_not_shadowed_by_its_module():
    assert callable(widgets.edge_patch) and callable(widgets.edge_patch)
