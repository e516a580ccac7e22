"""A link to a section of another lesson leads to that section, also when the lesson is not open yet."""

from lessonlib.classroom import deck
from lessonlib.tooling.glossary_links import TARGET
from lessonlib.tooling.paths import NOTEBOOKS, find_lesson

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# How far below the top of the page the cell with an id is; null until its notebook is the one on screen.
PLACE = """([path, id]) => {
    const panel = window.jupyterapp.shell.currentWidget;
    if (panel?.context?.path !== path || !panel.content.outerNode) return null;
    const cell = panel.content.widgets.find((widget) => widget.model.id === id);
    if (!cell?.node.isConnected) return null;
    return cell.node.getBoundingClientRect().top - panel.content.outerNode.getBoundingClientRect().top;
}"""


def follow(lab, link, file, cell):
    """Click a link and wait until its cell is near the top and stays there."""
    link.click()
    where = [f"notebooks/{file}", cell]
    near = f"(where) => {{ const top = ({PLACE})(where); return top !== null && Math.abs(top) < 60; }}"
    lab.page.wait_for_function(near, arg=where, timeout=120_000)
    lab.page.wait_for_timeout(3000)  # pictures that come late push the text down
    assert abs(lab.page.evaluate(PLACE, where)) < 60


def test_the_table_of_slides_leads_to_the_section(lab):
    start = lab.open_lesson("00")
    for slide in (24, 59):
        section = deck.slides()[slide - 1].sections[0]
        file = find_lesson(NOTEBOOKS, section.lesson, ".ipynb").name
        link = lab.page.locator(f"{PANEL} a", has_text=f"{section.lesson} · {section.title}").first
        follow(lab, link, file, section.anchor.removeprefix("#cell-id="))
        lab.page.locator(f".lm-TabBar-tabLabel:text-is('{start}')").first.click()


def test_a_term_leads_to_the_glossary(lab):
    file, cell = TARGET.split("#cell-id=")
    lab.open_lesson("05")
    link = lab.page.locator(f"{PANEL} a", has_text="mapa de ativação").first
    assert link.evaluate("a => getComputedStyle(a.querySelector('strong') ?? a).fontWeight") >= "600"
    follow(lab, link, file, cell)
