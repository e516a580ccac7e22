"""The figures of lesson 13: what they refuse, what they lay out, and that each carries its description."""

import numpy as np
import pytest

from lessonlib.classroom import plots_gan
from lessonlib.nets.gan_training import GanHistory


@pytest.fixture
def shown(collected):
    return collected(plots_gan, "show_drawing")


def test_smooth_is_a_running_mean():
    values = np.arange(10.0) ** 2
    expected = [values[k : k + 4].mean() for k in range(7)]
    np.testing.assert_allclose(plots_gan.smooth(values, 4), expected)
    np.testing.assert_allclose(plots_gan.smooth(values, 99), values)


def test_game_shows_the_scores_and_minus_the_loss(shown):
    history = GanHistory([1.0, 1.2, 1.4], [0.7] * 3, [0.5, 0.6, 0.7], [0.4, 0.3, 0.2])
    plots_gan.game(history, title="t", alt="a", width=1)
    (figure, alt), = shown
    left, right = figure.axes
    assert alt == "a"
    np.testing.assert_allclose(left.lines[0].get_ydata(), history.real_score)
    np.testing.assert_allclose(left.lines[1].get_ydata(), history.fake_score)
    np.testing.assert_allclose(right.lines[0].get_ydata(), [-1.0, -1.2, -1.4])
    assert right.lines[1].get_ydata()[0] == pytest.approx(-np.log(4))


def test_board_lays_out_rows_and_drops_the_rest():
    images = np.arange(7 * 4).reshape(7, 1, 2, 2)
    page = plots_gan.board(images, columns=3)
    assert page.shape == (4, 6)
    np.testing.assert_array_equal(page[2:, 4:], images[5, 0])
    for bad in (images[:2], np.zeros((3, 2))):
        with pytest.raises(ValueError, match="images must be at least 3"):
            plots_gan.board(bad, columns=3)


def test_points_boards_shares_and_curves_draw(shown):
    clouds = [np.random.default_rng(0).normal(size=(9, 2))] * 2
    plots_gan.points({"a": clouds, "b": clouds}, centers=[[2, 0]], names=["1", "2"], title="t", alt="pontos",
                     reach=0.3)
    plots_gan.boards({"a": np.zeros((4, 4)), "b": np.ones((4, 4))}, title="t", alt="páginas")
    plots_gan.shares({"a": [1] * 10, "b": [3] * 10}, title="t", alt="barras")
    plots_gan.curves([1, 2], {"a": [1, 10], "b": [2, 3]}, title="t", xlabel="x", ylabel="y", alt="c",
                     log=True)
    assert [alt for _, alt in shown] == ["pontos", "páginas", "barras", "c"]
    bars = shown[2][0].axes[0].patches
    assert len(bars) == 20 and {round(bar.get_height(), 6) for bar in bars} == {10.0}
    assert shown[3][0].axes[0].get_yscale() == "log"
    with pytest.raises(ValueError, match="one array per name"):
        plots_gan.points({"a": [np.zeros((1, 2))]}, centers=[[0, 0]], names=["1", "2"], title="t", alt="x",
                         reach=1)
