"""Lesson 13, the best discriminator: SciPy's densities, the equilibrium, and the ends of the sliders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.best_judge import FARTHEST, GRID, NARROWEST, STEP, WIDEST, play


@pytest.mark.parametrize(("mean", "spread"), [(0, 1), (2, 0.7), (-4, 2), (4, 0.5)])
def test_densities_and_answer(mean, spread):
    game = play(mean, spread)
    real, fake = stats.norm(0, 1).pdf(GRID), stats.norm(mean, spread).pdf(GRID)
    np.testing.assert_allclose(game.p_data, real, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(game.p_g, fake, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(game.best, real / (real + fake), rtol=1e-9)
    assert game.p_g.sum() * STEP == pytest.approx(1, abs=1e-6)


@given(st.floats(-FARTHEST, FARTHEST), st.floats(NARROWEST, WIDEST))
def test_value_lies_between_its_limits_and_is_least_at_the_equilibrium(mean, spread):
    game = play(mean, spread)
    assert -np.log(4) - 1e-9 <= game.criterion <= 0 and 0 <= game.divergence <= np.log(2)
    assert game.criterion >= play(0, 1).criterion
    assert game.divergence == pytest.approx(play(-mean, spread).divergence, abs=1e-9)


def test_captions_say_equilibrium_and_plain():
    view = widgets.discriminator_game()
    assert "Equilíbrio" not in view.caption.value and "JSD" in view.caption.value
    before = view.picture.png
    view.controls["mean"].value, view.controls["spread"].value = 0.0, 1.0
    assert "Equilíbrio" in view.caption.value and "−1,386" in view.caption.value
    assert view.picture.png != before
    view.controls["mean"].value, view.controls["spread"].value = 4.0, 0.5
    assert "quase plana" in view.caption.value


@pytest.mark.parametrize(("mean", "spread", "name"), [(4.1, 1, "mean"), (float("nan"), 1, "mean"),
                                                      (0, 0.4, "spread"), (0, 2.1, "spread")])
def test_out_of_range_is_named(mean, spread, name):
    with pytest.raises(ValueError, match=f"{name} must be from"):
        play(mean, spread)
