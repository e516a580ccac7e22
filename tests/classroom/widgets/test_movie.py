"""Lesson 11, the film of an ascent: frames, curve and controls."""

from types import SimpleNamespace

import numpy as np
import pytest

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.movie import film

RISING = SimpleNamespace(
    frames=np.linspace(0, 1, 4)[:, None, None, None] * np.ones((4, 3, 8, 8)),
    steps=[0, 4, 8, 9],
    probabilities=[0.0, 0.5, 0.75, 1.0],
)
SHORT = SimpleNamespace(frames=np.zeros((2, 3, 8, 8)), steps=[0, 2], probabilities=[0.001, 0.25])


def test_frames_become_pixels():
    frames = film(RISING)
    assert frames.shape == (4, 8, 8, 3) and frames[:, 0, 0, 0].tolist() == [0, 85, 170, 255]


def test_it_starts_at_the_end_and_follows_the_slider():
    view = widgets.activation_movie({"longa": RISING, "curta": SHORT}, name="água-viva")
    assert view.caption.value.startswith("Passo 9: ") and "100%" in view.caption.value
    pictures = {view.picture.png}
    for frame, text in ((0, "Passo 0: a rede dá <b>0%</b>"), (1, "Passo 4: a rede dá <b>50%</b>")):
        view.controls["frame"].value = frame
        assert view.caption.value.startswith(text)
        pictures.add(view.picture.png)
    assert len(pictures) == 3
    view.controls["frame"].value = 3
    view.controls["which"].value = "curta"  # it has fewer frames: the last one stays
    assert view.caption.value.startswith("Passo 2: a rede dá <b>25%</b>")


def test_play_and_slider_have_the_same_range():
    view = widgets.activation_movie({"longa": RISING}, name="x")
    for control in (view.play, view.controls["frame"]):
        assert (control.min, control.max) == (0, 3)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"frames": np.zeros((4, 1, 8, 8))}, "frames"),
        ({"frames": np.zeros((0, 3, 8, 8))}, "frames"),
        ({"steps": [0]}, "steps"),
        ({"probabilities": []}, "probabilities"),
    ],
)
def test_bad_input_is_named(change, name):
    with pytest.raises(ValueError, match=name):
        film(SimpleNamespace(**{**vars(RISING), **change}))


def test_no_film_is_an_error():
    with pytest.raises(ValueError, match="ascents"):
        widgets.activation_movie({}, name="x")
