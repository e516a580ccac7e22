"""Lesson 07: the way back through one convolution, one output unit at a time (slide 38)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, int_slider
from lessonlib.classroom.widgets.board import Block, Board
from lessonlib.classroom.widgets.canvas import FigureCanvas

#: Sizes that stay readable on one board.
MAX_SIDE = 6


class Partial(NamedTuple):
    """The gradients after some output units have given their share.

    Attributes
    ----------
    unit : (int, int) or None
        Row and column (0-based) of the output unit that gave its share last; None before the first.
    weight_grad, x_grad : ndarray, shapes of the kernel and of the input
        What has been added up so far.
    """

    unit: tuple[int, int] | None
    weight_grad: np.ndarray
    x_grad: np.ndarray


def backward_steps(x, w, grad) -> list[Partial]:
    """Add up the gradients of a convolution layer (stride 1, no zeros) one output unit at a time.

    Each output is a sum of products, so its gradient reaches every weight times the pixel that the weight
    met, and every pixel times the weight that it met.

    Parameters
    ----------
    x : array_like, shape (H, W)
    w : array_like, shape (K, L)
    grad : array_like, shape (H − K + 1, W − L + 1)
        Gradient of the loss with respect to the output.

    Returns
    -------
    list of Partial
        One more than there are output units; the last holds the complete gradients.

    Examples
    --------
    >>> last = backward_steps([[1, 2, 3]], [[10, 1]], [[1, -1]])[-1]
    >>> last.weight_grad, last.x_grad
    (array([[-1., -1.]]), array([[10., -9., -1.]]))
    """
    x, w, grad = (np.asarray(a, float) for a in (x, w, grad))
    height, width = w.shape
    if grad.shape != (x.shape[0] - height + 1, x.shape[1] - width + 1):
        raise ValueError(
            f"grad must have the output's shape for x {x.shape} and w {w.shape}; got {grad.shape}"
        )
    weight_grad, x_grad = np.zeros_like(w), np.zeros_like(x)
    steps = [Partial(None, weight_grad.copy(), x_grad.copy())]
    for i, j in np.ndindex(*grad.shape):
        weight_grad += grad[i, j] * x[i : i + height, j : j + width]
        x_grad[i : i + height, j : j + width] += grad[i, j] * w
        steps.append(Partial((i, j), weight_grad.copy(), x_grad.copy()))
    return steps


@course_style()
def backprop_stepper(x, w, grad) -> Experiment:
    """Return the widget: walk over the output units and watch both gradients add up.

    Parameters
    ----------
    x, w, grad : array_like
        As in :func:`backward_steps`, sides up to 6.
    """
    x, w, grad = (np.asarray(a, float) for a in (x, w, grad))
    steps = backward_steps(x, w, grad)
    if max(x.shape) > MAX_SIDE:
        raise ValueError(f"x must have at most {MAX_SIDE} rows and columns to stay readable; got {x.shape}")
    last = steps[-1]
    tall = x.shape[0]
    blocks, left = {}, 0
    for name, title, values in (
        ("x", "entrada x", x),
        ("w", "pesos w", w),
        ("grad", "∂L/∂y (recebido)", grad),
        ("weight_grad", "∂L/∂w", last.weight_grad),
        ("x_grad", "∂L/∂x (repassado)", last.x_grad),
    ):
        top = 1 + (tall - values.shape[0]) // 2
        limit = 1.3 * float(np.abs(values).max()) or 1.0
        blocks[name] = Block(title, (top, left), values.shape, limit, signed=True, fontsize=13)
        left += max(values.shape[1] + 1, 3)
    canvas = FigureCanvas(size=(10.4, 0.9 + 0.62 * tall))
    board = Board(canvas, canvas.axes, blocks, (tall + 1.2, left - 0.5))

    def paint(step: int) -> str:
        now = steps[step]
        window = unit = whole = None
        if now.unit is not None:
            i, j = now.unit
            window, unit, whole = (i, j, *w.shape), (i, j, 1, 1), (0, 0, *w.shape)
        board.fill("x", x, window)
        board.fill("w", w, whole)
        board.fill("grad", grad, unit)
        board.fill("weight_grad", now.weight_grad, whole)
        board.fill("x_grad", now.x_grad, window)
        if now.unit is None:
            return (
                "Antes do primeiro passo, os dois gradientes são zero. Avance um passo por unidade de saída."
            )
        g = grad[now.unit]
        end = " Foi a última: os gradientes estão <b>completos</b>." if step == len(steps) - 1 else ""
        return (
            f"Unidade ({i + 1}, {j + 1}) da saída, gradiente <b>{number(g)}</b>. ∂L/∂w ganha {number(g)} × "
            f"a janela "
            f"marcada em x; ∂L/∂x ganha, na mesma janela, {number(g)} × os pesos w.{end}"
        )

    return Experiment(
        "volte pela convolução, uma unidade de cada vez",
        "Entrada, pesos e gradiente da saída; ao lado, os gradientes dos pesos e da entrada somados até "
        "este passo.",
        {"step": int_slider("unidades já visitadas", 2, 0, len(steps) - 1)},
        canvas,
        paint,
    )
