"""Widgets of lesson 03: their numbers against SciPy, their pictures at the ends of every slider."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.matching import peaks
from lessonlib.classroom.widgets.pearson import lag_state, mix, strength
from lessonlib.classroom.widgets.sliding import step

S = np.array([4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2])
W = np.array([3, 7, 5])
SLIDE_24 = [-0.98, 0.28, 0.94, -0.5, -0.96, 0.37, 0.62, -0.92, 0.87, np.nan, 0, -0.93]
CARS, SMOKE = datasets.cars(), datasets.smoking()


@given(st.floats(-1, 1))
def test_mixed_points_have_exactly_the_asked_r(r):
    moved = mix(CARS.weight, CARS.mpg, r)
    assert pearsonr(CARS.weight, moved).statistic == pytest.approx(r, abs=1e-9)
    assert moved.mean() == pytest.approx(CARS.mpg.mean())
    assert moved.std() == pytest.approx(CARS.mpg.std())


def test_mixing_with_the_own_r_gives_the_real_points_back():
    own = pearsonr(CARS.weight, CARS.mpg).statistic
    np.testing.assert_allclose(mix(CARS.weight, CARS.mpg, own), CARS.mpg, rtol=1e-9)


@pytest.mark.parametrize(
    ("r", "text"),
    [
        (1.0, "positiva perfeita ou quase"),
        (-0.8, "negativa forte"),
        (0.5, "positiva moderada"),
        (-0.2, "negativa fraca"),
        (0, "nula ou quase"),
    ],
)
def test_strength_in_words(r, text):
    assert strength(r) == text


@pytest.mark.parametrize("lag", range(10))
def test_lag_state_against_scipy(lag):
    pairs = lag_state(SMOKE.cigarettes, SMOKE.men, lag)
    early, late = SMOKE.cigarettes[: 22 - lag], SMOKE.men[lag:]
    known = ~np.isnan(late)
    assert pairs.r == pytest.approx(pearsonr(early[known], late[known]).statistic, rel=1e-12)
    assert len(pairs.early) == known.sum()


def test_steps_reproduce_slide_24_and_slide_27():
    normalized = [round(step(S, W, n, True).value, 2) for n in range(2, 14)]
    np.testing.assert_array_equal(normalized, SLIDE_24)
    plain = [step(S, W, n, False).value for n in range(1, 15)]
    assert plain == np.correlate(S, W, "same").tolist()


@pytest.mark.parametrize("normalized", [True, False])
@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("n", [1, 2, 11, 13, 14])
def test_sliding_mask_captions_agree_with_its_numbers(n, normalized, padded):
    view = widgets.sliding_mask(S, W)
    view.controls["normalized"].value = normalized
    view.controls["padded"].value = padded
    view.controls["n"].value = n
    shown = n if padded else min(max(n, 2), 13)
    value = step(S, W, shown, normalized).value
    text = (
        "NaN"
        if np.isnan(value)
        else f"{value:.2f}".replace(".", ",").replace("-", "−")
        if normalized
        else str(int(value))
    )
    if normalized and float(value).is_integer():
        text = str(int(value))
    assert f"g[{shown}]" in view.caption.value and f"<b>{text}</b>" in view.caption.value
    assert ("só cabe" in view.caption.value) == (shown != n)


def test_even_mask_is_refused():
    with pytest.raises(ValueError, match="odd length"):
        widgets.sliding_mask(S, [1, 2])


def test_peaks_are_separated_and_sorted():
    g = np.full((20, 20), -1.0)
    g[3, 3], g[4, 4], g[15, 15] = 0.9, 0.8, 0.95
    g[0, 19] = np.nan
    assert peaks(g, 0.5, (6, 6)) == [(15, 15), (3, 3)]
    assert peaks(g, 0.99, (6, 6)) == []


def test_matched_filter_finds_the_template_itself_at_the_top():
    coins = datasets.photo("coins")
    view = widgets.matched_filter(coins, coins[28:76, 19:67], name="modelo")
    view.controls["threshold"].value = 1.0
    assert "<b>1</b>" in view.caption.value
    view.controls["threshold"].value = 0.3
    assert int(view.caption.value.split("<b>")[1].split("</b>")[0]) >= 12


@pytest.mark.parametrize(
    "view",
    [
        lambda: widgets.pearson_scatter(CARS.weight, CARS.mpg, xlabel="peso", ylabel="rendimento"),
        lambda: widgets.lag_explorer(
            SMOKE.year,
            SMOKE.cigarettes,
            {"homens": SMOKE.men, "mulheres": SMOKE.women},
            cause_name="cigarros",
        ),
    ],
)
def test_slider_ends_paint_a_new_picture(view):
    view = view()
    slider = next(iter(view.controls.values()))
    pictures = {view.picture.png}
    for value in (slider.min, slider.max, slider.min + slider.step):
        slider.value = value
        pictures.add(view.picture.png)
    assert len(pictures) >= 3
