"""Lesson 11: sets of filters in one figure, with or without the number of each."""

import numpy as np
import pytest

from lessonlib.classroom import plots_filters, style
from lessonlib.classroom.plots_filters import tile

SMALL = np.random.default_rng(0).normal(size=(10, 3, 3, 3))
LARGE = np.random.default_rng(1).normal(size=(10, 3, 11, 11))


@pytest.fixture
def figures(collected):
    return collected(plots_filters)


def test_room_over_each_row():
    board = tile(SMALL, columns=4, above=3)
    assert board.shape == (3 * (3 + 3) + 1, 4 * (3 + 1) + 1, 3)
    np.testing.assert_array_equal(np.delete(board, [0, 1, 6, 7, 12, 13], axis=0), tile(SMALL, columns=4))
    assert (board[[0, 1, 2, 6, 7, 8, 12, 13, 14]] == 255).all()


def test_without_numbers_only_the_name_is_written(figures):
    plots_filters.filters({"dez": SMALL}, alt="Dez filtros.")
    figure, alt = figures[0]
    assert alt == "Dez filtros." and figure.axes[0].get_title(loc="left") == "dez"
    assert not figure.axes[0].texts
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), tile(SMALL))


def test_every_number_is_in_the_white_over_its_own_filter(figures):
    plots_filters.filters({"3×3": SMALL, "11×11": LARGE}, columns=4, numbered=True, title="x", alt="x")
    figure, _ = figures[0]
    figure.draw_without_rendering()
    for ax, side in zip(figure.axes, (3, 11), strict=True):
        board = ax.images[0].get_array()
        assert [text.get_text() for text in ax.texts] == [str(n) for n in range(1, 11)]
        for n, text in enumerate(ax.texts):
            assert text.get_fontsize() >= style.letters(figure) >= 11
            box = text.get_window_extent().transformed(ax.transData.inverted())
            left, low = 1 + n % 4 * (side + 1), round(text.xy[1] + 0.5)
            assert left - 0.5 <= (box.x0 + box.x1) / 2 <= left + side - 0.5
            first, last = (int(np.ceil(y)) for y in sorted((box.y0, box.y1)))
            assert first >= 0 and (board[first:last, left : left + side] == 255).all()
            assert not (board[low : low + side, left : left + side] == 255).all()
