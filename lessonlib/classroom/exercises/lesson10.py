"""Exercises of lesson 10: the residual block, its gradient, depths, shortcuts, parameters (slides 61-67)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise

TINY_X, TINY_W1, TINY_W2 = np.array([1.0, 2.0]), np.array([[1.0, -1.0], [0.0, 1.0]]), 0.5 * np.eye(2)


def _blocks(rng):
    """Yield x ≥ 0 and the two weight matrices of a dense block; in the first case a ReLU is shut."""
    yield TINY_X, TINY_W1, TINY_W2
    yield TINY_X, TINY_W1, np.zeros((2, 2))  # nothing learnt: the identity
    yield np.array([1.0, 0.5, 0.0]), -np.eye(3), 3 * np.eye(3)
    for _ in range(8):
        size, hidden = (int(n) for n in rng.integers(1, 7, 2))
        x = np.maximum(rng.normal(size=size), 0)
        yield x, rng.normal(size=(hidden, size)), rng.normal(size=(size, hidden))


def _residual_forward(x, w1, w2):
    return np.maximum(x + w2 @ np.maximum(w1 @ x, 0), 0)


def _backward_cases(rng):
    yield TINY_X, TINY_W1, TINY_W2, np.array([1.0, 10.0])
    for x, w1, w2 in _blocks(rng):
        yield x, w1, w2, rng.normal(size=x.size)


def _residual_backward(x, w1, w2, grad):
    opened = w1 @ x > 0
    return grad + w1.T @ (opened * (w2.T @ grad))


def _depths(rng):
    yield [3, 4, 6, 3], 2
    yield [3, 4, 6, 3], 3
    yield [3, 8, 36, 3], 3
    yield [9, 9, 9], 2
    for _ in range(6):
        yield [int(n) for n in rng.integers(1, 40, int(rng.integers(1, 6)))], int(rng.integers(1, 5))


def _depth_of(counts, per_block):
    return 1 + per_block * sum(counts) + 1


def _option_a_cases(rng):
    yield np.arange(16.0).reshape(1, 4, 4), 2, 2
    yield np.arange(1.0, 19.0).reshape(2, 3, 3), 4, 2  # odd side: three rows give two
    for _ in range(8):
        channels, height, width, extra = (int(n) for n in rng.integers(1, 8, 4))
        yield rng.normal(size=(channels, height, width)), channels + extra - 1, int(rng.integers(1, 4))


def _option_a(x, channels, stride):
    kept = x[:, ::stride, ::stride]
    return np.pad(kept, ((0, channels - len(x)), (0, 0), (0, 0)))


def _parameter_cases(rng):
    yield 64, 64, "A"
    yield 64, 128, "A"
    yield 64, 128, "B"
    yield 64, 64, "B"
    yield 64, 64, "C"
    for _ in range(8):
        before = int(rng.integers(1, 130))
        yield before, before * int(rng.integers(1, 3)), str(rng.choice(["A", "B", "C"]))


def _block_params(c_in, c_out, option):
    from lessonlib.nets.models.residual_blocks import BasicBlock

    block = BasicBlock(c_in, c_out, 1 if c_in == c_out else 2, option)
    return sum(weights.numel() for weights in block.parameters())


def _gain_cases(rng):
    yield [0.5, -0.5, 0.0], False
    yield [0.5, -0.5, 0.0], True
    for _ in range(8):
        yield rng.normal(0, 0.7, int(rng.integers(1, 30))), bool(rng.integers(0, 2))


def _gradient_path(w, residual):
    factors = np.asarray(w, float) + (1.0 if residual else 0.0)
    return np.append(np.cumprod(factors[::-1])[::-1], 1.0)


EXERCISES = [
    Exercise(
        id="10.1",
        name="residual_forward",
        goal="Calcule a saída de um bloco residual denso: h = ReLU(x + W2·ReLU(W1·x)).",
        reference=_residual_forward,
        cases=_blocks,
        hint="Calcule primeiro o ramo f(x) = W2 @ ReLU(W1 @ x). A ReLU de fora vem depois da soma.",
        solution="""
def residual_forward(x, W1, W2):
    f = W2 @ np.maximum(W1 @ x, 0)
    return np.maximum(x + f, 0)
""",
    ),
    Exercise(
        id="10.2",
        name="depth_of",
        goal="Conte as camadas com pesos de uma ResNet a partir dos blocos de cada estágio.",
        reference=_depth_of,
        cases=_depths,
        hint="Some os blocos de todos os estágios. Cada um tem per_block convoluções; faltam a primeira "
        "convolução e a camada densa.",
        solution="""
def depth_of(counts, per_block):
    return 1 + per_block * sum(counts) + 1
""",
    ),
    Exercise(
        id="10.3",
        name="option_a",
        goal="Faça o atalho da opção A: um pixel a cada stride, e canais de zeros até completar channels.",
        reference=_option_a,
        cases=_option_a_cases,
        hint="x[:, ::stride, ::stride] guarda um pixel a cada passo. Crie a saída com np.zeros e copie isso "
        "nos primeiros canais.",
        solution="""
def option_a(x, channels, stride):
    kept = x[:, ::stride, ::stride]
    output = np.zeros((channels, *kept.shape[1:]))
    output[: len(kept)] = kept
    return output
""",
    ),
    Exercise(
        id="10.4",
        name="block_params",
        goal="Conte os parâmetros de um bloco básico com normalização em lote e atalho A, B ou C.",
        reference=_block_params,
        cases=_parameter_cases,
        hint="As convoluções não têm viés; cada normalização tem γ e β, dois números por canal. B projeta só "
        "quando os canais mudam; C projeta sempre.",
        solution="""
def block_params(c_in, c_out, option):
    total = 9 * c_in * c_out + 9 * c_out * c_out + 2 * (2 * c_out)
    if option == "C" or (option == "B" and c_in != c_out):
        total += c_in * c_out + 2 * c_out
    return total
""",
    ),
    Exercise(
        id="10.5",
        name="residual_backward",
        goal="Devolva ∂E/∂x de h = x + W2·ReLU(W1·x), a partir de grad = ∂E/∂h.",
        reference=_residual_backward,
        cases=_backward_cases,
        hint="São dois caminhos que se somam. Pelo atalho chega grad, inteiro. Pelo ramo: W2ᵀ, depois a ReLU "
        "(passa só onde W1·x > 0), depois W1ᵀ.",
        solution="""
def residual_backward(x, W1, W2, grad):
    branch = W2.T @ grad
    branch = branch * (W1 @ x > 0)
    return grad + W1.T @ branch
""",
    ),
    Exercise(
        id="10.6",
        name="gradient_path",
        goal="Devolva ∂x_L/∂x_l para l = 0, …, L em uma pilha de blocos x ← w·x, ou x ← x + w·x com atalho.",
        reference=_gradient_path,
        cases=_gain_cases,
        hint="Comece do fim, com 1. A cada bloco para trás, multiplique por w ou, com atalho, por 1 + w.",
        solution="""
def gradient_path(w, residual):
    path = [1.0]
    for factor in reversed(w):
        path.append(path[-1] * (factor + 1 if residual else factor))
    return np.array(path[::-1])
""",
    ),
]
