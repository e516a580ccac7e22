"""Figures of lesson 09: what they mark, and numbers against hand counts."""

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.classroom import plots_architectures
from lessonlib.classroom.exercises.lesson09 import response_norm
from lessonlib.nets.inspection import summary
from lessonlib.nets.models.alexnet import alexnet
from lessonlib.nets.models.response_norm import ResponseNorm


@pytest.fixture
def figures(monkeypatch):
    shown = []
    monkeypatch.setattr(plots_architectures, "show", lambda figure, alt: shown.append(figure))
    return shown


@pytest.fixture(scope="module")
def table():
    with torch.device("meta"):
        return summary(alexnet(), (3, 227, 227))


def test_timeline_marks_every_result_once(figures):
    entries = datasets.ilsvrc()
    plots_architectures.timeline(entries, title="t", alt="a")
    (ax,) = figures[0].axes
    lines = [line for line in ax.lines if line.get_marker() not in ("None", "")]
    marked = [(int(year), error) for line in lines for year, error in line.get_xydata()]
    expected = [(e.year, e.error) for e in entries if e.method != "human"]
    assert sorted(marked) == sorted(expected)
    single = [year for line in lines if line.get_label().startswith("uma rede") for year in line.get_xdata()]
    assert single and all(0 < year % 1 < 0.5 for year in single)  # beside the ensembles of its year
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {
        k[0] for k in plots_architectures.KINDS.values()
    }
    assert any("5,1%" in text.get_text() for text in ax.texts)


def test_profile_shares_add_up_to_a_hundred(figures, table):
    plots_architectures.profile(table, title="t", alt="a")
    for ax in figures[0].axes:
        assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(100)
        assert len(ax.patches) == 8


def test_budget_adds_convolutions_and_dense_layers(figures, table):
    plots_architectures.budget({"AlexNet": table}, title="t", alt="a")
    params, macs = ([bar.get_width() for bar in ax.patches] for ax in figures[0].axes)
    assert params == pytest.approx([2.334080, 58.631144]) and sum(macs) == pytest.approx(0.724406816)


def test_growth_and_branches_draw(figures, table):
    plots_architectures.growth({"AlexNet": table}, title="t", alt="a")
    assert figures[0].axes[0].lines[0].get_ydata().tolist() == [1, 11, 19, 51, 67, 99, 131, 163, 195]
    plots_architectures.branches("x", [["a"], ["b", "c"]], "y", title="t", alt="a")
    assert [text.get_text() for text in figures[1].axes[0].texts] == ["x", "y", "a", "b", "c"]


def test_the_exercise_s_response_norm_is_the_network_s():
    for count in (1, 2, 5, 96):
        a = np.random.default_rng(count).normal(scale=200, size=count)
        ours = ResponseNorm()(torch.tensor(a).view(1, -1, 1, 1)).flatten().numpy()
        np.testing.assert_allclose(response_norm(a), ours, rtol=1e-12)
