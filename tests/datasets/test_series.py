import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from lessonlib import datasets


def test_smoking_arrays():
    s = datasets.smoking()
    assert s.year.tolist() == list(range(1900, 2006, 5))
    assert all(a.shape == (22,) and a.dtype == np.float64 for a in (s.cigarettes, s.men, s.women))
    assert np.isfinite(s.cigarettes).all()
    for deaths in (s.men, s.women):
        np.testing.assert_array_equal(np.isnan(deaths), s.year < 1930)
    assert s.year[np.nanargmax(s.men)] == 1990 and np.nanmax(s.men) == 91.1
    assert s.year[np.nanargmax(s.women)] == 2000 and np.nanmax(s.women) == 41.2


def test_deaths_of_men_follow_cigarettes_by_25_years():
    s = datasets.smoking()
    r = {}
    for lag in range(10):  # samples of five years
        earlier, deaths = s.cigarettes[: len(s.year) - lag], s.men[lag:]
        known = ~np.isnan(deaths)
        r[lag] = pearsonr(earlier[known], deaths[known]).statistic
    assert r[0] == pytest.approx(0.229, abs=5e-4)
    assert max(r, key=r.get) == 5
    assert r[5] == pytest.approx(0.989, abs=5e-4)


def test_cars():
    c = datasets.cars()
    assert len(c.names) == len(set(c.names)) == 32
    assert c.weight.shape == c.mpg.shape == (32,)
    # Published for R's mtcars.
    assert pearsonr(c.weight, c.mpg).statistic == pytest.approx(-0.8676593765172278, abs=1e-14)
    assert spearmanr(c.weight, c.mpg).statistic == pytest.approx(-0.8864, abs=5e-5)
    assert c.weight.mean() == pytest.approx(3.21725) and c.mpg.mean() == pytest.approx(20.090625)
    assert c.names[c.mpg.argmax()] == "Toyota Corolla" and c.names[c.weight.argmax()] == "Lincoln Continental"


def test_metric_units_keep_the_correlation():
    c = datasets.cars()
    assert c.kilograms[0] == pytest.approx(2620 * 0.45359237)
    assert c.km_per_litre[0] == pytest.approx(21 * 1.609344 / 3.785411784)
    r = pearsonr(c.weight, c.mpg).statistic
    assert pearsonr(c.kilograms, c.km_per_litre).statistic == pytest.approx(r, abs=1e-12)


@pytest.mark.parametrize("load", [datasets.smoking, datasets.cars])
def test_fresh_arrays_at_each_call(load):
    first = load()
    kept = [a.copy() for a in first]
    first[1][:] = -1
    for again, before in zip(load(), kept, strict=True):
        np.testing.assert_array_equal(again, before)
