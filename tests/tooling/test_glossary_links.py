"""Terms become links to the glossary: once, where they are explained, and nowhere that a link would break."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from lessonlib.tooling import glossary_links
from lessonlib.tooling.glossary_links import TARGET, all_names, link_terms, names_of, singular
from lessonlib.tooling.paths import SOURCES, list_lessons
from lessonlib.tooling.sources import anchor, convert

GLOSSARY = """
[[term]]
pt = "filtro"
en = "filter"
means = "x."
lesson = "03"

[[term]]
pt = "filtro casado"
en = "matched filter"
means = "x."
lesson = "03"

[[term]]
pt = "conexão de atalho (salto)"
en = "skip connection (SC)"
means = "x."
lesson = "03"

[[term]]
pt = "passo"
en = "stride"
means = "x."
lesson = "04"
"""


@pytest.fixture(autouse=True)
def glossary(tmp_path, monkeypatch):
    path = tmp_path / "glossary.toml"
    path.write_text(GLOSSARY, encoding="utf-8")
    monkeypatch.setattr(glossary_links, "FILE", path)
    all_names.cache_clear()
    yield
    all_names.cache_clear()


def linked(*sources, lesson="03"):
    """Return cells after the rule, ``[term]`` short for a link to the glossary."""
    cells = [new_markdown_cell("# Título: filtro")]
    cells += [s if not isinstance(s, str) else new_markdown_cell(s) for s in sources]
    link_terms(cells, lesson)
    return [cell.source.replace(f"]({TARGET})", "]") for cell in cells[1:]]


def test_the_bold_occurrence_is_the_one_even_when_another_comes_first():
    sources = "Um filtro é assim.", "O **filtro** é isto."
    assert linked(*sources) == ["Um filtro é assim.", "O [**filtro**] é isto."]


def test_without_a_bold_one_it_is_the_first_in_the_prose():
    assert linked("Um filtro, outro filtro.") == ["Um [filtro], outro filtro."]


def test_the_longest_name_wins_also_when_it_is_already_linked():
    text = "O **filtro casado** e o filtro casado, e por fim um filtro."
    assert linked(text) == ["O [**filtro casado**] e o filtro casado, e por fim um [filtro]."]


@pytest.mark.parametrize("name", ["Conexões de atalho", "salto", "saltos", "SC"])
def test_plurals_capitals_and_other_names(name):
    assert linked(f"Use **{name}** e salto.") == [f"Use [**{name}**] e salto."]


def test_a_term_of_another_lesson_is_left_alone():
    assert linked("O **passo** é 2.") == ["O **passo** é 2."]


@pytest.mark.parametrize(
    "text",
    [
        "## O **filtro** casa",
        "| **filtro** |\n|---|\n| filtro |",
        ":::{note} O **filtro**\n:::",
        "```\n**filtro**\n```",
        "Veja `**filtro**` e `filtro`.",
        "A conta $filtro$.",
        "$$a = b\\\\\nfiltro\n= c$$",
        "Um [filtro](https://example.org) e [o **filtro**](x.md).",
        "![filtro](x.png)",
        "<!-- filtro -->",
        "*filtro*",
        "filtros_de_nome e subfiltro",
    ],
)
def test_what_is_no_prose_stays_as_it_is(text):
    assert linked(text) == [text]


def test_code_cells_and_the_exercises_stay_as_they_are():
    sources = [new_code_cell("# filtro"), "## Exercícios\n\nUm **filtro**.", "## Resumo\n\nO **filtro**."]
    assert linked(*sources) == ["# filtro", "## Exercícios\n\nUm **filtro**.", "## Resumo\n\nO **filtro**."]


def test_a_term_inside_a_box_is_prose():
    box = ":::{{note}} Nota\nO {} é isto.\n:::"
    assert linked(box.format("**filtro**")) == [box.format("[**filtro**]")]


def test_names_and_singular():
    assert names_of("03") == {
        "filtro": "filtro",
        "filtro casado": "filtro casado",
        "conexão de atalho": "conexão de atalho (salto)",
        "salto": "conexão de atalho (salto)",
        "sc": "conexão de atalho (salto)",
    }
    for many, one in [("Sinais", "sinal"), ("pixels", "pixel"), ("conexões", "conexão")]:
        assert singular(many) == one


def test_an_anchor_is_what_nbformat_accepts_as_the_id_of_a_cell():
    assert anchor("## H×W×C ou C×H×W? (slide 13)") == "h-w-c-ou-c-h-w-slide-13"
    for path in list_lessons(SOURCES, ".md"):
        for cell in convert(path).cells:
            assert re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", cell.id)
