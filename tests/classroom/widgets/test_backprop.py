"""The backpropagation stepper: complete gradients against PyTorch, each step against the one before."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.backprop import backward_steps

X = [[1, 2, 0], [0, 1, 3], [2, 1, 1]]
W = [[1, -1], [0, 2]]
GRAD = [[1, 2], [-1, 0]]
numbers = st.floats(-100, 100).map(lambda v: round(v, 2))


@given(st.data())
def test_last_step_holds_the_gradients_of_torch(data):
    kernel, output = (tuple(data.draw(st.integers(1, 4)) for _ in range(2)) for _ in range(2))
    shape = tuple(k + n - 1 for k, n in zip(kernel, output, strict=True))
    x, w, grad = (data.draw(arrays(float, size, elements=numbers)) for size in (shape, kernel, output))
    tx, tw = (torch.tensor(a[None, None], requires_grad=True) for a in (x, w))
    torch.nn.functional.conv2d(tx, tw).backward(torch.tensor(grad[None, None]))
    steps = backward_steps(x, w, grad)
    assert len(steps) == grad.size + 1
    np.testing.assert_allclose(steps[-1].weight_grad, tw.grad[0, 0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(steps[-1].x_grad, tx.grad[0, 0], rtol=1e-9, atol=1e-9)


def test_each_step_adds_the_share_of_one_unit():
    steps = backward_steps(X, W, GRAD)
    assert steps[0].unit is None and not steps[0].x_grad.any()
    gained = steps[2].weight_grad - steps[1].weight_grad
    np.testing.assert_array_equal(gained, 2 * np.array(X)[0:2, 1:3])
    np.testing.assert_array_equal((steps[2].x_grad - steps[1].x_grad)[0:2, 1:3], 2 * np.array(W))


def test_numbers_of_the_lesson():
    last = backward_steps(X, W, GRAD)[-1]
    assert last.weight_grad.tolist() == [[5, 1], [0, 6]]
    assert last.x_grad.tolist() == [[1, 1, -2], [-1, 3, 4], [0, -2, 0]]


def test_paints_every_step():
    widget = widgets.backprop_stepper(X, W, GRAD)
    captions = []
    for step in range(5):
        widget.controls["step"].value = step
        captions.append(widget.caption.value)
    assert "zero" in captions[0] and "completos" in captions[4]
    assert "gradiente <b>−1</b>" in captions[3]


@pytest.mark.parametrize(
    ("x", "w", "grad", "text"),
    [(X, W, [[1, 2]], "grad must"), (np.ones((7, 7)), np.ones((2, 2)), np.ones((6, 6)), "at most 6")],
)
def test_shapes_that_do_not_fit_are_refused(x, w, grad, text):
    with pytest.raises(ValueError, match=text):
        widgets.backprop_stepper(x, w, grad)
