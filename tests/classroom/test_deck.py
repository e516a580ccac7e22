"""The deck's file: whole, in order, and refused when it is not."""

import pytest

from lessonlib.classroom import deck
from lessonlib.classroom.course_map import lessons_of


def test_the_deck_has_75_slides_and_38_errata():
    assert len(deck.slides()) == 75 and len(deck.errata()) == 38


@pytest.mark.parametrize("slide", deck.slides(), ids=lambda slide: f"S{slide.number:02d}")
def test_a_slide_has_a_section_in_each_of_its_lessons_and_in_no_other(slide):
    assert {section.lesson for section in slide.sections} == {x.number for x in lessons_of(slide.number)}
    assert len(set(slide.sections)) == len(slide.sections)


@pytest.mark.parametrize("erratum", deck.errata(), ids=lambda erratum: erratum.id)
def test_an_erratum_is_in_a_lesson_that_treats_one_of_its_slides(erratum):
    assert erratum.lesson in {lesson.number for slide in erratum.slides for lesson in lessons_of(slide)}


@pytest.mark.parametrize("typo", ["Imagen ", "Imagenes", "GoogleLeNet", "Ensamble", "(GANs)"])
def test_titles_do_not_repeat_the_typos_of_the_slides(typo):
    assert not any(typo in slide.title for slide in deck.slides())


SLIDE = '[[slide]]\nnumber = {}\ntitle = "{}"\nsections = {}\n'
ERRATUM = '[[erratum]]\nid = "{}"\nslides = {}\nlesson = "00"\nabout = "x"\n'
GOOD = SLIDE.format(1, "a", '[["00", "A"]]')


@pytest.mark.parametrize(
    ("read", "text", "problem"),
    [
        (deck.slides, SLIDE.format(2, "a", '[["00", "A"]]'), "must be 1, 2, 3"),
        (deck.slides, GOOD + GOOD, "must be 1, 2, 3"),
        (deck.slides, SLIDE.format(1, "a", "[]"), "slide 1 needs a title and a section"),
        (deck.slides, SLIDE.format(1, "", '[["00", "A"]]'), "slide 1 needs a title and a section"),
        (deck.errata, ERRATUM.format("E2", "[1]"), "must be E1, E2, E3"),
        (deck.errata, ERRATUM.format("E1", "[]"), "E1 is on"),
        (deck.errata, ERRATUM.format("E1", "[76]"), "E1 is on"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, monkeypatch, read, text, problem):
    file = tmp_path / "deck.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(deck, "FILE", file)
    with pytest.raises(ValueError, match=problem):
        read.__wrapped__()
