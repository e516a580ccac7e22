"""The glossary: complete entries, a search that ignores accents, a table that everybody can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessonlib.classroom import widgets
from lessonlib.classroom.course_map import lessons
from lessonlib.classroom.widgets.glossary_search import Term, plain, search, table_html, terms


def test_entries_are_complete_different_and_sorted():
    names = [term.pt for term in terms()]
    assert len(terms()) >= 65 and len(set(names)) == len(names)
    assert names == sorted(names, key=plain)
    for term in terms():
        assert term.pt and term.en and term.means.endswith(".") and len(term.means) <= 110


def test_every_entry_names_a_lesson_of_the_map():
    assert {term.lesson for term in terms()} <= {lesson.number for lesson in lessons()}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("stride", "passo"),
        ("PADDING", "extensão por zero"),
        ("convolucao", "convolução"),
        ("campo receptivo", "campo receptivo"),
        ("batch normalization", "normalização em lote"),
        ("gan", "rede adversária generativa"),
        ("edge", "contorno (borda)"),
        ("max pooling", "pooling máximo"),
    ],
)
def test_search_puts_the_expected_entry_first(text, first):
    assert search(text)[0].pt == first


@given(st.sampled_from(terms()), st.sampled_from([str.upper, str.lower, plain]))
def test_every_entry_is_found_by_either_name(term, change):
    assert term in search(change(term.pt)) and term in search(change(term.en))


@given(st.text(max_size=12))
def test_search_never_fails_and_keeps_only_matches(text):
    words = plain(text).split()
    for term in search(text):
        assert all(word in plain(f"{term.pt} {term.en} {term.means}") for word in words)


def test_blank_search_shows_everything():
    assert search("") == search("  ") == terms()


def test_view_filters_while_the_student_types():
    view = widgets.glossary()
    assert f"{len(terms())} de {len(terms())} termos" in view.count.value
    view.box.value = "stride"
    assert "1 de" in view.count.value and "passo" in view.table.value
    assert "campo receptivo" not in view.table.value
    view.box.value = "xyz"
    assert "Nenhum termo encontrado" in view.table.value


def test_without_a_kernel_the_whole_table_is_there():
    data, _ = widgets.glossary("stride")._repr_mimebundle_()
    assert data["text/html"].count('scope="row"') == len(terms())
    assert data["text/plain"] == f"[glossário] {len(terms())} termos"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_text_is_escaped():
    assert "<b>" not in table_html((Term("a<b>", "c<b>", "d<b>.", "00"),))
