"""Lesson 08's drawing board in a real JupyterLab: the mouse draws, the network answers, nothing traps Tab."""

import re

import pytest

BOARD = """
import torch

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.nets import models, training

torch.manual_seed(0)
modern = models.lenet5()
training.fit(modern, datasets.digits("train"), epochs=3, lr=5e-3, progress=False)
widgets.draw_digit({"LeNet moderna": modern})
"""


@pytest.fixture
def board(experiment):
    """The widget of lesson 08 with a network of its own: the whole lesson runs in test_lessons.py."""
    board = experiment("98", BOARD)
    board.locator("img").first.wait_for(timeout=20_000)
    board.locator("canvas").first.wait_for(timeout=20_000)
    board.scroll_into_view_if_needed()
    return board


def caption(board):
    """Return the text that a screen reader announces under the picture."""
    return board.locator(".widget-html-content").last.inner_text()


def wait_for(board, happens, limit=200):
    """Wait until ``happens()`` returns something true; return it, or what it returned last."""
    for _ in range(limit):
        if result := happens():
            break
        board.page.wait_for_timeout(50)
    return result


def wait_for_caption(board, pattern):
    """Wait until the caption matches."""
    assert wait_for(board, lambda: re.search(pattern, caption(board))), caption(board)


def picture(board):
    """Return the picture that is shown."""
    return board.locator("img").first.get_attribute("src")


def ink_on_screen(board):
    """Return how many pixels of the canvas are bright."""
    return board.locator("canvas").first.evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 0; i < d.length; i += 4) n += d[i] > 128; return n }"
    )


def draw(board, points):
    """Draw one stroke with the mouse, in pixels of the 280×280 sheet."""
    canvas = board.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    mouse = board.page.mouse
    (x, y), *rest = [
        (box["x"] + x * box["width"] / 280, box["y"] + y * box["height"] / 280) for x, y in points
    ]
    mouse.move(x, y)
    mouse.down()
    for next_x, next_y in rest:
        for part in range(1, 9):
            mouse.move(x + (next_x - x) * part / 8, y + (next_y - y) * part / 8)
            board.page.wait_for_timeout(40)  # a hand's pace: ipycanvas drops moves that come faster
        x, y = next_x, next_y
    mouse.up()


def test_draw_answer_clear_and_back(lab, board):
    first = picture(board)
    assert "Exemplo 1 do dígito 7" in caption(board)
    sample_ink = ink_on_screen(board)
    assert sample_ink > 2000  # the sample lies on the sheet

    draw(board, [(150, 40), (140, 140), (135, 240)])  # a 1, with a little slant
    stroke = wait_for(board, lambda: ink_on_screen(board) > 18 * 195 and ink_on_screen(board))
    assert 18 * 195 < stroke < 18 * 230  # one stroke, and no sample under it
    wait_for_caption(board, "Seu desenho.*responde 1,")
    assert wait_for(board, lambda: picture(board) != first)

    before = picture(board)
    draw(board, [(100, 240), (180, 240)])  # a second stroke is added to the first
    assert wait_for(board, lambda: ink_on_screen(board) > stroke + 500)
    assert wait_for(board, lambda: picture(board) != before)

    board.get_by_role("button", name="Limpar").click()
    wait_for_caption(board, "papel está em branco")
    assert wait_for(board, lambda: ink_on_screen(board) == 0)

    draw(board, [(90, 60), (200, 60), (130, 240)])
    wait_for_caption(board, "Seu desenho.*responde 7,")

    board.get_by_role("button", name="Voltar ao exemplo").click()
    wait_for_caption(board, "Exemplo 1 do dígito 7")
    assert wait_for(board, lambda: ink_on_screen(board) == sample_ink)
    assert wait_for(board, lambda: picture(board) == first)

    # The keyboard: ipycanvas swallows every key, so Tab must be let out, forwards and backwards.
    keyboard, active = board.page.keyboard, "document.activeElement.tagName"
    canvas = board.locator("canvas").first
    canvas.focus()
    keyboard.press("Tab")
    assert wait_for(board, lambda: board.page.evaluate(active) == "SELECT")
    canvas.focus()
    keyboard.press("Shift+Tab")
    assert wait_for(board, lambda: board.page.evaluate(active) != "CANVAS")
    keyboard.press("Shift+Tab")
    assert board.page.evaluate(active) not in ("CANVAS", "SELECT")
    board.locator("select").first.focus()
    for key in ("Space", "ArrowUp", "Enter"):  # opens the list, goes to the 6, chooses it
        keyboard.press(key)
    wait_for_caption(board, "Exemplo 1 do dígito 6")

    # A finger.
    board.get_by_role("button", name="Limpar").click()
    wait_for_caption(board, "papel está em branco")
    canvas.scroll_into_view_if_needed()
    canvas.evaluate(
        """canvas => {
            const box = canvas.getBoundingClientRect();
            const touch = y => new Touch({identifier: 1, target: canvas,
                clientX: box.x + box.width / 2, clientY: box.y + y * box.height / 280});
            const send = (type, touches) => canvas.dispatchEvent(
                new TouchEvent(type, {touches, cancelable: true, bubbles: true}));
            send('touchstart', [touch(40)]);
            for (let y = 50; y <= 240; y += 10) send('touchmove', [touch(y)]);
            send('touchend', []);
        }"""
    )
    wait_for_caption(board, "Seu desenho.*responde 1,")

    assert lab.course_errors() == []
