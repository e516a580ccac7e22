"""Every picture that a test of a widget makes is compared with the same figure drawn whole."""

import numpy as np
import pytest

from lessonlib.classroom.style import course_style
from lessonlib.classroom.widgets.canvas import FigureCanvas


def drawn_whole(canvas):
    """Return the pixels of a canvas's figure as matplotlib draws it, without layers."""
    for artist in canvas._moving:
        artist.set_animated(False)
    with course_style():
        canvas._agg.draw()
    pixels = np.array(canvas._agg.buffer_rgba())
    for artist in canvas._moving:
        artist.set_animated(True)
    canvas._settle()
    return pixels


@pytest.fixture(autouse=True)
def layers_give_the_whole_picture(request, monkeypatch):
    """Fail a test in which a layered picture differs from the figure drawn whole.

    Tests that count drawings have the mark ``layers_alone``.
    """
    if request.node.get_closest_marker("layers_alone"):
        return
    draw = FigureCanvas._draw

    def checked(self):
        draw(self)
        layered = np.array(self._agg.buffer_rgba())
        different = (layered != drawn_whole(self)).any(axis=2)
        np.copyto(np.asarray(self._agg.buffer_rgba()), layered)
        assert not different.any(), f"{different.sum()} pixels differ: {np.argwhere(different)[:3]}"

    monkeypatch.setattr(FigureCanvas, "_draw", checked)
