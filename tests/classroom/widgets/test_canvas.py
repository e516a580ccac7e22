"""The layers of a canvas; that they give the whole picture is checked for each one by conftest.py."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle
from PIL import Image

from lessonlib.classroom.style import course_style
from lessonlib.classroom.widgets.canvas import ArrayCanvas, FigureCanvas

X = np.linspace(0, 6, 50)


def make():
    """Return a canvas with something of everything, and its artists by name."""
    with course_style():
        canvas = FigureCanvas(1, 2, size=(5, 2.4))
        left, right = canvas.axes
        (line,) = left.plot(X, np.sin(X), label="seno")
        (other,) = left.plot(X, np.cos(X), label="cosseno")
        art = {
            "line": line,
            "other": other,
            "box": left.add_patch(Rectangle((1, -0.5), 2, 1)),
            "title": left.set_title("título"),
            "legend": left.legend(loc="lower left"),
            "image": right.imshow(np.eye(4)),
            "note": right.text(1, 1, "nota", color="red"),
            "above": canvas.figure.text(0.5, 0.9, "acima"),
        }
        right.grid(False)
    return canvas, art


MOVES = {
    "line": lambda c, a, k: a["line"].set_data(X, np.sin(X + k)),
    "hide": lambda c, a, k: a["other"].set_visible(k % 2 == 0),
    "box": lambda c, a, k: a["box"].set_x(k / 3),
    "title": lambda c, a, k: a["title"].set_text(f"título {k}"),
    "legend": lambda c, a, k: a["legend"].get_texts()[0].set_text(f"seno {k}"),
    "image": lambda c, a, k: a["image"].set_data(np.roll(np.eye(4), k, axis=0)),
    "note": lambda c, a, k: a["note"].set_position((k % 3, 1)),
    "above": lambda c, a, k: a["above"].set_text(f"acima {k}"),
    "limits": lambda c, a, k: c.axes[0].set_ylim(-1 - k, 2),
    "ticks": lambda c, a, k: c.axes[0].set_xticks([0, k + 1]),
    "label": lambda c, a, k: c.axes[0].set_xlabel(f"x {k}"),
    "sheet": lambda c, a, k: c.axes[1].set_facecolor(("white", "yellow", "cyan")[k % 3]),
    "spine": lambda c, a, k: c.axes[0].spines["left"].set_linewidth(1 + k),
    "axes": lambda c, a, k: c.axes[1].set_visible(k % 2 == 0),
    "place": lambda c, a, k: c.axes[1].set_position((0.6, 0.2, 0.3, 0.5 + k / 20)),
    "grid": lambda c, a, k: c.axes[0].grid(k % 2 == 0),
    "new": lambda c, a, k: c.axes[0].axhline(k / 10),
    "gone": lambda c, a, k: [line.remove() for line in c.axes[0].lines[2:]],
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 5)), min_size=1, max_size=8))
def test_any_moves_in_any_order_give_the_whole_picture(moves):
    canvas, art = make()
    canvas.png()
    for name, k in moves:
        with course_style():
            MOVES[name](canvas, art, k)
        canvas.png()  # conftest.py compares it with the figure drawn whole


def drawings(canvas, monkeypatch):
    """Count the whole drawings of a canvas from now on, in a list."""
    counted, draw = [], canvas._agg.draw
    monkeypatch.setattr(canvas._agg, "draw", lambda: (counted.append(1), draw()))
    return counted


@pytest.mark.layers_alone
@pytest.mark.parametrize("name", ["line", "hide", "box", "title", "legend", "image", "note", "above"])
def test_what_moves_costs_one_whole_drawing_once(name, monkeypatch):
    canvas, art = make()
    canvas.png()
    counted = drawings(canvas, monkeypatch)
    pictures = set()
    for k in range(1, 5):
        MOVES[name](canvas, art, k)
        pictures.add(canvas.png())
    assert len(counted) == 1
    assert len(pictures) == {"hide": 2, "note": 3}.get(name, 4)


@pytest.mark.layers_alone
def test_nothing_moved_nothing_drawn(monkeypatch):
    canvas, _ = make()
    before = canvas.png()
    counted = drawings(canvas, monkeypatch)
    canvas.axes[0].set_ylim(*canvas.axes[0].get_ylim())
    assert canvas.png() == before
    assert counted == []


def test_a_stamp_is_printed_on_the_picture():
    canvas, _ = make()
    canvas.stamps.append(lambda pixels: pixels[:5, :7].fill(9))
    picture = np.asarray(Image.open(io.BytesIO(canvas.png())))
    assert picture.shape == (240, 500, 3)
    assert (picture[:5, :7] == 9).all()
    assert (picture[5:] != 9).any()


def test_an_array_is_enlarged_by_whole_factors():
    canvas = ArrayCanvas(scale=3)
    canvas.pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    picture = np.asarray(Image.open(io.BytesIO(canvas.png())))
    np.testing.assert_array_equal(picture, np.kron(canvas.pixels, np.ones((3, 3), np.uint8)))
