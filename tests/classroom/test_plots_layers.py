"""Drawings of networks."""

import pytest

from lessonlib.classroom import plots_layers


@pytest.fixture
def figures(collected):
    return collected(plots_layers)


def test_every_volume_and_layer_is_named(figures):
    plots_layers.stack(
        [(1, 28, 28), (8, 24, 24), (10,)], ["conv 5×5", "densa"], title="Rede", alt="Uma rede."
    )
    figure, alt = figures[0]
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["28×28×1", "conv 5×5", "24×24×8", "densa", "10"]
    assert alt == "Uma rede." and figure.axes[0].get_title(loc="left") == "Rede"
    assert len(figure.axes[0].patches) == 3 + 3 + 1 + 2  # two boxes of three faces, a bar, two arrows


def test_one_operation_between_two_volumes():
    with pytest.raises(ValueError, match="one less"):
        plots_layers.stack([(1, 28, 28), (10,)], [], title="x", alt="x")
