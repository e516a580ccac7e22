"""Every figure and every widget's picture says in words what it shows, in every built notebook."""

import re
from html.parser import HTMLParser

import pytest

from lessonlib.tooling.outputs import WIDGET

SHORTEST = 20  # characters; "Foto: Xícara de café." has 21
FILE_NAME = re.compile(r"\.(png|jpe?g|gif|svg|webp)\b|^\S*[_/\\]\S*$", re.IGNORECASE)
EMPTY_WORDS = re.compile(r"(figura|imagem|gráfico|foto|image|plot|chart)\W*\d*", re.IGNORECASE)


class Pictures(HTMLParser):
    """The alternative text of each picture in a piece of HTML; None where there is none."""

    def __init__(self, markup):
        super().__init__()
        self.texts = []
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        if tag in ("img", "canvas", "svg"):
            attributes = dict(attributes)
            self.texts.append(attributes.get("alt") or attributes.get("aria-label"))


def complaint(text):
    """Return what is wrong with an alternative text, or an empty text."""
    if not text or not text.strip():
        return "missing"
    if FILE_NAME.search(text):
        return f"looks like the name of a file: {text!r}"
    if len(text.strip()) < SHORTEST or EMPTY_WORDS.fullmatch(text.strip()):
        return f"says too little: {text!r}"
    return ""


def outputs_of(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            yield output.get("data", {})


def test_every_picture_has_an_alternative_text(notebook):
    texts = [text for data in outputs_of(notebook) for text in Pictures(data.get("text/html", "")).texts]
    assert texts
    assert [wrong for wrong in map(complaint, texts) if wrong] == []


def test_no_picture_comes_without_html(notebook):
    """JupyterLab shows image/png and SVG without alternative text, and a widget only while a kernel lives."""
    for data in outputs_of(notebook):
        bare = [kind for kind in data if kind.startswith("image/") or kind == WIDGET]
        assert not bare or "text/html" in data


def test_pictures_in_the_text_are_described(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    described = re.findall(r"!\[([^\]]*)\]\(", prose) + Pictures(prose).texts
    assert [wrong for wrong in map(complaint, described) if wrong] == []


@pytest.mark.parametrize(
    "text, words",
    [
        (None, "missing"),
        ("  ", "missing"),
        ("curva_de_perda.png", "file"),
        ("figura 3", "too little"),
        ("Uma onda.", "too little"),
        ("A perda cai depressa nos primeiros 100 passos e devagar depois.", ""),
    ],
)
def test_the_judge_of_texts(text, words):
    assert words in complaint(text) and bool(complaint(text)) == bool(words)


def test_pictures_are_found():
    markup = '<p><img alt="a" src="b"></p><img src="c"><canvas aria-label="d">'
    assert Pictures(markup).texts == ["a", None, "d"]
