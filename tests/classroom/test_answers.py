"""What a network says, in words: a probability never rounds to certainty, and pixels keep their places."""

import numpy as np
import pytest
import torch

from lessonlib.classroom.answers import answer, percent, pixels
from lessonlib.nets.pretrained import Prediction


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0, "< 0,1%"), (0.0005, "0,1%"), (0.944, "94,4%"), (0.9996, "> 99,9%"), (1, "> 99,9%")],
)
def test_almost_is_not_certain(probability, words):
    assert percent(probability) == words


class Sure:
    """Answers one class to everything."""

    def __init__(self, portuguese):
        self.best = Prediction(872, "tripod", portuguese, 0.25)

    def predict(self, image, top):
        return [self.best] * top


@pytest.mark.parametrize(("portuguese", "name"), [("tripé", "tripé"), (None, "tripod")])
def test_the_portuguese_name_comes_first(portuguese, name):
    assert answer(Sure(portuguese), None) == f"{name}\n25%"
    assert answer(Sure(portuguese), None, ", ") == f"{name}, 25%"


def test_colours_come_last():
    image = torch.rand(1, 3, 5, 4)
    shown = pixels(image)
    assert shown.shape == (5, 4, 3)
    np.testing.assert_array_equal(shown[2, 1], image[0, :, 2, 1].numpy())
