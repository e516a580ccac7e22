"""Lesson 10, the gradient highway: factors against autograd written out, captions, ends of the controls."""

import pytest
import torch

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.highway import DECADES, MOST, STARTS, power, verdict, visible
from lessonlib.nets.gradient_flow import tower_flow

DIGITS = datasets.digits("test")[0][:32]
BATCH = torch.from_numpy(DIGITS) / 255


@pytest.fixture(scope="module")
def view():
    return widgets.gradient_highway(DIGITS)


def test_caption_holds_the_factors_of_the_moment(view):
    view.controls["start"].value = "he+bn"
    view.controls["blocks"].value = 12
    for residual in (False, True):
        factor = tower_flow(BATCH, 12, residual, "he+bn").gradient[0]
        assert f"<b>{power(factor)}</b> {verdict(factor)}" in view.caption.value
    assert "12 blocos, 24 camadas" in view.caption.value


def test_only_what_is_asked_for_is_told(view):
    view.controls["shown"].value = "comum"
    assert "na comum" in view.caption.value and "na residual" not in view.caption.value
    view.controls["shown"].value = "as duas"


@pytest.mark.parametrize("start", STARTS.values())
@pytest.mark.parametrize("blocks", [1, MOST])
def test_ends_of_the_controls_paint(view, start, blocks):
    view.controls["start"].value = start
    view.controls["blocks"].value = blocks
    before = view.picture.png
    view.controls["blocks"].value = 7
    assert view.picture.png.startswith(b"\x89PNG") and view.picture.png != before


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1, "1"), (0.05, "0,05"), (999, "999"), (1000, "1,0·10³"), (2.5e-7, "2,5·10⁻⁷")],
)
def test_factors_in_words(value, text):
    assert power(value) == text


def test_what_leaves_the_picture_runs_along_its_edge():
    assert visible([0, 1e-30, 1, 1e30]).tolist() == [10.0**-DECADES, 10.0**-DECADES, 1, 10.0**DECADES]


def test_verdict_covers_every_size():
    words = {verdict(10.0**k) for k in range(-12, 13)} | {verdict(0)}
    expected = ("sumiu", "quase some", "diminui", "chega inteiro", "cresce", "explode")
    assert words == {f"({word})" for word in expected}
