"""Exercises of lesson 01: neuron, parameters, tiling fields, complex cell, corner, tuning (slides 2-7)."""

from __future__ import annotations

import numpy as np

from lessonlib import datasets
from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.cortex_sheets import combine, complex_map, coverage
from lessonlib.reference.stimuli import bar
from lessonlib.reference.visual_cortex import (
    complex_cell,
    half_width,
    quadrature_pair,
    simple_cell,
    simple_field,
)


def _neuron(x, w, b):
    return max(0.0, float(np.sum(x * w)) + b)


def _neuron_cases(rng):
    x, w = np.array([1, 0, 2]), np.array([2, -1, 1])
    yield x, w, -3
    yield x, w, -5
    digits, _ = datasets.digits("test")
    for k in rng.choice(len(digits), 5, replace=False):
        yield digits[k] / 255, rng.normal(0, 0.1, (28, 28)), float(rng.normal(0, 1))


def _parameters(sizes):
    return sum(a * b + b for a, b in zip(sizes[:-1], sizes[1:], strict=True))


def _parameter_cases(rng):
    yield ((784, 300, 100, 10),)
    yield ((3, 1),)
    for count in rng.integers(2, 6, 5):
        yield (tuple(int(n) for n in rng.integers(1, 400, count)),)


def _row_coverage(length, side, spacing):
    return coverage((side, length), side, spacing)[0]


def _coverage_cases(rng):
    yield 12, 4, 2
    yield 12, 4, 4
    yield 12, 4, 5
    yield 5, 5, 3
    for _ in range(6):
        side = int(rng.integers(1, 9))
        yield int(rng.integers(side, 30)), side, int(rng.integers(1, 8))


def _complex(patch, bar_mould, edge_mould):
    return float(complex_cell(patch, np.stack([bar_mould, edge_mould])))


def _complex_cases(rng):
    pair = quadrature_pair(31, 0.1, 0, 6.0)
    for place in (0, 2, 5):
        yield bar(31, 0, place, 4), *pair
    photo = datasets.photo("camera") / 255
    for _ in range(5):
        angle = int(rng.integers(0, 180))
        row, column = rng.integers(0, 512 - 15, 2)
        yield photo[row : row + 15, column : column + 15], *quadrature_pair(15, 0.14, angle, 3.5)


def _corner(upright, lying, distance, threshold):
    return combine([upright, lying], [(0, -distance, 0, 1), (1, 0, distance, 1)], threshold)


def _corner_cases(rng):
    upright, lying = np.zeros((2, 5, 5))
    upright[1, 1], lying[3, 3], lying[0, 0] = 0.7, 0.5, 0.9
    yield upright, lying, 2, 1.0
    yield upright, lying, 1, 0.0
    digits, _ = datasets.digits("test")
    pairs = [quadrature_pair(9, 0.18, angle, 2.2) for angle in (0, 90)]
    for k in rng.choice(len(digits), 4, replace=False):
        maps = [complex_map(digits[k] / 255, pair) for pair in pairs]
        yield *maps, int(rng.integers(1, 6)), float(rng.uniform(0.2, 1))


def _tuning_cases(rng):
    yield np.array([-30, -20, -10, 0, 10, 20, 30]), np.array([0, 0, 6, 8, 4, 2, 0])
    yield np.array([0, 10, 40]), np.array([0.0, 3.0, 1.0])
    for _ in range(5):
        frequency, step = float(rng.uniform(0.09, 0.13)), int(rng.integers(3, 9))
        cell = int(rng.integers(-20, 21))
        angles = np.arange(cell - 90, cell + 90, step)
        bars = np.stack([bar(31, angle, width=4) for angle in angles])
        yield angles, simple_cell(bars, simple_field(31, frequency, cell, 6.0))


EXERCISES = [
    Exercise(
        id="1.1",
        name="my_neuron",
        goal="Devolva a soma de x vezes w, mais o viés b, ou zero se ela for negativa.",
        reference=_neuron,
        cases=_neuron_cases,
        hint="x * w multiplica pixel por pixel, e np.sum soma tudo, em qualquer formato. O viés entra "
        "antes do corte: max(0, soma + b).",
        solution="""
def my_neuron(x, w, b):
    return max(0, np.sum(x * w) + b)
""",
    ),
    Exercise(
        id="1.2",
        name="count_parameters",
        goal="Devolva quantos pesos e vieses tem uma rede em que cada camada vê toda a anterior.",
        reference=_parameters,
        cases=_parameter_cases,
        hint="Cada neurônio tem um peso por número que vê e um viés. Uma camada de b neurônios que veem a "
        "números tem a·b + b. Ande pelos pares vizinhos de sizes; a entrada não é uma camada.",
        solution="""
def count_parameters(sizes):
    total = 0
    for below, here in zip(sizes[:-1], sizes[1:]):
        total += below * here + here
    return total
""",
    ),
    Exercise(
        id="1.3",
        name="how_many_see",
        goal="Devolva, para cada pixel da fila, quantos campos o veem.",
        reference=_row_coverage,
        cases=_coverage_cases,
        hint="Comece com np.zeros(length, int). O último campo começa em length − side, e esse começo conta: "
        "range precisa ir até length − side + 1.",
        solution="""
def how_many_see(length, side, spacing):
    counts = np.zeros(length, int)
    for start in range(0, length - side + 1, spacing):
        counts[start:start + side] += 1
    return counts
""",
    ),
    Exercise(
        id="1.4",
        name="my_complex_cell",
        goal="Devolva a resposta da célula complexa: a raiz da soma dos quadrados das duas somas.",
        reference=_complex,
        cases=_complex_cases,
        hint="Para cada molde, multiplique pelo recorte e some tudo. Não corte os negativos: o quadrado de "
        "uma soma negativa é a parte da célula simples de fase oposta.",
        solution="""
def my_complex_cell(patch, bar_mould, edge_mould):
    return np.sqrt(np.sum(patch * bar_mould)**2 + np.sum(patch * edge_mould)**2)
""",
    ),
    Exercise(
        id="1.5",
        name="lower_left_corner",
        goal="Devolva o mapa do canto └: em pé acima mais deitado à direita, menos o limiar, sem negativos.",
        reference=_corner,
        cases=_corner_cases,
        hint="Parta de um mapa de zeros. As linhas de índice distance em diante recebem upright[:-distance]; "
        "as colunas até −distance recebem lying[:, distance:]. Só depois da soma desconte o limiar e corte.",
        solution="""
def lower_left_corner(upright, lying, distance, threshold):
    total = np.zeros(upright.shape)
    total[distance:] += upright[:-distance]
    total[:, :-distance] += lying[:, distance:]
    return np.maximum(total - threshold, 0)
""",
    ),
    Exercise(
        id="1.6",
        name="my_half_width",
        goal="Devolva a média das distâncias, dos dois lados, entre o pico e a metade da resposta.",
        reference=half_width,
        cases=_tuning_cases,
        hint="Ache o pico com np.argmax. Ande para a direita até a resposta ser no máximo metade do pico; "
        "entre essa medida e a anterior, a reta cruza a metade. Faça o mesmo para a esquerda.",
        solution="""
def my_half_width(angles, responses):
    peak = np.argmax(responses)
    half = responses[peak] / 2
    crossings = []
    for step in (1, -1):
        k = peak
        while responses[k] > half:
            k += step
        share = (responses[k - step] - half) / (responses[k - step] - responses[k])
        crossings.append(angles[k - step] + share * (angles[k] - angles[k - step]))
    return (crossings[0] - crossings[1]) / 2
""",
        rtol=1e-5,
    ),
]
