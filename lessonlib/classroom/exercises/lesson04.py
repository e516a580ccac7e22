"""Exercises of lesson 04: flip, stamps, 2-D convolution, output size, cost, separability (slides 28-29)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.convolution import convolve, convolve2d, count_multiplications, output_size

SLIDE_SIGNAL = np.array([4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2])
SLIDE_MASK = np.array([3, 7, 5])
SLIDE_IMAGE = np.array([[4, 7, 6], [2, 0, 0], [7, 1, 1]])


def _signals(rng):
    yield SLIDE_SIGNAL, SLIDE_MASK
    for _ in range(8):
        size = int(rng.integers(2, 8))
        yield rng.integers(-9, 10, size + int(rng.integers(0, 12))), rng.integers(-9, 10, size)


def _images(rng):
    yield SLIDE_IMAGE, np.array([[1, 2], [3, 4]])
    for _ in range(8):
        rows, columns = (int(n) for n in rng.integers(1, 5, 2))
        shape = rows + int(rng.integers(0, 6)), columns + int(rng.integers(0, 6))
        yield rng.integers(0, 256, shape), rng.integers(-4, 5, (rows, columns))


def _sizes(rng):
    yield 14, 3, 1, 0  # slide 26
    yield 14, 3, 1, 1  # slide 27
    yield 28, 5, 2, 2
    yield 227, 11, 4, 0  # AlexNet's first layer
    for _ in range(8):
        kernel = int(rng.integers(1, 12))
        yield kernel + int(rng.integers(0, 60)), kernel, int(rng.integers(1, 5)), int(rng.integers(0, 6))


def _layers(rng):
    yield 28, 3, 1, 1, 1, 0
    yield 32, 5, 3, 6, 1, 0  # slide 35
    for _ in range(8):
        kernel = int(rng.integers(1, 8))
        yield (
            kernel + int(rng.integers(0, 40)),
            kernel,
            int(rng.integers(1, 9)),
            int(rng.integers(1, 17)),
            int(rng.integers(1, 4)),
            int(rng.integers(0, 4)),
        )


def _layer_cost(side, kernel, channels, filters, stride, padding):
    out = output_size(side, kernel, stride=stride, padding=padding)
    return count_multiplications(kernel, out, in_channels=channels, out_channels=filters)


def _masks(rng):
    yield (np.outer([1, 2, 1], [1, 2, 1]),)
    yield (np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),)
    yield (np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]),)
    for size in (3, 5, 7, 9, 11):
        yield (np.outer(rng.normal(size=size), rng.normal(size=size)),)
        yield (sum(np.outer(rng.normal(size=size), rng.normal(size=size)) for _ in range(2)),)
        yield (rng.normal(size=(size, size)),)


def _cheapest(kernel):
    size = len(kernel)
    return min(size * size, 2 * size * int(np.linalg.matrix_rank(kernel)))


EXERCISES = [
    Exercise(
        id="4.1",
        name="my_convolve",
        goal="Faça a convolução de s com w, só onde a máscara cabe, sem usar np.convolve.",
        reference=lambda s, w: convolve(s, w, "valid"),
        cases=_signals,
        hint="Rebata a máscara com w[::-1]. Depois é a correlação da Aula 03: "
        "o valor k usa a janela s[k : k + len(w)].",
        solution="""
def my_convolve(s, w):
    flipped = w[::-1]
    positions = len(s) - len(w) + 1
    return np.array([s[k : k + len(w)] @ flipped for k in range(positions)])
""",
    ),
    Exercise(
        id="4.2",
        name="my_stamps",
        goal="Faça a convolução completa (full) somando carimbos: "
        "cada amostra de s soma uma cópia de w na saída.",
        reference=lambda s, w: convolve(s, w, "full"),
        cases=_signals,
        hint="A saída começa com len(s) + len(w) − 1 zeros. A amostra s[n] soma s[n]·w a partir "
        "da posição n. Nada é rebatido.",
        solution="""
def my_stamps(s, w):
    g = np.zeros(len(s) + len(w) - 1)
    for n, sample in enumerate(s):
        g[n : n + len(w)] += sample * w
    return g
""",
    ),
    Exercise(
        id="4.3",
        name="my_convolve2d",
        goal="Faça a convolução 2-D de image com kernel, só onde a máscara cabe.",
        reference=convolve2d,
        cases=_images,
        hint="Rebata nos dois eixos: kernel[::-1, ::-1]. A saída tem H − K + 1 linhas e W − L + 1 colunas; "
        "a máscara nem sempre é quadrada.",
        solution="""
def my_convolve2d(image, kernel):
    flipped = kernel[::-1, ::-1]
    rows, columns = kernel.shape
    g = np.zeros((image.shape[0] - rows + 1, image.shape[1] - columns + 1))
    for i in range(g.shape[0]):
        for j in range(g.shape[1]):
            g[i, j] = np.sum(image[i : i + rows, j : j + columns] * flipped)
    return g
""",
    ),
    Exercise(
        id="4.4",
        name="my_output_size",
        goal="Calcule o lado da saída a partir do lado da entrada, do lado da máscara, do passo "
        "e dos zeros de cada lado.",
        reference=output_size,
        cases=_sizes,
        hint="Some os zeros dos dois lados, tire a máscara e veja quantos passos inteiros cabem. "
        "A primeira posição também conta. A divisão inteira em Python é //.",
        solution="""
def my_output_size(side, kernel, stride, padding):
    return (side + 2 * padding - kernel) // stride + 1
""",
    ),
    Exercise(
        id="4.5",
        name="my_cost",
        goal="Conte as multiplicações de uma camada com vários canais de entrada e vários filtros, "
        "com imagem e máscara quadradas.",
        reference=_layer_cost,
        cases=_layers,
        hint="Cada valor da saída custa kernel² · channels multiplicações. Quantos valores tem a saída? "
        "Ela tem filters mapas, e o exercício 4.4 dá o lado de cada mapa.",
        solution="""
def my_cost(side, kernel, channels, filters, stride, padding):
    out = (side + 2 * padding - kernel) // stride + 1
    return kernel**2 * channels * filters * out**2
""",
    ),
    Exercise(
        id="4.6",
        name="cheapest",
        goal="Devolva o menor número de multiplicações por pixel: a máscara K×K inteira, "
        "ou a soma de r máscaras separáveis.",
        reference=_cheapest,
        cases=_masks,
        hint="O número r é o posto da matriz: np.linalg.matrix_rank. Cada parcela separável custa uma coluna "
        "e uma linha, 2K. Às vezes a máscara inteira, K², sai mais barata.",
        solution="""
def cheapest(kernel):
    size = len(kernel)
    rank = np.linalg.matrix_rank(kernel)
    return min(size**2, 2 * size * rank)
""",
    ),
]
