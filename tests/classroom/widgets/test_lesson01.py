"""Lesson 01: turning and shifting bars, the mosaic of fields, the corner detector; the two figures."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from lessonlib import datasets
from lessonlib.classroom import plots_cortex, widgets
from lessonlib.classroom.figures import is_raster
from lessonlib.classroom.widgets.combining import CORNERS, contours, corner_taps, find_corner
from lessonlib.classroom.widgets.shifting_bar import PLACES, ask
from lessonlib.classroom.widgets.tiling import lay, unit_responses
from lessonlib.classroom.widgets.turning_bar import ANGLES, away, tuning
from lessonlib.reference.visual_cortex import half_width, quadrature_pair

DIGITS, LABELS = datasets.digits("test")
SQUARE = datasets.photo("camera")[80:336, 120:376]


def numbers(caption):
    """Return the numbers of a caption, in order."""
    text = re.sub("<[^>]+>", "", caption).replace("−", "-")
    return [float(n.replace(".", "").replace(",", ".")) for n in re.findall(r"-?\d[\d.]*(?:,\d+)?", text)]


# The bar that turns


@settings(max_examples=20)
@given(st.integers(-12, 12), st.integers(1, 15))
def test_turning_cell_and_bars_together_changes_nothing(offset, width):
    upright, lying = (tuning(cell, offset, width, np.arange(cell - 90, cell + 90, 30)) for cell in (0, 90))
    np.testing.assert_allclose(upright, lying, atol=1e-9)


def test_curve_peaks_at_the_cells_orientation_and_is_hubels():
    for cell in (0, 45, 90, 135):
        assert away(ANGLES[tuning(cell).argmax()], cell) == 0
    assert 10 < half_width(ANGLES, tuning(0)) < 20


@given(st.integers(-360, 360), st.sampled_from([0, 45, 90, 135]))
def test_away_is_at_most_a_quarter_turn_and_half_a_turn_is_nothing(angle, cell):
    assert 0 <= away(angle, cell) <= 90 and away(angle + 180, cell) == away(angle, cell)


def test_turning_bar_widget_says_what_the_cell_computes():
    view = widgets.orientation_tuning()
    assert "A barra está a 30° da orientação preferida" in view.caption.value
    for cell, angle in ((0, 0), (90, 60), (135, -45)):
        view.controls["cell"].value, view.controls["angle"].value = cell, angle
        response = tuning(cell, angles=[angle])[0]
        assert numbers(view.caption.value)[1] == pytest.approx(response, abs=0.006)
        assert "cai à metade a 19°" in view.caption.value  # also where the peak is at the end of the axis
    view.controls["angle"].value, view.controls["offset"].value = -45, 5
    assert "<b>0</b>" in view.caption.value  # right orientation, wrong place
    view.controls["offset"].value, view.controls["width"].value = 12, 1
    assert "em nenhuma orientação" in view.caption.value


# The bar that moves


def test_the_four_simple_cells_share_the_work_and_the_complex_one_stays():
    answers = ask(0, 4)
    np.testing.assert_allclose(answers.complex, np.sqrt((answers.simple**2).sum(axis=0)), atol=1e-9)
    near = np.abs(PLACES) <= 5
    assert answers.simple[0, near].min() == 0 and answers.complex[near].min() > 0.65 * answers.complex.max()
    assert ask(45, 4).complex.max() < 0.1 * answers.complex.max()


def test_shifting_bar_widget_adds_the_squares_in_its_caption():
    view = widgets.simple_and_complex()
    for offset, phase in ((0, 0), (2, 90), (-4, 180), (14, 270)):
        view.controls["offset"].value, view.controls["phase"].value = offset, phase
        now = ask(0, 4, [offset])
        simple, *parts = numbers(view.caption.value.replace("²", ""))
        assert simple == pytest.approx(now.simple[[0, 90, 180, 270].index(phase), 0], abs=0.006)
        assert parts[-2] == pytest.approx(now.complex[0], abs=0.006)
        assert parts[-1] == (now.simple[:, 0] > 0.005).sum()


# The mosaic


@given(st.integers(16, 64), st.integers(1, 64))
def test_mosaic_numbers(side, spacing):
    mosaic = lay(128, side, spacing)
    starts = range(0, 128 - side + 1, spacing)
    assert mosaic.units == len(starts)
    assert mosaic.overlap == pytest.approx(len(set(range(side)) & set(range(spacing, spacing + side))) / side)
    seen = {p for start in starts for p in range(start, start + side)}
    assert mosaic.covered == pytest.approx((len(seen) / 128) ** 2)


def test_responses_are_those_of_the_fields_one_by_one():
    photo = SQUARE / 255
    responses = unit_responses(photo, 32, 16, 45)
    assert responses.shape == (15, 15)
    pair = quadrature_pair(32, 2.5 / 32, 45, 32 / 5)
    for row, column in [(0, 0), (7, 3), (14, 14)]:
        patch = photo[16 * row : 16 * row + 32, 16 * column : 16 * column + 32]
        drives = [correlate2d(patch, field, "valid").item() for field in pair]
        assert responses[row, column] == pytest.approx(np.hypot(*drives))


def test_mosaic_widget_in_every_corner_and_size():
    view = widgets.field_mosaic(SQUARE)
    assert "<b>225 unidades</b>" in view.caption.value and "dividem 50%" in view.caption.value
    pictures = set()
    for side, spacing in ((32, 16), (64, 64), (16, 24), (16, 8)):
        view.controls["side"].value, view.controls["spacing"].value = side, spacing
        units = lay(256, side, spacing).units
        assert view.controls["row"].max == view.controls["column"].max == units
        for place in (1, units):
            view.controls["row"].value = view.controls["column"].value = place
            assert f"A unidade ({place}, {place})" in view.caption.value
            pictures.add(view.picture.png)
    assert len(pictures) == 8
    view.controls["spacing"].value = 24
    assert "53% ninguém vê" in view.caption.value and "nenhum pixel" in view.caption.value


def test_a_click_chooses_the_unit():
    view = widgets.field_mosaic(SQUARE)
    canvas = view.children[1].children[1].children[1]
    canvas._canvases[-1]._handle_frontend_event(None, {"event": "mouse_down", "x": 239, "y": 1}, [])
    assert (view.controls["row"].value, view.controls["column"].value) == (1, 15)


@pytest.mark.parametrize("photo", [SQUARE[:100], SQUARE.astype(float), SQUARE[:100, :100], SQUARE[0]])
def test_photos_that_do_not_fit_are_refused(photo):
    with pytest.raises(ValueError, match="square grey uint8"):
        widgets.field_mosaic(photo)


# The corner detector


def test_contours_of_a_stack_are_those_of_its_digits_and_as_large():
    together = contours(DIGITS[:5], 45)
    assert together.shape == (5, 28, 28)
    np.testing.assert_allclose(together[3], contours(DIGITS[3], 45), atol=1e-12)


@pytest.mark.parametrize("corner", CORNERS)
def test_a_drawn_corner_is_found_by_its_own_unit_at_its_place(corner):
    right, down = CORNERS[corner]
    picture = np.zeros((28, 28), np.uint8)
    columns, rows = sorted((14, 14 + 9 * right)), sorted((14, 14 + 9 * down))
    picture[13:16, columns[0] : columns[1] + 1] = 255
    picture[rows[0] : rows[1] + 1, 13:16] = 255
    upright, lying = contours(picture, 0), contours(picture, 90)
    found = {name: find_corner(upright, lying, name, 4, 1.0) for name in CORNERS}
    best = found[corner]
    assert max(found, key=lambda name: found[name].lying + found[name].upright) == corner
    assert abs(best.row - 14) <= 3 and abs(best.column - 14) <= 3
    assert best.responses.max() == pytest.approx(best.lying + best.upright - 1)


def test_taps_lie_where_the_strokes_are():
    assert corner_taps("└", 2) == [(1, 0, 2, 1.0), (0, -2, 0, 1.0)]
    with pytest.raises(ValueError, match="corner must be one of"):
        corner_taps("x", 2)


def test_corner_widget_fires_on_a_seven_and_not_on_a_one_and_at_the_ends_of_its_sliders():
    view = widgets.corner_detector(DIGITS, LABELS, example=12)
    assert "<b>dispara</b>" in view.caption.value
    view.controls["digit"].value = 1
    assert "<b>silêncio</b>" in view.caption.value
    view.controls["threshold"].value = 0
    assert "<b>dispara</b>" in view.caption.value
    for name in ("distance", "digit", "which", "threshold"):
        for value in (view.controls[name].min, view.controls[name].max):
            view.controls[name].value = value
            lying, upright, total, threshold = numbers(view.caption.value.split(": ", 1)[1])[:4]
            assert total == pytest.approx(lying + upright, abs=0.011)
            assert threshold == view.controls["threshold"].value


def test_every_digit_is_needed():
    with pytest.raises(ValueError, match=r"none of \[7\]"):
        widgets.corner_detector(DIGITS[LABELS != 7], LABELS[LABELS != 7])


# The figures


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def test_wiring_is_line_art_and_counts_the_wires(monkeypatch):
    figures = []
    monkeypatch.setattr(plots_cortex, "show", lambda figure, alt: figures.append(figure))
    plots_cortex.wiring(12, 3, title="t", alt="a")
    titles = [ax.get_title(loc="left") for ax in figures[0].axes]
    assert titles == ["todos com todos: 120 ligações", "cada um com 3 vizinhos: 30 ligações"]
    drawn = [sum(len(wires.get_segments()) for wires in ax.collections) for ax in figures[0].axes]
    assert drawn == [120, 30] and not is_raster(figures[0])


@pytest.mark.parametrize("field", [0, 13])
def test_wiring_refuses_a_field_that_does_not_fit(field):
    with pytest.raises(ValueError, match="field must be from 1 to 12"):
        plots_cortex.wiring(12, field, title="t", alt="a")


def test_levels_shows_a_digit_its_maps_and_ten_bars(shown):
    maps = dict.fromkeys("abcd", np.zeros((28, 28)))
    plots_cortex.levels(DIGITS[0], maps, maps, np.arange(10) - 4.5, title="t", alt="dígito")
    assert shown[0]["text/plain"] == "[figura] dígito" and "image/png" in shown[0]["text/html"]
