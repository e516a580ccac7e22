"""Exercises of lesson 06: receptive field, stacked kernels, volumes, 1×1 filters (slides 32-36)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.convolution import convolve2d, correlate2d
from lessonlib.reference.receptive_field import receptive_field

LENET = [(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)]


def _stacks(rng):
    yield ([(3, 1), (3, 1)],)
    yield ([(3, 1), (2, 2), (3, 1)],)
    yield (LENET,)
    for _ in range(8):
        yield ([(int(rng.integers(1, 8)), int(rng.integers(1, 4))) for _ in range(int(rng.integers(1, 7)))],)


def _counts(rng):
    yield 2, 64
    yield 3, 64
    for _ in range(6):
        yield int(rng.integers(1, 9)), int(rng.integers(1, 600))


def _compare_weights(n, channels):
    return n * 9 * channels**2, (2 * n + 1) ** 2 * channels**2


def _mask_pairs(rng):
    yield np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    for _ in range(8):
        k, m = (int(size) for size in rng.integers(1, 6, 2))
        yield rng.integers(-5, 6, (k, k)), rng.integers(-5, 6, (m, m))


def _merge(w1, w2):
    return convolve2d(w1, w2, padding=len(w2) - 1)


def _volumes(rng):
    x = np.array([[[1, 0, 2], [3, 1, 0], [0, 2, 1]], [[0, 1, 1], [1, 0, 2], [2, 1, 0]]])
    w = np.array([[[1, 0], [0, 1]], [[0, 1], [-1, 0]]])
    yield x.transpose(1, 2, 0), w.transpose(1, 2, 0), 1
    for _ in range(7):
        side, depth = int(rng.integers(1, 5)), int(rng.integers(1, 5))
        height, width = (side + int(extra) for extra in rng.integers(0, 6, 2))
        yield (
            rng.integers(0, 256, (height, width, depth)),
            rng.normal(size=(side, side, depth)),
            float(rng.normal()),
        )


def _volume_convolution(volume, w, b):
    return sum(correlate2d(volume[..., c], w[..., c]) for c in range(w.shape[2])) + b


def _pointwise(rng):
    yield np.arange(12.0).reshape(2, 2, 3), np.array([[0.299, 0.587, 0.114]]), np.array([0.0])
    for _ in range(7):
        height, width, depth, count = (int(n) for n in rng.integers(1, 7, 4))
        yield rng.normal(size=(height, width, depth)), rng.normal(size=(count, depth)), rng.normal(size=count)


def _one_by_one(volume, weights, biases):
    return np.einsum("hwc,nc->hwn", volume, weights) + biases


def _padded_stacks(rng):
    yield [(3, 1, 1), (3, 1, 1)], 0
    yield [(3, 1, 1), (2, 2, 0), (3, 1, 1)], 5
    for _ in range(8):
        depth = int(rng.integers(1, 6))
        layers = [
            (int(rng.integers(1, 8)), int(rng.integers(1, 4)), int(rng.integers(0, 4))) for _ in range(depth)
        ]
        yield layers, int(rng.integers(0, 12))


def _seen_pixels(layers, u):
    pixels = receptive_field([(k, s, 1, p) for k, s, p in layers])[-1].pixels(u)
    return pixels[0], pixels[-1]


EXERCISES = [
    Exercise(
        id="6.1",
        name="my_receptive_field",
        goal="Devolva o lado do campo receptivo de uma pilha de pares (lado do filtro, passo).",
        reference=lambda layers: receptive_field(layers)[-1].size,
        cases=_stacks,
        hint="Comece com r = 1 e j = 1. Em cada camada, primeiro some (k − 1)·j a r; só depois multiplique "
        "j pelo passo.",
        solution="""
def my_receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r
""",
    ),
    Exercise(
        id="6.2",
        name="compare_weights",
        goal="Devolva os pesos de n camadas 3×3 e de uma camada única com o mesmo campo receptivo.",
        reference=_compare_weights,
        cases=_counts,
        hint="n camadas 3×3 veem (2n + 1)×(2n + 1). Uma camada k×k com C canais de cada lado tem k²·C² "
        "pesos.",
        solution="""
def compare_weights(n, C):
    side = 2 * n + 1
    return n * 9 * C**2, side**2 * C**2
""",
    ),
    Exercise(
        id="6.3",
        name="merge",
        goal="Devolva a máscara única que faz o trabalho de w1 seguida de w2.",
        reference=_merge,
        cases=_mask_pairs,
        hint="A saída tem lado k1 + k2 − 1. Para cada elemento de w2, some w2[i, j]·w1 ao quadrado que "
        "começa em (i, j).",
        solution="""
def merge(w1, w2):
    k, m = len(w1), len(w2)
    merged = np.zeros((k + m - 1, k + m - 1))
    for i in range(m):
        for j in range(m):
            merged[i : i + k, j : j + k] += w2[i, j] * w1
    return merged
""",
    ),
    Exercise(
        id="6.4",
        name="volume_convolution",
        goal="Passe um filtro K×K×C por um volume H×W×C, sem zeros nas bordas, e some o viés.",
        reference=_volume_convolution,
        cases=_volumes,
        hint="A janela é volume[i : i + K, j : j + K], com todos os canais. Multiplique pela máscara "
        "inteira e some tudo.",
        solution="""
def volume_convolution(volume, w, b):
    K = len(w)
    rows, columns = volume.shape[0] - K + 1, volume.shape[1] - K + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            output[i, j] = np.sum(volume[i : i + K, j : j + K] * w) + b
    return output
""",
    ),
    Exercise(
        id="6.5",
        name="one_by_one",
        goal="Aplique N filtros 1×1 (pesos N×C, vieses N) a um volume H×W×C e devolva um volume H×W×N.",
        reference=_one_by_one,
        cases=_pointwise,
        hint="Em cada pixel é um produto de matriz por vetor. O operador @ faz isso em todos os pixels: "
        "volume @ weights.T.",
        solution="""
def one_by_one(volume, weights, biases):
    return volume @ weights.T + biases
""",
    ),
    Exercise(
        id="6.6",
        name="seen_pixels",
        goal="Devolva o primeiro e o último pixel que a unidade u vê; camadas (lado, passo, zeros de cada "
        "lado).",
        reference=_seen_pixels,
        cases=_padded_stacks,
        hint="Guarde também onde começa o campo da unidade 0: cada camada o recua p·j pixels, com o j de "
        "antes da camada. "
        "A unidade u começa u·j adiante.",
        solution="""
def seen_pixels(layers, u):
    r, j, start = 1, 1, 0
    for k, s, p in layers:
        start -= p * j
        r += (k - 1) * j
        j *= s
    first = start + u * j
    return first, first + r - 1
""",
    ),
]
