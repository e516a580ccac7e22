"""A lesson as slides in a real browser: each fits the screen and reads from afar, its cells and widgets live,
and the JupyterLab that the lecturer opens afterwards has never heard of a deck.
"""

import os
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from lessonlib.tooling.browsing import Lab, Server, free_port, wait_for_server
from lessonlib.tooling.lab import lab_environment
from lessonlib.tooling.paths import ROOT, STATE

# Every slide in turn: what is out of the screen, or smaller than who sits in the last row can read.
MEASURE = """async () => {
  const talk = window.courseTalk, wrong = [];
  const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  for (let number = 1; number <= talk.count; number++) {
    talk.show(number);
    await frame(); await pause(40); await frame(); await frame();
    const cells = talk.of(number).filter(cell => talk.facts(cell).role !== "check"); // most show nothing
    const last = cells.at(-1).node;
    const words = cells.every(cell => ["heading", "text"].includes(talk.facts(cell).role));
    if (words && last.getBoundingClientRect().bottom < innerHeight / 3 && last.currentCSSZoom < 1.39) {
      wrong.push([number, "text", "smaller than it could be", last.currentCSSZoom]);
    }
    for (const cell of cells) {
      const role = talk.facts(cell).role;
      const area = cell.node.querySelector(".jp-Cell-outputArea");
      const node = cell.hasClass("course-narrow") ? area : cell.node; // there, its cell takes no height
      const box = node.getBoundingClientRect();
      if (!box.height || box.bottom > innerHeight || box.right > innerWidth || box.left < 0) {
        wrong.push([number, role, "outside", Math.round(box.bottom), Math.round(box.right)]);
      }
      const small = {text: [".myst p, .myst li", 24], caption: [".myst p", 24], code: [".cm-content", 18]};
      const least = small[role];
      for (const text of least ? node.querySelectorAll(least[0]) : []) {
        if (!text.getClientRects().length) continue;
        const size = parseFloat(getComputedStyle(text).fontSize) * text.currentCSSZoom;
        if (size < least[1] - 0.01) wrong.push([number, role, "small", size]);
      }
      for (const image of node.querySelectorAll("img")) {
        const part = image.getBoundingClientRect();
        if (part.bottom > innerHeight || part.right > innerWidth) wrong.push([number, role, "figure cut"]);
        const natural = Number(image.getAttribute("width")) || image.naturalWidth;
        const letters = image.dataset.text * part.width / natural;
        if (letters < 13) wrong.push([number, role, "small letters in a figure", letters]);
      }
    }
  }
  talk.show(1);
  return wrong;
}"""

# The boxes of each figure that stands beside what is said of it, and of that.
BESIDE = """async () => {
  const talk = window.courseTalk, found = [];
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  for (let number = 1; number <= talk.count; number++) {
    talk.show(number);
    await frame(); await frame(); await frame();
    const cells = talk.of(number), figure = cells.find(cell => cell.hasClass("course-narrow"));
    if (!figure) continue;
    const nodes = [figure.node.querySelector(".jp-Cell-outputArea"), cells.at(-1).node];
    found.push(nodes.map(node => node.getBoundingClientRect().toJSON()));
  }
  return found;
}"""


@pytest.fixture
def talk(browser, tmp_path, request):
    """``course.py slides 03`` in a browser of the size of a projector; ends with Ctrl-C.

    Its parameter may name another lesson.
    """
    port = free_port()
    settings = {f"JUPYTERLAB_{name}_DIR": tmp_path / name for name in ("SETTINGS", "WORKSPACES")}
    lesson = getattr(request, "param", "03")
    options = [lesson, "--no-browser", "--allow-root", "--port", str(port), "--IdentityProvider.token=aula"]
    options += ["--LabApp.expose_app_in_browser=True", "--ServerApp.port_retries=0"]
    command = "import sys; from lessonlib.tooling.slides import main; sys.exit(main(sys.argv[1:]))"
    log = tmp_path / "log"
    before = set(STATE.glob("slides-*"))
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", command, *options],
            cwd=ROOT,
            env=lab_environment(OMP_NUM_THREADS="1", **{name: str(path) for name, path in settings.items()}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=os.name == "posix",
        )
    server = Server(f"http://127.0.0.1:{port}", "aula", ROOT, process.pid)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="pt-BR")
    lab = Lab(context.new_page(), server)
    try:
        wait_for_server(server, process, log)
        lab.page.goto(server.url("lab/tree/apresentacao.ipynb"))
        lab.page.wait_for_function("document.body.dataset.courseSlides === 'ready'", timeout=90_000)
        yield lab
    finally:
        context.close()
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGINT)  # Ctrl-C reaches the whole group
        else:
            process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
    if os.name == "posix":
        assert set(STATE.glob("slides-*")) <= before, "the presentation left files behind"
    assert not any(path.exists() for path in settings.values()), "the user's own settings were touched"


def number(talk):
    return talk.page.evaluate("window.courseTalk.number")


def run_slide_of(talk, call):
    """Show the slide whose code has a call, run it, and return its number."""
    found = talk.page.evaluate(
        "call => courseTalk.facts(courseTalk.cells.find("
        "cell => cell.model.sharedModel.getSource().includes(call))).slide",
        call,
    )
    talk.page.evaluate(f"courseTalk.show({found})")
    talk.page.keyboard.press("Shift+Enter")
    return found


def test_a_lesson_is_given_from_the_front(talk):
    page = talk.page
    assert page.evaluate("document.body.dataset.jpDeckMode") == "presenting"
    assert page.evaluate(MEASURE) == []

    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    assert number(talk) == 3
    page.keyboard.press("ArrowLeft")
    assert number(talk) == 2

    # What a question's code prints comes with the next key, and stays.
    asks = page.evaluate(
        "window.courseTalk.cells.map(cell => window.courseTalk.facts(cell))"
        ".find(facts => facts.role === 'answer').slide"
    )
    page.evaluate(f"window.courseTalk.show({asks})")
    answer = page.locator(".course-answer .jp-OutputArea-output:visible")
    expect(answer).to_have_count(0)
    expect(page.get_by_text("→ mostra a resposta")).to_be_visible()
    page.keyboard.press("ArrowRight")
    assert number(talk) == asks
    expect(answer).to_have_count(1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert number(talk) == asks
    expect(answer).to_have_count(1)

    # A slide in the middle runs with what it needs, though nothing before it has run.
    widget = run_slide_of(talk, "widgets.sliding_mask")
    experiment = page.locator(".lessonlib-experiment").last
    experiment.wait_for(timeout=60_000)
    picture, slider = experiment.locator("img").first, experiment.locator(".noUi-handle").first
    before = picture.get_attribute("src")
    slider.focus()
    page.keyboard.press("ArrowRight")  # the slider's, not the deck's
    expect(picture).not_to_have_attribute("src", before, timeout=30_000)
    assert number(talk) == widget
    box = experiment.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1280 and box["y"] + box["height"] <= 720
    page.keyboard.press("PageDown")  # a clicker's: leaves the slider
    assert number(talk) == widget + 1

    with page.expect_popup() as popup:
        page.keyboard.press("n")
    notes = popup.value
    notes.wait_for_function("document.querySelector('section.now') !== null")
    page.keyboard.press("Home")
    notes.wait_for_function("document.querySelector('section.now').dataset.first === '1'")
    assert talk.course_errors() == []


@pytest.mark.parametrize("talk", ["02"], indirect=True)
def test_a_narrow_figure_takes_the_height_and_its_caption_stands_beside_it(talk):
    page = talk.page
    wrong = page.evaluate(MEASURE)
    assert [what for _, _, what, *_ in wrong] == ["small letters in a figure"]  # the digit of 340 numbers
    narrow = page.evaluate(BESIDE)
    assert len(narrow) >= 4
    for figure, caption in narrow:
        assert figure["height"] > 0.7 * 720 and figure["bottom"] <= 720
        assert figure["right"] < caption["left"] and caption["bottom"] <= 720
        assert abs(figure["top"] - caption["top"]) < 40


@pytest.mark.parametrize("talk", ["01"], indirect=True)
def test_the_caption_of_an_experiment_with_many_controls_goes_under_its_picture(talk):
    page = talk.page
    run_slide_of(talk, "widgets.field_mosaic")
    experiment = page.locator(".lessonlib-experiment.course-tall").last
    experiment.wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    boxes = "node => [...node.children].map(part => part.getBoundingClientRect().toJSON())"
    picture = experiment.locator(":scope > :nth-child(3) img").first.bounding_box()
    _, controls, _, caption, *_ = experiment.evaluate(boxes)
    assert controls["right"] <= picture["x"] and controls["bottom"] <= 720
    assert caption["top"] >= picture["y"] + picture["height"] and caption["bottom"] <= 720
    assert abs(caption["left"] - picture["x"]) < 30 and caption["width"] > 0.9 * picture["width"]
    assert talk.course_errors() == []


def test_the_usual_jupyterlab_opens_without_a_deck(lab):
    lab.write_cell("95", "1")
    lab.open_lesson("95")
    assert lab.page.evaluate("document.body.dataset.jpDeckMode ?? null") is None
    assert not lab.page.evaluate("window.jupyterapp.commands.hasCommand('deck:start')")
    assert lab.course_errors() == []
