"""Exercises of lesson 07: neuron, cost, geometry, pooling, the gradients of a convolution (slides 37-44)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.convolution import convolve2d, correlate2d, count_multiplications, output_size
from lessonlib.reference.layers import Conv2d, MaxPool2d

TINY_X = np.array([[1, 2, 0], [0, 1, 3], [2, 1, 1]])
TINY_W = np.array([[1, -1], [0, 2]])
TINY_GRAD = np.array([[1, 2], [-1, 0]])


def _neurons(rng):
    yield TINY_X[..., np.newaxis], TINY_W[..., np.newaxis], 0.5, 0, 1
    yield TINY_X[..., np.newaxis], TINY_W[..., np.newaxis], -20.0, 0, 1  # ReLU cuts it
    for _ in range(8):
        side, depth = int(rng.integers(1, 5)), int(rng.integers(1, 4))
        height, width = (side + int(extra) for extra in rng.integers(1, 6, 2))
        row, column = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
        volume, w = rng.normal(size=(height, width, depth)), rng.normal(size=(side, side, depth))
        yield volume, w, float(rng.normal()), row, column


def _local_neuron(volume, w, b, row, column):
    maps = [correlate2d(volume[..., c], w[..., c]) for c in range(w.shape[2])]
    return max(float(sum(maps)[row, column] + b), 0.0)


def _layers(rng):
    yield 28, 3, 1, 16
    yield 32, 5, 3, 6
    for _ in range(7):
        kernel = int(rng.integers(1, 8))
        yield kernel + int(rng.integers(0, 60)), kernel, int(rng.integers(1, 65)), int(rng.integers(1, 65))


def _layer_cost(side, kernel, channels, count):
    layer = Conv2d(channels, count, kernel)
    products = count_multiplications(kernel, output_size(side, kernel), channels, count)
    return layer.weight.size + layer.bias.size, products


def _geometries(rng):
    yield 28, 5, 1, 0, 1
    yield 227, 11, 4, 0, 1
    yield 7, 3, 2, 1, 1
    yield 5, 3, 1, 0, 3  # does not fit
    yield 5, 3, 1, 0, 2  # fits exactly once
    for _ in range(10):
        yield tuple(int(n) for n in rng.integers((1, 1, 1, 0, 1), (30, 8, 5, 4, 4)))


def _output_side(n, kernel, stride, padding, dilation):
    if dilation * (kernel - 1) + 1 > n + 2 * padding:
        return 0
    return output_size(n, kernel, stride, padding, dilation)


def _maps(rng):
    yield np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]), 2, 2
    yield -np.arange(1.0, 26.0).reshape(5, 5), 3, 2  # all negative: zeros must not win
    for _ in range(8):
        k = int(rng.integers(1, 5))
        height, width = (k + int(extra) for extra in rng.integers(0, 8, 2))
        yield rng.normal(size=(height, width)), k, int(rng.integers(1, 4))


def _max_pool(x, k, s):
    return MaxPool2d(k, s).forward(np.asarray(x, float)[np.newaxis, np.newaxis])[0, 0]


def _convolutions(rng):
    """Yield input, weights and gradient of the output of a convolution with stride 1 and no zeros."""
    yield TINY_X, TINY_W, TINY_GRAD
    for _ in range(8):
        k, m = (int(n) for n in rng.integers(1, 5, 2))
        rows, columns = (int(n) for n in rng.integers(1, 6, 2))
        yield (
            rng.normal(size=(rows + k - 1, columns + m - 1)),
            rng.normal(size=(k, m)),
            rng.normal(size=(rows, columns)),
        )


def _input_gradient(w, grad):
    return convolve2d(grad, w, padding=(w.shape[0] - 1, w.shape[1] - 1))


EXERCISES = [
    Exercise(
        id="7.1",
        name="local_neuron",
        goal="Calcule a saída de um neurônio local com ReLU, cuja janela começa em (row, column).",
        reference=_local_neuron,
        cases=_neurons,
        hint="A janela é volume[row : row + K, column : column + K]. Some os produtos e o viés; depois, "
        "max com zero.",
        solution="""
def local_neuron(volume, w, b, row, column):
    K = len(w)
    window = volume[row : row + K, column : column + K]
    return max(np.sum(window * w) + b, 0)
""",
    ),
    Exercise(
        id="7.2",
        name="layer_cost",
        goal="Conte os parâmetros de n filtros K×K sobre C canais e as multiplicações para uma entrada de "
        "lado side.",
        reference=_layer_cost,
        cases=_layers,
        hint="Cada filtro tem K·K·C pesos e um viés. Cada uma das n·(side − K + 1)² saídas pede K·K·C "
        "multiplicações.",
        solution="""
def layer_cost(side, K, C, n):
    positions = (side - K + 1) ** 2
    return n * (K * K * C + 1), n * positions * K * K * C
""",
    ),
    Exercise(
        id="7.3",
        name="output_side",
        goal="Devolva o lado da saída de uma camada; se o filtro não couber, devolva 0.",
        reference=_output_side,
        cases=_geometries,
        hint="O filtro dilatado ocupa D·(K − 1) + 1 pixels. Em Python, // arredonda para baixo; cuidado "
        "com o caso negativo.",
        solution="""
def output_side(N, K, S, P, D):
    room = N + 2 * P - D * (K - 1) - 1
    return room // S + 1 if room >= 0 else 0
""",
    ),
    Exercise(
        id="7.4",
        name="max_pool",
        goal="Faça o max pooling de um mapa com janela k e passo s, só com janelas inteiras.",
        reference=_max_pool,
        cases=_maps,
        hint="A saída tem (H − k) // s + 1 linhas. A janela da saída (i, j) começa em (i·s, j·s).",
        solution="""
def max_pool(x, k, s):
    rows, columns = (x.shape[0] - k) // s + 1, (x.shape[1] - k) // s + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[i, j] = x[i * s : i * s + k, j * s : j * s + k].max()
    return output
""",
    ),
    Exercise(
        id="7.5",
        name="weight_gradient",
        goal="Devolva o gradiente da perda em relação aos pesos de uma convolução de passo 1, sem zeros.",
        reference=lambda x, grad: correlate2d(x, grad),
        cases=lambda rng: ((x, grad) for x, _, grad in _convolutions(rng)),
        hint="O peso (m, n) encontrou, na saída (i, j), o pixel (i + m, j + n). Some grad[i, j]·x[i + m, j "
        "+ n]: "
        "a grade de gradientes desliza sobre x.",
        solution="""
def weight_gradient(x, grad):
    rows, columns = x.shape[0] - len(grad) + 1, x.shape[1] - grad.shape[1] + 1
    w_grad = np.zeros((rows, columns))
    for m in range(rows):
        for n in range(columns):
            w_grad[m, n] = np.sum(grad * x[m : m + len(grad), n : n + grad.shape[1]])
    return w_grad
""",
    ),
    Exercise(
        id="7.6",
        name="input_gradient",
        goal="Devolva o gradiente da perda em relação à entrada de uma convolução de passo 1, sem zeros.",
        reference=_input_gradient,
        cases=lambda rng: ((w, grad) for _, w, grad in _convolutions(rng)),
        hint="Comece com zeros do tamanho da entrada. Cada saída (i, j) soma grad[i, j]·w no retângulo que "
        "começa em (i, j).",
        solution="""
def input_gradient(w, grad):
    x_grad = np.zeros((len(grad) + len(w) - 1, grad.shape[1] + w.shape[1] - 1))
    for i in range(len(grad)):
        for j in range(grad.shape[1]):
            x_grad[i : i + len(w), j : j + w.shape[1]] += grad[i, j] * w
    return x_grad
""",
    ),
]
