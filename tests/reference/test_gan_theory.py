"""The game's formulas: against SciPy's distance, adaptive integration, and a search for a better answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats
from scipy.spatial.distance import jensenshannon

from lessonlib.reference.gan_theory import (
    game_value,
    generator_criterion,
    jensen_shannon,
    optimal_discriminator,
)

LOG4 = np.log(4)


@st.composite
def two_distributions(draw):
    size = draw(st.integers(1, 8))
    numbers = st.integers(0, 20)
    both = []
    for _ in range(2):
        counts = draw(st.lists(numbers, min_size=size, max_size=size).filter(any))
        both.append(np.array(counts) / sum(counts))
    return both


@given(two_distributions())
def test_divergence_is_the_square_of_scipys_distance(pair):
    p, q = pair
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)
    assert jensen_shannon(p, q) == pytest.approx(jensen_shannon(q, p), abs=1e-12)
    assert 0 <= jensen_shannon(p, q) <= np.log(2) + 1e-12


@given(two_distributions())
def test_criterion_is_the_value_at_the_best_discriminator(pair):
    value = game_value(*pair, optimal_discriminator(*pair))
    assert value == pytest.approx(generator_criterion(*pair), abs=1e-9)
    assert -LOG4 - 1e-12 <= value <= 1e-12


@given(two_distributions(), st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_no_discriminator_does_better(pair, answers):
    p, q = pair
    assert game_value(p, q, answers[: len(p)]) <= generator_criterion(p, q) + 1e-9


def test_best_answer_found_by_search():
    p, q = np.array([0.7, 0.3]), np.array([0.2, 0.8])
    for k in range(2):
        found = optimize.minimize_scalar(
            lambda d, k=k: -p[k] * np.log(d) - q[k] * np.log(1 - d), bounds=(1e-9, 1 - 1e-9), method="bounded"
        )
        assert optimal_discriminator(p, q)[k] == pytest.approx(found.x, abs=1e-4)


@pytest.mark.parametrize(("mean", "spread"), [(0, 1), (1, 1), (3, 0.5), (-2, 2)])
def test_densities_against_adaptive_integration(mean, spread):
    real, fake = stats.norm(0, 1), stats.norm(mean, spread)
    x, dx = np.linspace(-14, 14, 4001, retstep=True)

    def integrand(t):
        p, q = real.pdf(t), fake.pdf(t)
        return p * np.log(p / (p + q)) + q * np.log(q / (p + q))

    expected, _ = integrate.quad(integrand, -8, 8, limit=400, points=[0, mean])
    p, q = real.pdf(x), fake.pdf(x)
    assert generator_criterion(p, q, dx) == pytest.approx(expected, abs=1e-6)
    assert game_value(p, q, optimal_discriminator(p, q), dx) == pytest.approx(expected, abs=1e-6)


def test_ends_of_the_scale():
    assert generator_criterion([0.2, 0.8], [0.2, 0.8]) == pytest.approx(-1.386294, abs=1e-6)
    assert generator_criterion([1, 0], [0, 1]) == pytest.approx(0, abs=1e-12)
    assert game_value([1, 0], [0, 1], [0, 1]) == -np.inf
    assert np.isnan(optimal_discriminator([1, 0], [1, 0])[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optimal_discriminator([0.5], [0.5, 0.5]), "p_g must have shape"),
        (lambda: optimal_discriminator([-1.0], [1]), "p_data must not be negative"),
        (lambda: optimal_discriminator([], []), "p_data must not be empty"),
        (lambda: optimal_discriminator([np.nan], [1]), "p_data must hold finite"),
        (lambda: jensen_shannon([0.5, 0.4], [0.5, 0.5]), "p_data must add up to 1, got 0.9"),
        (lambda: jensen_shannon([0.5, 0.5], [0.5, 0.6]), "p_g must add up to 1"),
        (lambda: jensen_shannon([1], [1], 0), "dx must be > 0"),
        (lambda: game_value([1], [1], [1.5]), "d must lie in 0..1"),
        (lambda: game_value([1], [1], [np.nan]), "d must lie in 0..1"),
        (lambda: game_value([1], [1], [0.5, 0.5]), "d must have shape"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
