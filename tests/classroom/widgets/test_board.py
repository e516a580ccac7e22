"""Parts of widgets: the board of numbers and the canvas in two layers."""

import io

import numpy as np
import pytest
from PIL import Image

from lessonlib.classroom.style import course_style
from lessonlib.classroom.widgets.board import Block, Board, glyphs
from lessonlib.classroom.widgets.canvas import ArrayCanvas, FigureCanvas

BLOCKS = {
    "a": Block("A", (1, 0), (2, 2), limit=10, signed=True),
    "b": Block("B", (1, 3), (2, 3), limit=1, fontsize=0),
}


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)


def make():
    with course_style():
        canvas = FigureCanvas(size=(5, 3))
        board = Board(canvas, canvas.axes, BLOCKS, (3, 6))
    return canvas, board


def cell(canvas, board, row, column):
    """Return the pixels of one cell of the board, without its border."""
    corners = canvas.axes.transData.transform([(column - 0.4, row - 0.4), (column + 0.4, row + 0.4)])
    picture = pixels(canvas.png())
    (x0, y0), (x1, y1) = corners
    return picture[round(len(picture) - y0) : round(len(picture) - y1), round(x0) : round(x1)]


def test_numbers_frames_and_blanks():
    canvas, board = make()
    board.fill("a", [[1, -2.5], [np.nan, 0]], frame=(0, 1, 2, 1))
    assert board.numbers["a"] == ["1", "−2,50", "", "0"] and board.numbers["b"] == []
    framed = pixels(canvas.png())
    board.fill("a", [[1, -2.5], [np.nan, 0]])
    changed = np.argwhere((pixels(canvas.png()) != framed).any(axis=2))
    corners = canvas.axes.transData.transform([(0.5, 0.5), (1.5, 2.5)])
    expected = [len(framed) - corners[0][1], corners[0][0], len(framed) - corners[1][1], corners[1][0]]
    np.testing.assert_allclose([*changed.min(axis=0), *changed.max(axis=0)], expected, atol=2)


def test_numbers_are_in_their_cells_and_readable():
    canvas, board = make()
    board.fill("a", [[10, 1], [-10, np.nan]])
    canvas.png()  # the first picture fixes the layout
    assert cell(canvas, board, 1, 0).max() == 255  # white on the strongest colour
    assert cell(canvas, board, 1, 1).min() < 60  # dark on a pale one
    assert cell(canvas, board, 2, 0).max() == 255
    assert (cell(canvas, board, 2, 1) == 255).all()  # NaN: an empty white cell
    middle = cell(canvas, board, 1, 1).sum(axis=2) < 200
    rows, columns = np.nonzero(middle)
    assert abs(rows.mean() - middle.shape[0] / 2) < 3 and abs(columns.mean() - middle.shape[1] / 2) < 3


def test_glyphs_grow_with_the_text_and_the_size():
    assert glyphs("10", 12).shape[1] > glyphs("1", 12).shape[1]
    assert glyphs("1", 24).shape[0] > glyphs("1", 12).shape[0] > 6
    assert glyphs("8", 20).max() > 200


def test_wrong_shape_is_refused():
    _, board = make()
    with pytest.raises(ValueError, match="shape"):
        board.fill("a", np.zeros((3, 2)))


def test_what_moves_changes_and_comes_back():
    canvas, board = make()
    with course_style():
        board.fill("a", np.ones((2, 2)))
        before = canvas.png()
        board.fill("a", np.full((2, 2), 5))
        assert canvas.png() != before
        board.fill("a", np.ones((2, 2)))
        assert canvas.png() == before


def test_the_numbers_count_as_the_text_of_the_picture():
    canvas = FigureCanvas(size=(4, 3))
    Board(canvas, canvas.axes, {"a": Block("soma", (1, 0), (2, 2), fontsize=0)}, (4, 4))
    canvas.png()
    assert canvas.smallest_text() == pytest.approx(canvas.fontsize * 100 / 72)  # of the title
    Board(canvas, canvas.axes, {"b": Block("", (1, 0), (2, 2), fontsize=7)}, (4, 4))
    assert canvas.smallest_text() == round(7 * 100 / 72)
    assert ArrayCanvas().smallest_text() == float("inf")
