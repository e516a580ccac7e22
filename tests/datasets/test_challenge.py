"""The table of the ImageNet challenge against the numbers that the papers print."""

import pytest

from lessonlib import datasets


@pytest.fixture(scope="module")
def entries():
    return datasets.ilsvrc()


def test_one_winner_a_year_without_outside_data(entries):
    winners = {e.year: e.error for e in entries if e.rank == 1 and not e.outside_data}
    assert winners == {
        2010: 28.2,
        2011: 25.8,
        2012: 16.422,
        2013: 11.743,
        2014: 6.656,
        2015: 3.567,
        2016: 2.991,
        2017: 2.251,
    }
    assert sorted(winners.values(), reverse=True) == list(winners.values())
    # SENet's abstract: "a relative improvement of ~25 %" over the winner of 2016.
    assert 1 - winners[2017] / winners[2016] == pytest.approx(0.25, abs=0.005)


def test_only_single_networks_were_measured_on_validation_images(entries):
    assert {e.networks for e in entries if not e.test} == {1}
    assert {e.name: e.error for e in entries if not e.test} == {
        "AlexNet": 18.2,
        "GoogLeNet": 7.89,
        "ResNet": 4.49,
    }


def test_an_ensemble_or_more_data_helps(entries):
    for name in ("AlexNet", "GoogLeNet", "VGG", "ResNet"):
        single = min(e.error for e in entries if e.name == name and e.networks == 1)
        assert all(e.error < single for e in entries if e.name == name and e.networks != 1)
    for year in (2012, 2013):
        with_, without = (
            next(e.error for e in entries if (e.year, e.outside_data, e.rank) == (year, more, 1))
            for more in (True, False)
        )
        assert with_ < without


def test_every_field_is_one_of_those_documented(entries):
    years = [e.year for e in entries]
    assert years == sorted(years) and set(years) == set(range(2010, 2018))
    assert {e.method for e in entries} == {"features", "cnn", "human"}
    assert all((e.networks is None) == (e.method != "cnn") for e in entries)
    assert all(0 < e.error < 30 and e.source and e.name for e in entries)
    assert [e.error for e in entries if e.method == "human"] == [5.1]


def test_fresh_list_at_each_call():
    datasets.ilsvrc().clear()
    assert len(datasets.ilsvrc()) > 10
