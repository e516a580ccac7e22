"""The map of the course agrees with the lessons that exist, and covers the whole deck."""

import re

import pytest

from lessonlib.classroom import course_map
from lessonlib.classroom.course_map import Lesson, lessons, lessons_of
from lessonlib.classroom.deck import slides
from lessonlib.tooling.paths import NOTEBOOKS, SOURCES, list_lessons

ALL = {lesson.number: lesson for lesson in lessons()}
WRITTEN = list_lessons(SOURCES, ".md")


@pytest.fixture
def shown(monkeypatch):
    """Collect the MIME bundles that are displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_file_title_and_slides_are_those_of_the_lesson(path):
    lesson = ALL[path.stem[:2]]
    assert lesson.file == path.stem
    text = path.read_text(encoding="utf-8").split("---", 2)[2]
    assert text.strip().splitlines()[0] == f"# {lesson.name}"
    assert lesson.exists


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_slides_minutes_and_neighbours_are_those_of_the_second_line(path):
    lesson = ALL[path.stem[:2]]
    second = path.read_text(encoding="utf-8").split("---", 2)[2].strip().splitlines()[2]
    slides, minutes, *links = second.split(" · ", 2)
    assert {int(n) for n in re.findall(r"\d+", slides)} == {n for run in lesson.slides for n in run}
    assert re.findall(r"\d+", minutes) == [str(lesson.minutes)]
    numbers = sorted(ALL)
    place = numbers.index(lesson.number)
    expected = [
        f"{word}: [{ALL[number].name}]({ALL[number].file}.ipynb)"
        for word, number in zip(("antes", "depois"), neighbours(numbers, place), strict=True)
        if number is not None
    ]
    assert len(links) == 1 and links[0].startswith(" · ".join(expected))
    if lesson.number != numbers[-1]:  # the last one leads back to the map
        assert links == [" · ".join(expected)]


def neighbours(numbers, place):
    before = numbers[place - 1] if place else None
    return before, numbers[place + 1] if place + 1 < len(numbers) else None


def test_every_lesson_says_what_the_student_will_do(shown):
    course_map.show()
    for lesson in ALL.values():
        assert len(lesson.objectives) >= 3, lesson.number
        for objective in lesson.objectives:
            assert objective.startswith("<strong>") and "**" not in objective and "`" not in objective
            assert f"<li>{objective}</li>" in shown[0]["text/html"]


def test_every_slide_of_the_deck_has_a_lesson():
    assert [n for n in range(1, 76) if not lessons_of(n)] == []
    assert max(last for lesson in ALL.values() for _, last in lesson.slides) == 75


def test_a_lesson_needs_only_earlier_ones_and_fits_an_hour():
    for lesson in ALL.values():
        assert all(needed < lesson.number for needed in lesson.needs)
        assert 20 <= lesson.minutes <= 60
        assert lesson.teaches.endswith(".")


def test_map_links_to_every_written_lesson_and_to_no_other(shown):
    course_map.show()
    linked = re.findall(r'href="([^"]+)"', shown[0]["text/html"])
    assert linked == [f"{path.stem}.ipynb" for path in WRITTEN if path.stem[:2] in ALL]
    assert shown[0]["text/html"].count("em preparação") == len(ALL) - len(linked)
    assert shown[0]["text/html"].count('scope="row"') == len(ALL) == 14
    assert all(lesson.name in shown[0]["text/plain"] for lesson in ALL.values())


def test_links_exist(shown):
    course_map.show()
    built = {path.name for path in list_lessons(NOTEBOOKS, ".ipynb")}
    # A source without its notebook is another test's failure: here only the spelling counts.
    assert built <= set(re.findall(r'href="([^"]+)"', shown[0]["text/html"]))


def test_find_slide_names_every_lesson_of_a_slide(shown):
    course_map.find_slide(30)
    title, *places = shown[0]["text/plain"].splitlines()
    assert title == f"Slide 30, {slides()[29].title}:"
    assert [place.split(":")[0] for place in places] == [f"- {ALL[n].name}" for n in ("04", "05")]
    course_map.find_slide(75)
    assert 'href="00_boas_vindas.ipynb#cell-id=o-que-e-este-curso-slides-1-e-75"' in shown[1]["text/html"]


def test_the_table_of_slides_has_a_row_for_each_and_is_reached_by_keyboard(shown):
    course_map.show_slides()
    markup = shown[0]["text/html"]
    assert re.findall(r'scope="row"[^>]*>(\d+)<', markup) == [str(n) for n in range(1, 76)]
    assert 'role="region"' in markup and 'tabindex="0"' in markup and "<caption>" in markup
    assert len(re.findall(r"<a ", markup)) == sum(len(slide.sections) for slide in slides())
    assert len(shown[0]["text/plain"].splitlines()) == 76


@pytest.mark.parametrize("slide", [0, 76, -1, 4.0, "4", True, None])
def test_a_slide_that_is_not_there_is_a_clear_error(slide):
    with pytest.raises(ValueError, match="slide deve ser um número inteiro de 1 a 75; veio"):
        lessons_of(slide)


def test_a_lesson_not_written_yet_has_no_link():
    ghost = Lesson("99_fantasma", "Fantasma", ((1, 1),), 60, (), "Nada.")
    assert not ghost.exists and ghost.link("texto", "#cell-id=a") == "texto" and ghost.objectives == ()


ENTRY = '[[lesson]]\nfile = "{}"\ntitle = "A"\nslides = []\nminutes = 1\nneeds = {}\nteaches = "x"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ENTRY.format("02_a", '["07"]'), "needs"),
        (ENTRY.format("02_a", "[]") + ENTRY.format("02_b", "[]"), "different numbers"),
        (ENTRY.format("02_a", "[]") + ENTRY.format("01_b", "[]"), "in order"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, monkeypatch, text, problem):
    file = tmp_path / "lessons.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(course_map, "FILE", file)
    with pytest.raises(ValueError, match=problem):
        lessons.__wrapped__()
