"""Every section of every lesson has notes for the lecturer, and the minutes fit the class and the plan."""

import re
import tomllib

import pytest

from lessonlib.tooling.paths import ROOT, SOURCES, list_lessons
from lessonlib.tooling.speaker_notes import WITHOUT_NOTES, load

SOURCE_FILES = {path.stem[:2]: path for path in list_lessons(SOURCES, ".md")}
MINUTES = {
    entry["file"][:2]: entry["minutes"]
    for entry in tomllib.loads(
        (ROOT / "lessonlib" / "classroom" / "lessons.toml").read_text(encoding="utf-8")
    )["lesson"]
}
PLAN = (ROOT / "docs" / "plano_de_aulas.md").read_text(encoding="utf-8")


def sections(number):
    """Return the sections of a lesson that a lecturer teaches."""
    text = re.sub(r"^```.*?^```", "", SOURCE_FILES[number].read_text(encoding="utf-8"), flags=re.M | re.S)
    return [title for title in re.findall(r"^## (.+)$", text, re.M) if title not in WITHOUT_NOTES]


@pytest.mark.parametrize("number", SOURCE_FILES)
def test_each_section_has_notes_in_its_order(number):
    assert [note.heading for note in load(number)] == sections(number)


@pytest.mark.parametrize("number", SOURCE_FILES)
def test_the_minutes_leave_time_for_exercises(number):
    planned = sum(note.minutes for note in load(number))
    assert 0.7 * MINUTES[number] <= planned <= 0.92 * MINUTES[number]


@pytest.mark.parametrize("number", SOURCE_FILES)
def test_each_note_asks_and_warns(number):
    asked = []
    for note in load(number):
        assert 1 <= len(note.ask) <= 2 and 1 <= len(note.misconceptions) <= 2, note.heading
        assert all("?" in question for question in note.ask), note.heading
        assert all(len(text.split()) >= 4 for text in (*note.ask, *note.misconceptions)), note.heading
        asked += [*note.ask, *note.misconceptions]
    assert len(set(asked)) == len(asked)


def test_a_wrong_entry_is_named(tmp_path, monkeypatch):
    from lessonlib.tooling import speaker_notes

    monkeypatch.setattr(speaker_notes, "FOLDER", tmp_path)
    assert load("42") == []
    entry = '[[section]]\nheading = "Sobel"\nminutes = {}\nask = []\nmisconceptions = []\n'
    (tmp_path / "42.toml").write_text(entry.format("0"), encoding="utf-8")
    with pytest.raises(ValueError, match="42.toml, section 'Sobel': minutes is 0"):
        load("42")
    (tmp_path / "42.toml").write_text(entry.format("3") + "minute = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="got the keys"):
        load("42")


# the lecture plan: four classes of two hours, as tables | Aula | Seção | min |


def classes():
    """Return, for each class of the plan, its rows: (lesson, section, minutes)."""
    found = []
    for part in PLAN.split("\n## Encontro ")[1:]:
        rows = re.findall(r"^\| (\d\d) \| (.+?) \| (\d+) \|$", part, re.M)
        found.append([(number, title, int(minutes)) for number, title, minutes in rows])
    return found


def test_the_plan_has_four_classes_that_fit_two_hours_with_a_break():
    assert len(classes()) == 4
    for rows in classes():
        assert 95 <= sum(minutes for _, _, minutes in rows) <= 110
    assert {number for rows in classes() for number, _, _ in rows} == set(MINUTES)


def test_the_plan_says_what_the_notes_say():
    for rows in classes():
        for number, title, minutes in rows:
            if number in SOURCE_FILES:
                times = {note.heading: note.minutes for note in load(number)}
                assert times.get(title) == minutes, (number, title)


def test_the_plan_follows_the_order_of_the_lessons():
    rows = [(number, title) for part in classes() for number, title, _ in part]
    order = [(number, title) for number in sorted(SOURCE_FILES) for title in sections(number)]
    known = [row for row in rows if row[0] in SOURCE_FILES]
    assert known == [row for row in order if row in known]
