"""The frame of every widget: state, painting, messages, static twin."""

import io

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.base import Experiment, choice, float_slider, int_slider
from lessonlib.classroom.widgets.canvas import ArrayCanvas, FigureCanvas


def _experiment(paint=None, canvas=None):
    canvas = canvas or ArrayCanvas(scale=4)

    def default(level):
        if level > 200:
            raise ValueError("nível alto demais: <use até 200>")
        canvas.pixels = np.full((3, 5), level, np.uint8)
        return f"nível {level}"

    return Experiment(
        "mude o nível", "quadrado cinza", {"level": int_slider("nível", 7, 0, 255)}, canvas, paint or default
    )


def _pixels(view):
    return np.asarray(Image.open(io.BytesIO(view.picture.png)))


def test_picture_and_caption_follow_the_control():
    view = _experiment()
    assert view.state == {"level": 7} and view.caption.value == "nível 7"
    view.controls["level"].value = 90
    assert view.caption.value == "nível 90"
    assert _pixels(view).shape == (12, 20) and (_pixels(view) == 90).all()


def test_state_without_sense_shows_a_message_and_keeps_the_last_picture():
    view = _experiment()
    before = view.picture.png
    view.controls["level"].value = 255
    assert "nível alto demais: &lt;use até 200&gt;" in view.caption.value
    assert view.picture.png == before
    view.controls["level"].value = 8
    assert view.caption.value == "nível 8"


def test_static_twin_shows_picture_and_caption_without_a_kernel():
    data, _ = _experiment()._repr_mimebundle_()
    assert data["text/plain"] == "[experimento] mude o nível"
    assert 'alt="quadrado cinza"' in data["text/html"] and "nível 7" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_picture_has_an_accessible_name():
    assert 'alt="quadrado cinza"' in _experiment().picture.value


def test_figure_canvas_draws_what_changed():
    canvas = FigureCanvas(size=(2, 1))
    (line,) = canvas.axes.plot([0, 1], [0, 0])
    first = canvas.png()
    assert canvas.png() == first
    line.set_ydata([0, 1])
    assert canvas.png() != first
    assert Image.open(io.BytesIO(first)).size == (200, 100)


def test_helpers_build_keyboard_controls():
    assert isinstance(int_slider("n", 1, 0, 3), ipywidgets.IntSlider)
    assert isinstance(float_slider("x", 0.5, 0, 1, 0.1), ipywidgets.FloatSlider)
    assert choice("foto", [("Moedas", "coins"), ("Gata", "chelsea")], "chelsea").value == "chelsea"


def test_every_widget_name_resolves_and_unknown_names_are_explained():
    for name in widgets.__all__:
        assert callable(getattr(widgets, name))
    with pytest.raises(AttributeError, match="has no widget 'nope'"):
        _ = widgets.nope
