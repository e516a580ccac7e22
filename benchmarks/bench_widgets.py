"""From a key to the new picture on screen, for every widget of every lesson, in JupyterLab in a browser.

    python benchmarks/run.py widgets

The peer is the least that the road costs: a bare slider whose value goes to the kernel and comes back.
"""

import statistics

from tqdm import tqdm

from lessonlib.tooling.browsing import Lab, find_browser, open_browser, running_lab
from lessonlib.tooling.paths import NOTEBOOKS, list_lessons

MOVES, LEAST = 20, 7  # changes to time; with fewer than these there is no median
P50_MS, P95_MS = 80, 200

BARE = """
import ipywidgets

slider, text = ipywidgets.IntSlider(value=50), ipywidgets.HTML("<img alt='50'>")
slider.observe(lambda change: setattr(text, "value", f"<img alt='{change.new}'>"), names="value")
ipywidgets.VBox([slider, text]).add_class("lessonlib-experiment")
"""

# The clock starts at the key's event and stops after the frame that has the new picture was painted.
WATCH = """
root => {
  const now = window.lessonlibClock = {start: null, taken: null};
  root.addEventListener('keydown', () => { now.start = performance.now(); now.taken = null; }, true);
  const picture = () => [...root.querySelectorAll('img')].map(i => i.src + i.alt).join();
  let before = picture();
  new MutationObserver(() => {
    const after = picture();
    if (after === before || now.start === null) return;
    before = after;
    const start = now.start;
    requestAnimationFrame(() => setTimeout(() => { now.taken = performance.now() - start; }, 0));
  }).observe(root, {subtree: true, childList: true, attributes: true});
}
"""


def rows() -> list[dict]:
    """Return one row a widget that has a slider or a list; without a browser, say so and return none."""
    program = find_browser()
    if program is None:
        print("bench_widgets: no Chromium, Chrome or Edge here; left out")
        return []
    measured = []
    with open_browser(program) as browser, running_lab() as server:
        page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="pt-BR").new_page()
        lab = Lab(page, server)
        lab.write_cell("95", BARE)
        floor = statistics.median(next(_experiments(lab, "95"))[1])
        numbers = [path.name[:2] for path in list_lessons(NOTEBOOKS, ".ipynb")]
        for number in tqdm(numbers, desc="lessons", unit="lesson", disable=None, leave=False):
            for title, taken in _experiments(lab, number):
                measured.append(_row(f"{number} {title}", taken, floor))
            lab.stop_kernels()
    return measured


def _row(name, taken, floor):
    if len(taken) < LEAST:
        return {"name": name, "ours_ms": float("nan"), "peer": "bare slider", "peer_ms": floor,
                "goal": "-", "ok": True}
    taken = sorted(taken)
    p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
    return {"name": name, "ours_ms": p50, "peer": "bare slider", "peer_ms": floor,
            "goal": f"p50 <= {P50_MS}, p95 <= {P95_MS} ms (p95 {p95:.0f})",
            "ok": p50 <= P50_MS and p95 <= P95_MS}


def _experiments(lab, number):
    """Yield the title of each experiment of a lesson and the milliseconds of its moves."""
    lab.open_lesson(number)
    lab.run_all(timeout=900)
    for index, cell in enumerate(lab.cells()):
        texts = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ())]
        title = next((text.removeprefix("[experimento] ") for text in map("".join, texts)
                      if text.startswith("[experimento]")), "bare" if number == "95" else None)
        if title is not None:
            root = lab.show_cell(index).locator(".lessonlib-experiment").first
            root.wait_for(timeout=30_000)
            yield title, _moves(root, lab.page)


def _moves(root, page):
    """Press arrows on a slider, or on the first list, and return what each change took.

    The slider is the first that changes the picture: some only set what a button will start.
    """
    sliders, lists = root.locator(".noUi-handle").all(), root.locator("select").all()
    root.scroll_into_view_if_needed()
    root.evaluate(WATCH)
    taken = []
    for control in sliders or lists[:1]:
        taken = _presses(control, page, listed=not sliders)
        if len(taken) >= LEAST:
            break
    return taken


def _presses(control, page, *, listed):
    control.focus()
    taken, still = [], 0
    keys = ["ArrowDown", "ArrowUp"] if listed else ["ArrowRight", "ArrowLeft"]
    for move in range(3 * MOVES):  # there and back: near a threshold some steps change nothing
        if listed:  # in JupyterLab bare arrows on a closed list would move the cell
            page.keyboard.press("Space")
        page.keyboard.press(keys[move // 10 % 2])
        if listed:
            page.keyboard.press("Enter")
        try:
            page.wait_for_function("window.lessonlibClock.taken !== null", timeout=1000)
        except Exception:  # the end of the range, or a step that changes nothing
            still += 1
            if still > MOVES and not taken:
                break
            continue
        taken.append(page.evaluate("window.lessonlibClock.taken"))
        if len(taken) == MOVES:
            break
        page.wait_for_timeout(30)
    return taken
