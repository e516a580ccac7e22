"""Every exercise of the course: its solution passes, plausible wrong answers fail, a stub is no failure."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from lessonlib.classroom import exercises
from lessonlib.classroom.exercises.engine import difference

FOLDER = Path(__file__).parent / "wrong_answers"


def _wrong_answers():
    found = {}
    for path in sorted(FOLDER.glob("lesson*.py")):
        spec = importlib.util.spec_from_file_location(f"wrong_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert not found.keys() & module.WRONG.keys()
        found |= module.WRONG
    return found


EXERCISES = {e.id: e for e in exercises.all_exercises()}
WRONG = _wrong_answers()


@pytest.mark.parametrize("identifier", EXERCISES)
@pytest.mark.parametrize("seed", [0, 1, 20261124])
def test_solution_passes_on_several_seeds(identifier, seed):
    exercise = EXERCISES[identifier]
    namespace = {"np": np}
    exec(exercise.solution, namespace)
    result = exercises.grade(identifier, namespace[exercise.name], seed=seed)
    assert result.passed, (result.message, result.details)
    assert result.cases >= 3


@pytest.mark.parametrize(
    ("identifier", "position"), [(i, k) for i, answers in WRONG.items() for k in range(len(answers))]
)
def test_wrong_answer_fails(identifier, position):
    result = exercises.grade(identifier, WRONG[identifier][position])
    assert result.status == "failed", result.message
    assert result.message and not result.message.startswith("Certo")


def test_every_exercise_has_at_least_three_wrong_answers():
    assert set(WRONG) == set(EXERCISES)
    assert {i for i, answers in WRONG.items() if len(answers) < 3} == set()


@pytest.mark.parametrize("identifier", EXERCISES)
def test_texts_are_complete(identifier):
    exercise = EXERCISES[identifier]
    assert exercise.goal.endswith(".") and exercise.hint.strip() and exercise.name.isidentifier()


@pytest.mark.parametrize(
    "stub",
    [
        lambda *a: None,
        lambda *a: ...,
    ],
)
def test_untouched_stub_is_not_a_failure(stub):
    def with_ellipsis(a, b): ...

    for function in (stub if stub(1) is None else with_ellipsis, with_ellipsis):
        assert exercises.grade("3.1", function).status == "not_started"


def test_not_implemented_error_counts_as_untouched():
    def raises(a, b):
        raise NotImplementedError

    assert exercises.grade("3.1", raises).status == "not_started"


def test_an_exception_becomes_feedback_and_names_it():
    result = exercises.grade("3.1", lambda a, b: a / "x")
    assert result.status == "failed"
    assert "TypeError" in result.message or "UFuncTypeError" in result.message
    assert result.details["entrada"].startswith("my_pearson(")


def test_first_failing_input_is_shown_with_both_answers():
    result = exercises.grade("3.2", lambda s, w: np.convolve(s, w, "valid"))
    assert result.details["esperado"].startswith("[ 34,  64,  85")
    assert result.details["recebido"].startswith("[ 36,  50,  83")
    assert "índice 0: esperado 34, recebido 36" in result.message


def test_changing_the_input_is_reported():
    def in_place(s, w):
        s += 1
        return np.correlate(s - 1, w, "valid")

    assert "alterou a entrada" in exercises.grade("3.2", in_place).message


def test_calling_instead_of_passing_the_function_is_explained():
    assert "sem chamá-la" in exercises.grade("3.1", 3.0).message


def test_none_on_a_later_case_is_a_missing_return():
    calls = []

    def sometimes(a, b):
        calls.append(1)
        return 1.0 if len(calls) == 1 else None

    assert "return" in exercises.grade("3.1", sometimes).message


@pytest.mark.parametrize("identifier", ["3.99", "99.1", "abc", "", "3"])
def test_unknown_exercise_is_a_clear_error(identifier):
    with pytest.raises(ValueError, match="não existe o exercício"):
        exercises.find(identifier)


def test_keyboard_interrupt_is_not_swallowed():
    def stop(a, b):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercises.grade("3.1", stop)


@pytest.mark.parametrize(
    ("answer", "expected", "fragment"),
    [
        (np.zeros(3), np.zeros(4), "esperado 4 elementos, recebido 3 elementos"),
        (np.zeros((2, 3)), np.zeros((3, 2)), "esperado 3×2, recebido 2×3"),
        ("texto", 1.0, "Esperava números"),
        (1.0, np.nan, "O valor não é o esperado"),
        (5, (np.zeros(2), np.ones(2)), "Devolva 2 valores"),
        ((np.zeros(2), np.zeros(2)), (np.zeros(2), np.ones(2)), "Valor 2"),
        ([[1, 2], [3]], np.zeros((2, 2)), "Esperava números"),
    ],
)
def test_difference_says_what_is_wrong(answer, expected, fragment):
    assert fragment in difference(answer, expected, 1e-6, 1e-9)


def test_nan_equals_nan_and_lists_equal_arrays():
    assert difference([1.0, float("nan")], np.array([1.0, np.nan]), 1e-6, 1e-9) is None


def test_feedback_reveals_hint_and_solution_on_demand():
    view = exercises.check("3.1", lambda a, b: None)
    assert view.revealed.value == ""
    view.hint_button.value = True
    assert "Dica" in view.revealed.value and "def my_pearson" not in view.revealed.value
    view.solution_button.value = True
    assert "def my_pearson" in view.revealed.value
    view.hint_button.value = view.solution_button.value = False
    assert view.revealed.value == ""


def test_feedback_has_a_static_twin_for_readers_without_a_kernel():
    data, _ = exercises.check("3.1", lambda a, b: None)._repr_mimebundle_()
    assert data["text/plain"] == "Exercício 3.1. " + exercises.grade("3.1", lambda a, b: None).message
    assert 'role="status"' in data["text/html"]
    for view in (exercises.hint("3.1"), exercises.solution("3.1")):
        assert {"text/html", "text/plain"} <= view._repr_mimebundle_().keys()


def test_student_code_is_escaped_in_html():
    view = exercises.check("3.1", lambda a, b: "<script>alert(1)</script>")
    assert "<script>" not in view._repr_mimebundle_()[0]["text/html"]
