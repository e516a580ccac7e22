"""Quizzes: files are complete, answers are explained, the score counts first tries."""

import pytest

from lessonlib.classroom import quiz

LESSONS = sorted(path.stem for path in quiz.FOLDER.glob("*.toml"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_quiz_has_enough_complete_questions(lesson):
    questions = quiz.load(lesson)
    assert len(questions) >= 4
    for question in questions:
        texts = [option.text for option in question.options]
        assert len(set(texts)) == len(texts)
        assert all(option.why.rstrip().endswith((".", "!", "?", ")")) for option in question.options)


def test_right_answers_are_not_always_in_the_same_place():
    for lesson in LESSONS:
        places = {[o.correct for o in q.options].index(True) for q in quiz.load(lesson)}
        assert len(places) > 1, lesson


def test_answering_explains_and_scores_the_first_try_only():
    view = quiz.show("03")
    card, question = view.cards[0], view.questions[0]
    right = [o.correct for o in question.options].index(True)
    wrong = (right + 1) % len(question.options)

    card.button.click()
    assert "Escolha uma opção" in card.answer.value
    card.radio.value = wrong
    card.button.click()
    assert "Ainda não" in card.answer.value
    card.radio.value = right
    card.button.click()
    assert "Certo" in card.answer.value
    assert view.first_tries[0] is False
    assert f"0 de {len(view.questions)}" in view.score.value


def test_no_option_is_chosen_in_advance():
    assert all(card.radio.index is None for card in quiz.show("03").cards)


def test_static_twin_lists_the_questions_without_giving_the_answers_away():
    data, _ = quiz.show("03")._repr_mimebundle_()
    assert data["text/html"].count("<li>") == sum(1 + len(q.options) for q in quiz.load("03"))
    assert "Certo" not in data["text/html"]


def test_unknown_lesson_is_a_clear_error():
    with pytest.raises(ValueError, match="lesson must have a quiz"):
        quiz.load("99")


def _option(why="x.", correct=False):
    return {"why": why, "correct": correct}


BROKEN = {
    "two right": [_option(correct=True), _option(correct=True), _option()],
    "none right": [_option(), _option(), _option()],
    "two options": [_option(correct=True), _option()],
    "no why": [_option(correct=True), _option(why=" "), _option()],
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_quiz_is_refused(case, tmp_path, monkeypatch):
    monkeypatch.setattr(quiz, "FOLDER", tmp_path)
    options = "".join(
        f'[[question.option]]\ntext="{i}"\nwhy="{o["why"]}"\ncorrect={str(o["correct"]).lower()}\n'
        for i, o in enumerate(BROKEN[case])
    )
    text = f'[[question]]\ntext="q"\n{options}'
    (tmp_path / "50.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="one right option"):
        quiz.load("50")
