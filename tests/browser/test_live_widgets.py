"""What only a browser can prove: a click on a canvas moves a widget, training runs while buttons answer."""

import re

CLICK = """
from lessonlib import datasets
from lessonlib.classroom import widgets

layers = {"conv1": (11, 4), "pool1": (3, 2), "conv2": (5, 1, 1, 2)}
widgets.receptive_field_explorer({"AlexNet": (datasets.photo("chelsea")[20:247, 110:337], layers)})
"""

TRAIN = """
from lessonlib import datasets
from lessonlib.classroom import widgets

(x, y), (tx, ty) = datasets.digits("train"), datasets.digits("test")
a, b = (y == 3) | (y == 8), (ty == 3) | (ty == 8)
widgets.two_class_training(x[a], (y[a] == 8) * 1, tx[b], (ty[b] == 8) * 1, names=("3", "8"))
"""


def test_a_click_on_the_map_moves_the_receptive_field(lab, experiment):
    widget = experiment("96", CLICK)
    canvas = widget.locator("canvas").last
    canvas.wait_for(timeout=20_000)
    before = widget.locator("img").first.get_attribute("src")
    box = canvas.bounding_box()
    lab.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 3)
    widget.get_by_text("A unidade (1, 27)").wait_for(timeout=10_000)
    assert widget.locator("img").first.get_attribute("src") != before
    # The map was drawn: the canvas beneath holds more than one colour.
    colours = widget.locator("canvas").first.evaluate(
        "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    )
    assert colours > 20


def test_a_saved_notebook_opens_the_next_day_on_the_picture(lab, experiment):
    widget = experiment("94", CLICK)
    picture = widget.locator("img").first.get_attribute("src")
    for _ in range(2):  # the second save finds on the disk what the first one wrote, and asks nothing
        lab.page.evaluate("window.jupyterapp.shell.currentWidget.context.model.dirty = true")
        lab.page.evaluate("window.jupyterapp.commands.execute('docmanager:save').then(() => true)")
    assert widget.locator("img").first.is_visible()  # alive as before
    lab.stop_kernels()
    lab.open_lesson("94")
    output = lab.show_cell(0).locator(".jp-OutputArea-output")
    output.locator("img").wait_for()
    assert output.locator("img").get_attribute("src") == picture
    assert "Figura parada: execute esta célula" in output.inner_text()
    assert lab.course_errors() == []


def test_training_answers_its_buttons_while_it_runs(lab, experiment):
    widget = experiment("97", TRAIN)

    def step():
        found = re.search(r"Passo (\d+) de", widget.inner_text())
        return int(found[1]) if found else 0

    widget.get_by_role("button", name="Treinar").click()
    widget.get_by_text(re.compile(r"Passo [1-9]\d* de")).wait_for(timeout=20_000)
    widget.get_by_role("button", name="Pausar").click()
    widget.get_by_role("button", name="Treinar").wait_for(timeout=20_000)
    lab.page.wait_for_timeout(500)
    paused = step()
    lab.page.wait_for_timeout(500)
    assert 0 < paused == step()
    widget.get_by_role("button", name="Treinar").press("Enter")
    lab.page.wait_for_function(
        f"/Acabaram os passos/.test(document.querySelector('.lessonlib-experiment').innerText) || "
        f"parseInt((document.querySelector('.lessonlib-experiment').innerText.match(/Passo (\\d+)/) || [0, "
        f"0])[1])"
        f" > {paused}",
        timeout=20_000,
    )
    widget.get_by_role("button", name="Reiniciar").press("Enter")  # a click can miss what moves as it trains
    widget.get_by_text("Pesos sorteados").wait_for(timeout=20_000)
    assert lab.cell_errors() == []
