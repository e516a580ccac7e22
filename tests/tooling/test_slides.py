"""Slides by rule: what a lecturer shows stays, what a student does alone goes, and nothing is left behind."""

import ast
import json
import os
import re

import nbformat
import numpy as np
import pytest
from nbformat.sign import NotebookNotary
from traitlets.config import Config

from lessonlib.classroom import style
from lessonlib.classroom.figures import encode_array, image_tag
from lessonlib.tooling import cli, lab, slides
from lessonlib.tooling.paths import NOTEBOOKS, UnknownLesson, list_lessons
from lessonlib.tooling.slide_code import image_size, least_height, pieces, widget_height
from lessonlib.tooling.slide_prose import (
    ROOM,
    blocks,
    caption,
    condense,
    height,
    sentences,
    text_lines,
    without_links,
)
from lessonlib.tooling.slide_rules import METADATA, presentation, slides_of
from lessonlib.tooling.speaker_notes import load, page

LESSONS = list_lessons(NOTEBOOKS, ".ipynb")
FIGURE = {"output_type": "display_data", "data": {"text/html": "<img>"}, "metadata": {}}
TEXT = {"output_type": "stream", "name": "stdout", "text": "3\n"}


def lesson(*cells):
    """Return a notebook: text of Markdown cells, (code, outputs) of code cells."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            made.append(nbformat.v4.new_code_cell(cell[0], outputs=list(map(nbformat.from_dict, cell[1]))))
    title = "# Aula 99 · Teste\n\nSlides 1 a 2 · cerca de 60 minutos · depois: nada\n\nNesta aula você vai:"
    title += "\n\n- **ver**."
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(title), *made])


def shown(notebook):
    return [slide.roles for slide in slides_of(notebook)[0][1:]]


# prose


def test_a_cell_is_split_into_its_blocks():
    text = "Uma frase.\nOutra.\n\n$$\nx\n$$\n\n- um\n- dois\n\n:::{note} Nota\nDentro.\n:::\n\n| a |\n|---|"
    assert [block.kind for block in blocks(text)] == ["paragraph", "formula", "list", "note", "table"]
    assert "\n\n".join(block.text for block in blocks(text)) == text


def test_a_short_cell_stays_whole():
    found = blocks("Uma frase. Outra frase. E mais uma.")
    assert condense(found) == (found, [])


def test_a_long_cell_keeps_the_first_sentence_the_terms_and_the_questions():
    filler = "Esta frase explica com calma um detalhe que o professor diz de viva voz durante a aula. "
    found = blocks(f"Começa aqui. {filler * 6}O **campo receptivo** é isto. **Antes de rodar**: quanto dá?")
    (kept,), gone = condense(found)
    assert kept.text == "Começa aqui. O **campo receptivo** é isto. **Antes de rodar**: quanto dá?"
    assert gone == [filler.strip()] * 6


def test_formulas_tables_and_code_are_never_shortened():
    long = "Uma frase qualquer, comprida o bastante para ocupar quase uma linha inteira deste slide. " * 9
    found, _ = condense(blocks(f"{long}\n\n$$a = b$$\n\n| a |\n|---|\n| 1 |\n\n```\npip\n```"))
    assert [block.kind for block in found] == ["paragraph", "formula", "table", "fence"]


def test_what_announces_the_next_block_stays():
    filler = "Esta frase explica com calma um detalhe que o professor diz de viva voz durante a aula. "
    found = blocks(f"Começa aqui. {filler * 6}Um modelo enxuto usa quatro células:\n\n$$s_0$$")
    kept, gone = condense(found)
    assert [block.text for block in kept] == ["Começa aqui. Um modelo enxuto usa quatro células:", "$$s_0$$"]
    assert len(gone) == 6


def test_a_question_keeps_the_sentence_that_it_is_about():
    found = blocks("A curva sobe. São oito filtros. **Antes de rodar**: quantos trabalham?")
    text, rest = caption(found)
    assert text == "A curva sobe."
    assert rest[0].text == "São oito filtros. **Antes de rodar**: quantos trabalham?"


def test_an_answer_waits_for_the_next_slide():
    asked = "De que tamanho? **Pense antes de continuar.**"
    slides, _ = slides_of(lesson(f"## S\n\n{asked}", "Resposta: 3 filtros."))
    assert [slide.cells[0][1] for slide in slides[1:]] == [asked, "Resposta: 3 filtros."]


def test_a_last_line_joins_the_caption():
    long = "Dois algoritmos que não se conhecem chegam ao mesmo tipo de filtro, e os sorteados a nenhum. " * 2
    cells = ("## S\n\nVeja.", ("plots.lines(x, y)", [FIGURE]), f"{long}\nA estrutura vem das **fotos**.")
    slides, _ = slides_of(lesson(*cells))
    assert slides[-1].roles == ["text", "figure", "caption"]
    assert slides[-1].cells[-1][1].endswith("A estrutura vem das **fotos**.")


def test_code_that_only_checks_a_figure_is_folded_under_it():
    verdict = 'top = y.max()\nassert top < 1\nprint("A curva nunca passa de um.")'
    cells = ("## S\n\nVeja.", ("plots.lines(x, y)", [FIGURE]), (verdict, [TEXT]), "Ela para em 1.")
    assert shown(lesson(*cells)) == [["text", "figure", "check", "caption"]]
    cells = ("## S\n\nVeja.", ("plots.lines(x, y)", [FIGURE]), ("print(y.max())", [TEXT]), "Ela para em 1.")
    assert shown(lesson(*cells)) == [["text", "figure"], ["code", "caption"]]


def test_the_checks_at_the_end_of_a_question_s_code_wait_with_its_answer():
    verdict = "Não mais do que dois modos."
    printed = nbformat.v4.new_output("stream", text=f"2\n{verdict}\n")
    code = f'print(n)\nassert n < 3\nprint("{verdict}")'
    asked = lesson("## S\n**Antes de rodar**: quantos?", (code, [printed]))
    assert shown(asked) == [["text", "answer", "check"]]
    (_, answer, check) = slides_of(asked)[0][-1].cells
    assert (answer[1], answer[2][0].text) == ("print(n)", "2\n")
    assert (check[1], check[2][0].text) == (code.removeprefix("print(n)\n"), f"{verdict}\n")


def test_code_that_tells_its_answer_before_it_prints_it_comes_after_its_question():
    asked = lesson("## S\n**Antes de rodar**: quantos?", ("assert n < 3\nprint(n)", [TEXT]))
    assert shown(asked) == [["text"], ["code"]]


def test_what_only_loads_is_folded_under_its_figure_and_what_computes_is_not():
    loads = 'photos = {name: datasets.photo(name) for name in ("camera", "coffee")}\nplots.image(photos)'
    assert shown(lesson("## S\nDuas fotos.", (loads, [FIGURE]))) == [["text", "figure"]]
    computes = "g = correlate2d(camera, w)\nplots.image(g)"
    assert shown(lesson("## S\nA resposta.", (computes, [FIGURE]))) == [["text", "code"], ["figure"]]


def test_going_through_a_dict_is_no_work_that_a_class_must_read():
    loads = "sizes = {name: 1 for name, _ in widths.items()}\nplots.image(sizes)"
    assert shown(lesson("## S\nDuas fotos.", (loads, [FIGURE]))) == [["text", "figure"]]


def test_names_given_for_a_check_after_a_figure_go_under_it_with_the_check():
    code = "plots.image(x)\ntop = x.max()\nassert top < 1"
    (only,) = pieces(code, [FIGURE])
    assert (only.kind, only.source) == ("figure", code)
    assert shown(lesson("## S\nUma foto.", (code, [FIGURE]), "Escura.")) == [["text", "figure", "caption"]]


def test_what_begins_another_step_after_an_output_stands_above_the_next_figure():
    step = "Agora a outra rede, com o dobro de filtros e o mesmo treino."
    cells = ("## S\nFrase.", ("print(1)", [TEXT]), step, ("plots.image(x)", [FIGURE]))
    assert shown(lesson(*cells)) == [["text", "code"], ["text", "figure"]]


def test_rows_of_a_table_of_layers_that_the_slide_leaves_out_take_no_room():
    def height_of(heading, size):
        rows = [heading, "<th>entrada</th><td>3×8×8</td><td>0</td>"]
        for n in range(10):
            rows += [f"<th>conv{n}</th><td>{size}×8×8</td><td>216</td>",
                     f"<th>relu{n}</th><td>{size}×8×8</td><td>0</td>"]
        table = "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
        return least_height([nbformat.v4.new_output("display_data", {"text/html": table})])

    heads = "<th>camada</th><th>{}</th><th>parâmetros</th>"
    assert height_of(heads.format("saída (C×H×W)"), 8) == 30 * (22 - 10)  # without the ReLUs
    assert height_of(heads.format("saída"), 8) == 30 * 22


def test_a_figure_that_was_not_drawn_is_code():
    (only,) = pieces("if weights:\n    plots.image(weights)\nelse:\n    print('Faltam pesos.')", [TEXT])
    assert (only.kind, only.outputs) == ("code", [TEXT])


def test_a_caption_stops_before_the_next_step():
    text, rest = caption(blocks("A curva sobe. Agora a outra rede. Ela desce."))
    assert (text, [block.text for block in rest]) == ("A curva sobe.", ["Agora a outra rede. Ela desce."])


def test_words_that_announce_a_list_go_with_it():
    long = " ".join(["Uma frase de umas dez palavras que ocupa o seu lugar."] * 14)
    items = "\n".join(f"- o item {n}, que diz alguma coisa" for n in range(8))
    slides, _ = slides_of(lesson(f"## S\n\n**Olhe.** {long}", f"**São**:\n\n{items}"))
    (text,) = (source for _, source, _ in slides[-1].cells)
    assert text.startswith("**São**:\n\n- o item 0")


def test_a_caption_stops_before_the_next_question():
    text, rest = caption(blocks("A curva sobe. **Antes de rodar**: e depois?"))
    assert (text, [block.text for block in rest]) == ("A curva sobe.", ["**Antes de rodar**: e depois?"])
    assert caption(blocks("$$x$$"))[0] == ""


def test_sentences_do_not_break_inside_numbers_and_titles():
    found = sentences("O Prof. Batista mediu 3,5. Depois parou.")
    assert found == ["O Prof. Batista mediu 3,5.", "Depois parou."]


def test_formulas_count_by_what_is_seen():
    assert text_lines(r"$\operatorname{arctan2}(g_y, g_x)$ " * 4) == 1


def test_comments_and_links_to_lessons_do_not_reach_the_slide():
    assert without_links("a\n<!-- errata: E4 -->\n[b](03_x.ipynb#c)") == "a\nb"


# code


def test_computing_and_drawing_are_separate_pieces():
    computes, draws = pieces("# dobro\nx = 1\nprint(x)\nplots.image(x)\nassert x", [TEXT, FIGURE])
    assert (computes.kind, computes.source, computes.outputs) == ("code", "# dobro\nx = 1\nprint(x)", [TEXT])
    assert (draws.kind, draws.source, draws.outputs) == ("figure", "plots.image(x)\nassert x", [FIGURE])


def test_a_remark_printed_after_a_figure_stays_under_it_and_more_gets_its_own_slide():
    source = "plots.image(x)\na = 1\nb = 2\nprint(\n    a,\n    b,\n)"
    for code in (source, "plots.image(x)\nprint(a)"):
        (only,) = pieces(code, [FIGURE, TEXT])
        assert (only.kind, only.source, only.outputs) == ("figure", code, [FIGURE, TEXT])
    long = nbformat.v4.new_output("stream", text="1\n2\n3\n4\n")
    first, last = pieces(source, [FIGURE, long])
    assert (first.kind, first.outputs, last.kind, last.outputs) == ("figure", [FIGURE], "code", [long])


def test_a_widget_is_as_tall_as_its_picture_for_its_controls_stand_beside_it():
    def height_of(*pictures):
        tags = [image_tag(encode_array(np.zeros(shape, np.uint8)), "Uma foto.") for shape in pictures]
        return widget_height([nbformat.v4.new_output("display_data", {"text/html": "".join(tags)})])

    assert (style.CONTROLS_WIDTH, style.TITLE_HEIGHT) == (370, 40)  # what the size of its letters counts on
    assert height_of((460, 800)) == 500  # with its title
    assert height_of((460, 1620)) == pytest.approx(500 * 1180 / (1620 + 370))  # as wide as the slide
    assert height_of() == 100 and height_of((460, 800), (460, 800)) == 1020  # controls above what it shows


def test_a_table_as_last_value_is_a_figure():
    kinds = [piece.kind for piece in pieces("t = summary(net)\nt", [FIGURE])]
    assert kinds == ["code", "figure"]


def test_a_loop_that_only_draws_is_a_figure():
    assert [piece.kind for piece in pieces("for a in b:\n    plots.table(a)", [FIGURE, FIGURE])] == ["figure"]


# rules


def test_text_and_code_share_a_slide_but_an_answer_waits_for_its_question():
    assert shown(lesson("## S\nFrase.", ("1 + 1", [TEXT]))) == [["text", "code"]]
    asked = lesson("## S\n**Antes de rodar**: quanto?", ("1 + 1", [TEXT]), "São dois.")
    assert shown(asked) == [["text", "answer", "caption"]]
    long = "\n".join(f"print({n})" for n in range(20))
    assert shown(lesson("## S\n**Antes de rodar**: quanto?", (long, [TEXT]))) == [["text"], ["code"]]


def test_a_figure_comes_after_its_code_with_what_follows_as_caption():
    roles = shown(lesson("## S\nFrase.", ("x = f(1)\ny = 2\nplots.image(x)", [FIGURE]), "Veja a curva."))
    assert roles == [["text", "code"], ["figure", "caption"]]


def test_a_formula_stays_with_the_words_about_it():
    notebook = lesson("## S\nFrase.", ("1 + 1", [TEXT]), "Os fatores são estes.\n\n$$a = b$$")
    assert shown(notebook) == [["text", "code"], ["text"]]


def test_exercises_quiz_references_and_instructions_are_left_out():
    notebook = lesson(
        "Rode a célula abaixo primeiro.",
        ("import numpy as np", []),
        "## S\nFica.",
        "## Exercícios\n\nEscreva.",
        "**9.1** Conte.",
        ("def f(x):\n    ...\n\nexercises.check('9.1', f)", []),
        "## Quiz\n\nResponda.",
        ("quiz.show('99')", []),
        "## Resumo\n\nNesta aula você:\n\n- **viu**.\n\nAté a próxima.",
        "### Referências\n\n- Alguém.",
    )
    found, setup = slides_of(notebook)
    assert setup == "import numpy as np"
    assert [(slide.section, [source for _, source, _ in slide.cells]) for slide in found[1:]] == [
        ("S", ["Fica."]),
        ("Resumo", ["Nesta aula você:\n\n- **viu**."]),
    ]


def test_a_note_about_the_deck_is_alone_on_its_slide():
    notebook = lesson("## S\nAntes.\n\n:::{note} Nota sobre o slide\nErrado.\n:::", "Depois.")
    assert shown(notebook) == [["text"]] * 3


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_every_lesson_loses_nothing_that_the_class_sees(path):
    notebook = nbformat.read(path, as_version=4)
    found, setup = slides_of(notebook)
    cells = [cell for slide in found for cell in slide.cells]
    code = "\n".join([setup, *(source for role, source, _ in cells if role not in ("text", "caption"))])
    kept = {ast.dump(statement) for statement in ast.parse(code).body}
    section = ""
    for cell in notebook.cells:
        heading = re.match(r"## (.*)", cell.source)
        section = heading[1] if heading else section
        if cell.cell_type == "code" and "quiz.show" not in cell.source and section != "Exercícios":
            if not re.search(r"^\s+\.\.\.$", cell.source, re.MULTILINE):
                assert {ast.dump(statement) for statement in ast.parse(cell.source).body} <= kept, cell.source
        elif cell.cell_type == "markdown" and section not in ("", "Exercícios", "Quiz", "Resumo"):
            prose = "\n\n".join(source for role, source, _ in cells if role == "text")
            for block in blocks(without_links(cell.source)):
                assert block.kind != "formula" or block.text in prose
                assert block.kind != "note" or block.text.splitlines()[0] in prose
    assert not re.search(r"exercises\.check\([^)]*\)\s*$(?<!count_pixels\))", code, re.MULTILINE)


#: Pictures with too many numbers for a slide, by the start of their alternative text; colours tell the tale.
NUMBERS_TOO_SMALL = ("Matriz de 20 linhas e 17 colunas", "A foto com a janela; a janela, o filtro")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_the_letters_of_every_figure_are_readable_from_the_last_row(path):
    for number, slide in enumerate(slides_of(nbformat.read(path, as_version=4))[0], 1):
        text = sum(height(blocks(source)) for role, source, _ in slide.cells if role in ("text", "caption"))
        for role, _, outputs in slide.cells:
            html = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
            tags = re.findall(r"<img[^>]*>", html) if role in ("figure", "widget") else []
            for tag in tags:
                letters = re.search(r'data-text="([\d.]+)"', tag)
                if not letters or any(f'alt="{known}' in tag for known in NUMBERS_TOO_SMALL):
                    continue
                wide, high = image_size(tag)
                beside, above = (370, 40) if role == "widget" else (0, 0)
                zoom = min(2.3, 1170 / (wide + beside), (ROOM + 20 - text) / (high * len(tags) + above))
                assert float(letters[1]) * zoom >= 13, (number, tag[:120])


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_every_slide_has_room_for_its_text(path):
    for number, slide in enumerate(slides_of(nbformat.read(path, as_version=4))[0], 1):
        text = [source for role, source, _ in slide.cells if role in ("text", "caption")]
        assert sum(height(blocks(source)) for source in text) <= ROOM + 60, (number, slide.heading)
        assert "figure" not in slide.roles or height(blocks("\n\n".join(text))) <= ROOM - 370, number
        assert slide.heading and slide.cells
        assert ".ipynb" not in "".join(text) and "Rode a célula abaixo primeiro" not in "".join(text)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem[:2])
def test_the_presentation_is_a_notebook_that_the_extensions_understand(path):
    notebook = nbformat.read(path, as_version=4)
    before = json.dumps(notebook)
    deck = presentation(notebook, run_all=True)
    assert json.dumps(notebook) == before
    nbformat.validate(deck)
    assert len({cell["id"] for cell in deck.cells}) == len(deck.cells)
    facts = [cell.metadata[METADATA] for cell in deck.cells]
    starts = [cell for cell in deck.cells if cell.metadata.get("slideshow", {}).get("slide_type") == "slide"]
    assert len(starts) == deck.metadata[METADATA]["slides"] == max(fact["slide"] for fact in facts)
    assert all(cell.source.startswith("#") for cell in starts)
    assert deck.metadata[METADATA]["run_all"] is True
    for cell, fact in zip(deck.cells, facts, strict=True):
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        assert hidden == (fact["role"] in ("figure", "widget", "check"))
        assert (cell.metadata.get("slideshow", {}).get("slide_type") == "skip") == (fact["role"] == "setup")


# the command


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(slides, "STATE", tmp_path / "estado")
    return tmp_path / "estado"


def test_an_unknown_lesson_is_refused_before_anything_is_written(state):
    with pytest.raises(UnknownLesson, match="Não há uma aula “99”"):
        slides.main(["99"])
    assert not state.exists()


@pytest.mark.parametrize("how", [KeyboardInterrupt, OSError])
def test_nothing_is_left_behind(state, monkeypatch, how):
    seen = []

    def interrupted(command, **_):
        seen.extend(state.glob("slides-*/files/*"))
        raise how

    monkeypatch.setattr(slides, "run", interrupted)
    with pytest.raises(how):
        slides.main(["03", "--no-browser", "--run-all"])
    assert {path.name for path in seen} == {slides.DECK, slides.NOTES}
    assert list(state.iterdir()) == []


def test_what_a_killed_presentation_left_is_swept(state, monkeypatch):
    (state / "slides-velho").mkdir(parents=True)
    (state / "slides-novo").mkdir()
    later = (state / "slides-velho").stat().st_mtime + 2 * slides.DAY
    os.utime(state / "slides-novo", (later, later))
    monkeypatch.setattr(slides.time, "time", lambda: later)
    (state / "assinados.json").write_text("{}")
    slides._sweep()
    assert {path.name for path in state.iterdir()} == {"assinados.json", "slides-novo"}


def test_the_presentation_has_settings_of_its_own(tmp_path):
    deck = slides.prepare(LESSONS[0], tmp_path)
    command = slides.slides_command(tmp_path, ["--no-browser"])
    text = " ".join(map(str, command))
    for option in ("user_settings_dir", "workspaces_dir", "app_settings_dir"):
        assert text.count(f"--LabApp.{option}={tmp_path}") == 1, option
    assert f"--LabApp.app_settings_dir={lab.SETTINGS}" not in text
    assert command[-1] == "--no-browser"
    settings = json.loads((tmp_path / "app_settings" / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "pt_BR"}
    assert settings["@jupyterlab/notebook-extension:tracker"]["windowingMode"] == "none"
    files = {"db_file": str(tmp_path / "signatures.db"), "secret_file": str(tmp_path / "secret")}
    notary = NotebookNotary(config=Config(NotebookNotary=files))
    try:
        assert notary.check_signature(nbformat.read(deck, as_version=4))
    finally:
        notary.store.close()


def test_the_usual_jupyterlab_knows_nothing_of_the_deck():
    from jupyterlab_server.config import get_page_config

    disabled = get_page_config([], app_settings_dir=str(lab.SETTINGS))["disabledExtensions"]
    assert {"jupyterlab-slideshow", "@deathbeds/jupyterlab-fonts"} <= set(disabled)
    assert str(slides.EXTENSIONS) not in " ".join(map(str, lab.lab_command(NOTEBOOKS)))


def test_help_knows_the_command():
    assert "slides [NN]" in cli.help_text()
    assert cli.COMMANDS["slides"].module == "lessonlib.tooling.slides"


def test_the_notes_page_has_all_that_the_lecturer_needs():
    (path,) = (path for path in LESSONS if path.stem.startswith("03"))
    notebook = nbformat.read(path, as_version=4)
    found, _ = slides_of(notebook)
    notes = load("03")
    text = page(found, notes)
    assert text.count("<section") == text.count("</section>") == len({slide.section for slide in found})
    assert "{{" not in text and "http" not in text
    for note in notes:
        assert re.sub(r" \(.*", "", note.heading) in text
    last = sum(note.minutes for note in notes)
    assert f"de {last - notes[-1].minutes} a {last} min" in text and f"Plano: {last} min" in text
