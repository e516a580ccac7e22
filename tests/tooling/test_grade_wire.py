"""What crosses between the grader's processes, and answers of any kind judged without a crash."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessonlib.classroom import exercises
from lessonlib.classroom.exercises.comparison import describe, difference, unchanged
from lessonlib.classroom.grading.wire import Foreign, decode, encode

numbers = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(), st.none()
)  # NaN and infinity too
arrays = hnp.arrays(
    st.one_of(
        hnp.boolean_dtypes(),
        hnp.integer_dtypes(endianness="="),
        hnp.floating_dtypes(endianness="=", sizes=(32, 64)),
    ),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
values = st.recursive(
    numbers | arrays, lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple)
)


@given(values)
def test_values_come_back_the_same(value):
    back = decode(json.loads(json.dumps(encode(value))))
    assert type(back) is type(value) and unchanged(back, value)
    assert repr(back) == repr(value)


class Surprise:
    def __array__(self, *arguments, **options):
        raise RuntimeError("no")

    def __repr__(self):
        return "surpresa"


class Worse:
    def __repr__(self):
        raise RuntimeError("no")

    def __len__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "value", [{"a": 1}, {1, 2}, print, Surprise(), object(), ..., np.array(["a"]), 1j.conjugate]
)
def test_what_is_no_number_arrives_by_name(value):
    back = decode(encode(value))
    assert isinstance(back, Foreign) and type(back).__name__ == type(value).__name__
    assert "Esperava números" in difference(back, 1.0, 0, 0)


def test_tensors_arrive_as_arrays():
    torch = pytest.importorskip("torch")
    back = decode(encode(torch.arange(3)))
    assert np.array_equal(back, [0, 1, 2])
    assert isinstance(decode(encode(torch.ones(2, requires_grad=True))), Foreign)


def test_too_much_is_refused():
    endless = []
    endless.append(endless)
    for value in (endless, np.broadcast_to(0.0, (2**15, 2**15)), [0] * 300_000, "x" * 2**27):
        with pytest.raises(ValueError, match="grande demais"):
            encode(value)


@pytest.mark.parametrize(
    "message",
    [
        {"a": ["<f8", [2], "AAAA"]},
        {"a": ["O", [1], "AAAAAAAAAAA="]},
        {"a": ["<f8", [-1], ""]},
        {"a": ["<f8", [10**18], ""]},
        {"a": 3},
        {"z": 1},
        {},
        {"i": "x"},
        {"a": 1, "t": []},
        [1],
        {"t": [{"t": 7}]},
    ],
)
def test_malformed_messages_are_value_errors(message):
    with pytest.raises(ValueError):
        decode(message)


RAGGED = [
    ([1, [2, 3]], [1, [2, 3]], True),
    ([1, [2, 4]], [1, [2, 3]], False),
    (([3, 1], [3, 1, 1]), ([3, 1], [3, 1, 1]), True),
    (([3, 1], [3, 1, 2]), ([3, 1], [3, 1, 1]), False),
    (([3, 1],), ([3, 1], [3, 1, 1]), False),
    (5, ([3, 1], [3, 1, 1]), False),
    ([("conv", 3), ("pool", 2, 2)], [("conv", 3), ("pool", 2, 2)], True),
    ([("conv", 3), ("pool", 2, 1)], [("conv", 3), ("pool", 2, 2)], False),
    ([[1, 2], [3]], np.zeros((2, 2)), False),
    ("3", 3, False),
    (["3"], [3], False),
    (np.array(["1.0"]), np.array([1.0]), False),
    ([1, None], [1, 2], False),
    (np.array([1, 2], object), [1, 2], True),
    (Surprise(), 1.0, False),
    (Worse(), (np.zeros(2), 1), False),
    ({}, [1, 2], False),
    (10**400, 1.0, False),
]


@pytest.mark.parametrize(("answer", "expected", "equal"), RAGGED)
def test_ragged_and_odd_answers_are_compared_without_a_crash(answer, expected, equal):
    problem = difference(answer, expected, 1e-6, 1e-9)
    assert (problem is None) is equal and (equal or problem)


@pytest.mark.parametrize("answer", [a for a, _, _ in RAGGED] + [print, ..., Worse(), {1: 2}, b"x", 1j])
@pytest.mark.parametrize("identifier", ["0.1", "5.3", "6.6", "9.1"])
def test_no_answer_crashes_the_check(identifier, answer):
    assert not exercises.grade(identifier, lambda *arguments: answer).passed


def test_ragged_arguments_that_change_are_seen():
    layers = [(3, 1), (3, 1, 1)]
    assert unchanged([(3, 1), (3, 1, 1)], layers)
    for changed in ([(3, 1)], [(3, 1), (3, 1, 2)], [(3, 1), [3, 1, 1]], [np.zeros(2), (3, 1, 1)], None):
        assert not unchanged(changed, layers)


def test_leaving_the_program_is_an_answer_too():
    def leave(image):
        raise SystemExit(3)

    result = exercises.grade("0.1", leave)
    assert result.status == "failed" and "SystemExit: 3" in result.message


def test_describing_never_fails():
    assert describe(Worse()) == "um valor do tipo Worse"
    assert describe((np.zeros(2), Worse())).startswith("([0., 0.], um valor")
