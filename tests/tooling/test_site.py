"""The static edition, on two small lessons: what becomes of links, pictures, quizzes, exercises and boxes."""

import base64
import json
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lessonlib.classroom.figures import encode_array, image_tag
from lessonlib.tooling import site
from lessonlib.tooling.console import CourseError
from lessonlib.tooling.site_finish import PORTUGUESE
from lessonlib.tooling.site_pages import Pages, anchors_of, headings, key, size_of
from lessonlib.tooling.sources import METADATA

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><rect width="9" height="9"/></svg>'
DATA = {
    "lessons": [
        {
            "file": file,
            "name": f"Aula {file[:2]} · {name}",
            "slides": slides,
            "minutes": 50,
            "needs": needs,
            "teaches": "Somar.",
        }
        for file, name, slides, needs in (("91_um", "Um", "1 a 2", []), ("93_tres", "Três", "3", ["91"]))
    ],
    "quizzes": {
        "91": [
            {
                "text": "Quanto é 1 < 2?",
                "options": [
                    {"text": "verdade", "why": "1 vem antes.", "correct": True},
                    {"text": "mentira", "why": "Olhe de novo.", "correct": False},
                ],
            }
        ]
    },
    "exercises": {"91.1": {"hint": "Pense em <b>somar</b>.", "solution": "def f(a):\n    return a < 1"}},
}


TITLE = "Filtro casado: onde? (slides 23–24)"
MATCHED = "92_dois.html#aula92-filtro-casado-onde-slides-23-24"


def shown(html, text="[figura] algo", source="plots.show()"):
    """Return a code cell with one HTML output."""
    data = {"text/html": html, "text/plain": text}
    return new_code_cell(source, outputs=[new_output("display_data", data)])


def lesson(*cells, number="91", title="Um"):
    first = new_markdown_cell(f"# Aula {number} · {title}\n\nTexto.")
    return new_notebook(cells=[first, *cells], metadata=METADATA)


def convert(folder, *cells, others=()):
    """Return the cells of lesson 91 after its conversion, and the `Pages` that did it."""
    notebook = lesson(*cells)
    anchors = {"91_um": anchors_of(notebook, "91_um"), **dict(others)}
    pages = Pages(anchors, DATA, folder)
    pages.convert(notebook, "91_um")
    return notebook.cells, pages


@pytest.fixture
def other():
    """The anchors of a second lesson."""
    return "92_dois", anchors_of(
        lesson(
            new_markdown_cell(f"## {TITLE}\n\n### Ação `f(x)`", id="filtro-casado"),
            new_markdown_cell("Sem título.", id="92-dois-002"),
        ),
        "92_dois",
    )


@pytest.mark.parametrize(
    "link, page",
    [
        ("92_dois.ipynb", "92_dois.html"),
        ("92_dois.ipynb#cell-id=filtro-casado", MATCHED),
        (f"92_dois.ipynb#{TITLE.replace(' ', '-')}", MATCHED),
        (f"92_dois.ipynb#{TITLE.replace(' ', '%20')}", MATCHED),
        ("92_dois.ipynb#Ação-f(x)", "92_dois.html#aula92-acao-f-x"),
        ("92_dois.ipynb#cell-id=92-dois-002", "92_dois.html#aula92-acao-f-x"),
        ("#Começo", "91_um.html#aula91-comeco"),
    ],
)
def test_links_between_notebooks_become_links_between_pages(tmp_path, other, link, page):
    begin = new_markdown_cell(f"## Começo\n\nVeja [a outra]({link}), e [fora](https://example.org/a.ipynb).")
    cells, pages = convert(tmp_path, begin, shown(f'<a href="{link}">x</a>'), others=[other])
    assert pages.dead_links == []
    label = page.partition("#")[2]
    assert f"[a outra](#{label})" in cells[1].source if label else f"[a outra]({link})" in cells[1].source
    assert "https://example.org/a.ipynb" in cells[1].source
    assert cells[2].outputs[0].data["text/html"] == f'<a href="{page}">x</a>'


def test_a_link_that_leads_nowhere_is_told(tmp_path, other):
    text = "[a](92_dois.ipynb#Outra-coisa) [b](94_nada.ipynb) [c](92_dois.ipynb)"
    _, pages = convert(tmp_path, new_markdown_cell(text), others=[other])
    assert len(pages.dead_links) == 2
    assert "92_dois não tem a seção #Outra-coisa" in pages.dead_links[0]
    assert "94_nada.ipynb" in pages.dead_links[1]


def test_headings_are_not_looked_for_in_code():
    source = "## Um\n\n```python\n# comentário\n```\n\ntexto\n\n### **Dois** e `três`"
    assert list(headings(source)) == [(0, "Um"), (8, "Dois e três")]
    assert key("Dois-e-três") == key("Dois e tres") != key("Dois")


def test_each_label_is_given_once(tmp_path):
    cells, _ = convert(tmp_path, new_markdown_cell("## Igual"), new_markdown_cell("## Igual\n\nfim"))
    text = "\n".join(cell.source for cell in cells)
    assert text.count("(aula91-igual)=\n## Igual") == 1 and text.count("## Igual") == 2


def test_pictures_go_to_files_once_and_keep_their_words_and_size(tmp_path):
    import numpy as np

    png = encode_array(np.zeros((40, 80, 3), np.uint8))
    markup = image_tag(png, 'um "quadro" > preto', width=40) + image_tag(SVG, "uma linha")
    cells, _ = convert(tmp_path, shown(markup), shown(image_tag(SVG, "de novo")))
    first = cells[1].outputs[0].data["text/html"]
    assert "base64" not in first
    assert 'alt="um &quot;quadro&quot; &gt; preto"' in first
    assert 'width="40" height="20"' in first and 'width="96" height="48"' in first
    files = {file.suffix: file for file in tmp_path.iterdir()}
    assert {suffix: file.read_bytes() for suffix, file in files.items()} == {".png": png, ".svg": SVG}
    assert all(f'src="figuras/{file.name}"' in first for file in files.values())
    assert f'src="figuras/{files[".svg"].name}"' in cells[2].outputs[0].data["text/html"]


def test_sizes_of_pictures():
    assert size_of(SVG) == (96, 48)
    assert size_of(b"<svg viewBox='0 0 9 9'>") is None


def test_a_quiz_folds_each_answer_with_its_reason(tmp_path):
    cells, _ = convert(tmp_path, shown("<ol></ol>", "[quiz] 1 pergunta", 'quiz.show("91")'))
    markup = cells[1].outputs[0].data["text/html"]
    assert markup.count("<details>") == 2 and "open" not in markup
    assert "Quanto é 1 &lt; 2?" in markup
    assert "<summary>verdade</summary><p><strong>✔ Certo.</strong> 1 vem antes.</p>" in markup
    assert "<summary>mentira</summary><p><strong>✘ Não.</strong> Olhe de novo.</p>" in markup


def test_an_exercise_folds_hint_and_solution(tmp_path):
    empty = '<div role="status">… Exercício 91.1. Ainda não implementado.</div>'
    wrong = '<div role="status">✘ Exercício 91.1. O valor não é o esperado.</div>'
    text = "Exercício 91.1. O que for"
    other = shown("<p>x</p>", "Exercício 99.9. n")
    cells, _ = convert(tmp_path, shown(empty, text), shown(wrong, text), other)
    first, second, unknown = (cell.outputs[0].data["text/html"] for cell in cells[1:])
    assert "Ainda não implementado" not in first and "confere a sua função" in first
    assert "O valor não é o esperado" in second and "role=" not in second
    for markup in (first, second):
        assert "<p>Pense em <b>somar</b>.</p>" in markup and "&lt;" in markup and "def" in markup
    assert unknown == "<p>x</p>"


def test_an_experiment_says_that_it_stands_still(tmp_path):
    still = "<p>3 px</p><p><em>Execute esta célula (Shift+Enter) para mover os controles.</em></p>"
    cells, _ = convert(tmp_path, shown(still, "[experimento] mova"))
    assert "Shift" not in cells[1].outputs[0].data["text/html"]
    assert "no caderno, os controles a movem" in cells[1].outputs[0].data["text/html"]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """A whole edition of two lessons: its folder, the complaints, and what the terminal would have shown."""
    notebooks, folder = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("edition") / "site"
    first = lesson(
        new_markdown_cell("## Começo\n\n[ir](93_tres.ipynb)"),
        new_markdown_cell(":::{note} Nota sobre o slide\nO slide 3 diz $a^2$.\n:::"),
        shown(image_tag(SVG, "Uma linha que sobe devagar.")),
        new_code_cell("print('olá')", outputs=[new_output("stream", text="olá ação\n")]),
    )
    second = lesson(new_markdown_cell("## Fim\n\n[voltar](91_um.ipynb#Começo)"), number="93", title="Três")
    for name, notebook in (("91_um", first), ("93_tres", second)):
        nbformat.write(notebook, notebooks / f"{name}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "read_course_data", lambda: DATA)
        complaints = site.build_site(folder, notebooks, progress=False)
    return folder, notebooks, complaints


def test_an_edition_is_complete_and_says_so(edition):
    folder, _, complaints = edition
    assert complaints == []
    names = {path.name for path in folder.glob("*.html")}
    assert names == {"index.html", "search.html", "91_um.html", "93_tres.html"}
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="91_um.html"' in index and "1\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}2" in index
    assert "python course.py lab" in index and "em preparação" not in index
    page = (folder / "91_um.html").read_text(encoding="utf-8")
    title = '<p class="admonition-title">Nota sobre o slide</p>'
    assert re.search(r'class="[^"]*\bnote\b[^"]*">\s*' + title, page)
    assert 'id="aula91-comeco"' in page and "python course.py lab 91" in re.sub("<[^>]+>", "", page)
    assert 'href="91_um.html#aula91-comeco"' in (folder / "93_tres.html").read_text(encoding="utf-8")
    assert (folder / "_static" / "mathjax" / "tex-svg.js").stat().st_size > 1e6


def test_no_page_names_another_host_as_a_source(edition):
    folder, _, _ = edition
    for path in folder.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        sources = re.findall(r"""(?:src|<link[^>]*href)=["']([^"']+)["']""", page)
        assert sources and not [s for s in sources if re.match(r"(\w+:)?//", s)]
    for path in [*folder.rglob("*.css"), folder / "_static" / "curso.js"]:
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text(encoding="utf-8")), path


ENGLISH = (
    *("Toggle", "Skip to", "Back to top", ">Next<", ">Previous<", "On this page", "Made with", "Light mode"),
    *("Dark mode", "Please activate", ">Search", ">Contents<", "Copyright", "Permalink", "Link to this"),
)


def test_the_pages_speak_portuguese_and_name_authors_and_licences(edition):
    folder, _, _ = edition
    for path in folder.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert '<html class="no-js" lang="pt-BR"' in page
        assert "Thais Gaudencio e Tiago Maritan" in page and "CC BY 4.0" in page and "MIT" in page
        words = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
        assert not [english for english in ENGLISH if english in words]
    assert all(old != new for old, new in PORTUGUESE.items())


def test_search_knows_the_words_of_text_and_outputs(edition):
    folder, _, _ = edition
    index = (folder / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", index, re.DOTALL)[1])
    assert "comec" in found["titleterms"] and {"slid", "açã"} <= set(found["terms"])  # stems of Portuguese
    assert (folder / "_static" / "portuguese-stemmer.js").exists()


def test_an_old_edition_stays_until_the_new_one_is_whole(edition, monkeypatch):
    folder, notebooks, _ = edition
    monkeypatch.setattr(site, "read_course_data", lambda: DATA)
    before = (folder / "index.html").read_bytes()
    (folder / "old.txt").write_text("x")

    def fail(*_):
        raise CourseError("não")

    with monkeypatch.context() as patch, pytest.raises(CourseError):
        patch.setattr(site, "_lay_out", fail)
        site.build_site(folder, notebooks, progress=False)
    assert (folder / "index.html").read_bytes() == before and (folder / "old.txt").exists()
    assert site.build_site(folder, notebooks, progress=False) == []
    assert (folder / "index.html").read_bytes() == before  # and the same again
    assert not (folder / "old.txt").exists()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["site"]


def test_the_course_data_has_an_answer_for_every_lesson():
    data = site.read_course_data()
    assert len(data["lessons"]) == 14 and set(data["quizzes"]) >= {"00", "03"}
    assert all(e["hint"].strip() and "def " in e["solution"] for e in data["exercises"].values())
    for questions in data["quizzes"].values():
        assert all(sum(o["correct"] for o in q["options"]) == 1 for q in questions)


def test_unreadable_course_data_is_one_sentence(monkeypatch):
    monkeypatch.setattr(site.sys, "executable", site.shutil.which("false") or "false")
    with pytest.raises(CourseError, match="não puderam ser lidos"):
        site.read_course_data()


def test_the_command_has_no_options():
    with pytest.raises(CourseError, match="opções"):
        site.main(["03"])


def test_the_svg_of_these_tests_is_what_a_figure_is():
    assert base64.b64encode(SVG).decode() in image_tag(SVG, "uma linha")
