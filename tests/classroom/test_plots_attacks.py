"""The sum of slide 71 as a figure, and the curves of accuracy."""

import numpy as np
import pytest

from lessonlib.classroom import plots_attacks


def test_pictures_and_signs_alternate(collected):
    shown = collected(plots_attacks)
    pictures = [np.full((4, 4, 3), level) for level in (0.0, 0.5, 1.0)]
    plots_attacks.equation(pictures, ["+ 0,007 ×", "="], ["a", "b", "c"], title="Conta", alt="Uma soma.")
    figure, alt = shown[0]
    assert alt == "Uma soma." and len(figure.axes) == 5
    assert [ax.get_title(loc="left") for ax in figure.axes[::2]] == ["a", "b", "c"]
    assert [ax.texts[0].get_text() for ax in figure.axes[1::2]] == ["+ 0,007 ×", "="]
    for ax, picture in zip(figure.axes[::2], pictures, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), picture)


def test_the_strength_of_an_attack_has_its_own_ticks(collected):
    shown = collected(plots_attacks)
    options = {"title": "Acerto", "xlabel": "x", "alt": "Duas curvas."}
    plots_attacks.accuracies([1, 5, 100], {"a": [90, 80, 70], "b": [9, 8, 7]}, log=True, low=60, **options)
    plots_attacks.accuracies([0.0, 0.1], {"a": [90, 80]}, trained_at=0.1, **options)
    strength, curve = (figure.axes[0] for figure, _ in shown)
    assert [text.get_text() for text in strength.get_xticklabels()] == ["1", "5", "100"]
    assert strength.get_ylim()[0] == 60 and curve.get_ylim()[0] == 0
    np.testing.assert_array_equal(strength.lines[1].get_ydata(), [9, 8, 7])
    names = [[text.get_text() for text in figure.legends[0].texts] for figure, _ in shown]
    assert names == [["a", "b"], ["a", "ε do treino"]]


@pytest.mark.parametrize(("signs", "titles"), [(["+"], ["a", "b", "c"]), (["+", "="], ["a"])])
def test_missing_sign_or_title(signs, titles):
    with pytest.raises(ValueError, match="one fewer"):
        plots_attacks.equation([np.zeros((2, 2))] * 3, signs, titles, title="x", alt="x")
