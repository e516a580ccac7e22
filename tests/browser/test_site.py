"""The static edition in a real browser, from a folder: offline, searchable, accessible, printable."""

import io
import json
import os
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from lessonlib.tooling.paths import NOTEBOOKS, list_lessons
from lessonlib.tooling.site import build_site

LESSONS = [path.stem for path in list_lessons(NOTEBOOKS, ".ipynb")]
PAGES = ["index", "search", *LESSONS]
A4 = {"width": 680, "height": 1001}  # what the margins of the print style leave, in CSS pixels


class Site(NamedTuple):
    """A built edition: its folder, and what the build complained about."""

    folder: Path
    complaints: list

    def url(self, name):
        return (self.folder / f"{name}.html").as_uri()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The edition of the whole course, built once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, report = shared / "site", shared / "site.json"
    try:
        (shared / "site.lock").mkdir()  # only one worker can
    except FileExistsError:
        deadline = time.monotonic() + 240
        while not report.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
    else:
        complaints = ["the build failed"]
        try:
            complaints = build_site(folder, progress=False)
        finally:
            draft = report.with_suffix(".tmp")
            draft.write_text(json.dumps(complaints), encoding="utf-8")
            draft.replace(report)
    return Site(folder, json.loads(report.read_text(encoding="utf-8")))


class Visit:
    """A page of the edition, and all that it asked for and complained about on the way."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.requests, self.failed, self.errors = [], [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.failed.append(request.url))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, name):
        self.page.goto(self.site.url(name))
        self.settle()

    def settle(self):
        """Wait until the formulas are drawn."""
        self.page.evaluate("window.MathJax?.startup?.promise?.then(() => true)")

    def is_quiet(self):
        outside = [url for url in self.requests if not url.startswith((self.site.folder.as_uri(), "data:"))]
        assert self.requests and not outside
        assert not self.failed and not self.errors


@pytest.fixture
def visit(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="pt-BR")
    yield Visit(context.new_page(), site)
    context.close()


def test_the_build_has_nothing_to_complain_about(site):
    assert site.complaints == []
    assert {path.stem for path in site.folder.glob("*.html")} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_any_host_and_draws_every_formula(visit, name):
    visit.open(name)
    pictures = "[...document.images].map(image => image.decode().then(() => image.naturalWidth))"
    widths = visit.page.evaluate(f"Promise.all({pictures})")
    assert all(widths)
    drawn, written, wrong = visit.page.evaluate(
        "['mjx-container', '.math', '[data-mml-node=merror]'].map(s => document.querySelectorAll(s).length)"
    )
    assert drawn == written and not wrong
    visit.is_quiet()


def test_search_finds_words_with_accents_from_a_folder(visit):
    visit.open("index")
    visit.page.fill("input[name=q]", "convolução")
    visit.page.keyboard.press("Enter")
    result = visit.page.locator("#search-results li a", has_text="Aula 04")
    result.wait_for()
    result.press("Enter")  # results still arrive: a click can miss one that moves
    visit.page.wait_for_url("**/04_*.html*")
    assert "Convolução" in visit.page.inner_text("h1")
    visit.settle()
    visit.is_quiet()


def test_the_theme_is_chosen_by_keyboard_and_remembered(visit):
    visit.open("index")
    toggle = visit.page.locator("button.theme-toggle:visible")
    toggle.focus()
    for _ in range(3):
        visit.page.keyboard.press("Enter")
        if visit.page.evaluate("document.body.dataset.theme") == "dark":
            break
    visit.open(LESSONS[0])
    assert visit.page.evaluate("document.body.dataset.theme") == "dark"
    assert max(_rgb(visit, "body", "background-color")) < 60
    assert (
        min(_rgb(visit, ".output.text_html:has(img)", "background-color")) > 240
    )  # a figure keeps its paper
    visit.is_quiet()


def _rgb(visit, selector, name):
    script = f"e => getComputedStyle(e).getPropertyValue('{name}')"
    return [int(n) for n in re.findall(r"\d+", visit.page.locator(selector).first.evaluate(script))[:3]]


# Colours repeat: one word of each kind of code, and a few rows of each table, tell as much as thousands.
THIN = """() => {
  const seen = new Set();
  for (const span of document.querySelectorAll(".highlight span")) {
    const kind = span.className + "/" + span.closest("div.highlight").parentElement.className;
    if (seen.has(kind)) span.replaceWith(span.textContent); else seen.add(kind);
  }
  for (const row of document.querySelectorAll("tbody tr:nth-child(n+4)")) row.remove();
  for (const formula of [...document.querySelectorAll("mjx-container")].slice(3)) formula.remove();
}"""


def grave(page, **options):
    """Return axe-core's findings of impact serious or critical, as text."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visit, name):
    visit.open(name)
    visit.page.evaluate(THIN)
    visit.page.evaluate("document.querySelectorAll('details').forEach(answer => answer.open = true)")
    assert grave(visit.page) == []
    visit.page.evaluate("document.body.dataset.theme = 'dark'")
    assert grave(visit.page, runOnly=["color-contrast"]) == []


def test_axe_would_find_something(visit):
    visit.open("index")
    visit.page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend',"
        """ '<img src="x.png"><p style="color:#aaa;background:#fff">pálido</p>')"""
    )
    found = " ".join(grave(visit.page))
    assert "image-alt" in found and "color-contrast" in found


def test_a_narrow_screen_needs_no_sideways_scrolling_and_wide_code_takes_the_focus(visit):
    visit.page.set_viewport_size({"width": 390, "height": 800})
    for name in LESSONS:
        visit.open(name)
        wide = visit.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, name
        assert visit.page.evaluate(
            "[...document.querySelectorAll('pre')].every(p => p.scrollWidth <= p.clientWidth + 1"
            " || p.tabIndex === 0)"
        )


def test_the_menus_of_a_narrow_screen_work_with_the_keyboard(visit):
    visit.page.set_viewport_size({"width": 390, "height": 800})
    visit.open(LESSONS[0])
    press = visit.page.keyboard.press
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
    press("Tab")
    assert "lista de aulas" in visit.page.evaluate(focused)
    link = visit.page.locator(".sidebar-drawer a", has_text="Aula 03")
    assert not link.is_visible()
    press("Space")
    link.wait_for()
    press("Space")
    link.wait_for(state="hidden")
    press("Tab")
    assert "sumário" in visit.page.evaluate(focused)
    press("Tab")
    assert visit.page.evaluate(focused).strip() == "Ir para o conteúdo"
    press("Tab")
    assert visit.page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0  # not in a drawer


class Links(HTMLParser):
    """The links and the ids of a page."""

    def __init__(self, page):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids.add(attributes.get("id"))
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


def test_every_link_between_pages_leads_to_something(site):
    pages = {path.name: Links(path.read_text(encoding="utf-8")) for path in site.folder.glob("*.html")}
    between = 0
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "data"), f"{name}: {link}"
                continue
            file = unquote(parts.path) or name
            assert (site.folder / file).exists(), f"{name}: {link}"
            if file in pages and parts.fragment:
                assert unquote(parts.fragment) in pages[file].ids, f"{name}: {link}"
                between += file != name
    assert between > 0


def test_a_lesson_prints_cleanly(visit):
    from pypdf import PdfReader

    visit.open(next(name for name in LESSONS if name.startswith("03")))
    pictures = visit.page.evaluate("document.images.length")
    printed = PdfReader(io.BytesIO(visit.page.pdf(prefer_css_page_size=True)))
    texts = [sheet.extract_text() for sheet in printed.pages]
    text = "\n".join(texts)
    assert 8 <= len(printed.pages) <= 40
    width, height = (float(side) * 25.4 / 72 for side in printed.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    for wanted in ("Aula 03 · Correlação", "Referências", "Certo.", "Uma solução do exercício 3.1"):
        assert wanted in text
    for menu in ("Nesta página", "Buscar", "Próxima", "Aula 07 · Camadas"):
        assert menu not in text
    # a photo is an image of the PDF, line art is not; no sheet is empty
    photos = [len(sheet.images) for sheet in printed.pages]
    assert 0 < sum(photos) <= pictures
    assert all(words.strip() or shown for words, shown in zip(texts, photos, strict=True))


@pytest.mark.parametrize("name", LESSONS)
def test_no_figure_is_cut_on_paper(visit, name):
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size(A4)
    visit.open(name)
    boxes = visit.page.evaluate(
        "[...document.images].map(i => [i.getBoundingClientRect(), getComputedStyle(i).breakInside])"
        ".map(([box, rule]) => [box.left, box.right, box.height, rule])"
    )
    assert boxes
    for left, right, height, rule in boxes:
        assert left >= 0 and right <= A4["width"] + 1 and height <= A4["height"] and rule == "avoid"
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= A4["width"] + 1
