"""Exercises of lesson 08: the parts of LeNet-5 as in 1998, and the confusion matrix (slides 45-46)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.convolution import correlate2d


def _c3_connections():
    """Return the paper's table as a matrix of bools: rows are maps of C3, columns maps of S2."""
    # Imported here: listing the exercises must not load PyTorch.
    from lessonlib.nets.models.lenet_1998 import C3_TABLE

    return np.array([[source in row for source in range(6)] for row in C3_TABLE])


def _numbers(rng):
    yield (np.array([-1.0, 0.0, 1.0]),)
    yield (np.array([[-30.0, 30.0], [0.5, -2.0]]),)
    for _ in range(6):
        yield (rng.normal(0, 3, int(rng.integers(1, 20))),)


def _squash(a):
    return 1.7159 * np.tanh(2 * a / 3)


def _maps(rng):
    yield np.arange(16.0).reshape(4, 4), 0.5, 3.0
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), 0.25, 0.0
    for _ in range(6):
        rows, columns = 2 * rng.integers(1, 8, 2)
        yield rng.normal(size=(rows, columns)), float(rng.normal()), float(rng.normal())


def _subsample(x, coefficient, bias):
    blocks = x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]
    return coefficient * blocks + bias


def _tables(rng):
    yield _c3_connections(), 5, 10
    yield np.ones((16, 6), bool), 5, 10
    for _ in range(6):
        shape = tuple(int(n) for n in rng.integers(1, 12, 2))
        yield rng.random(shape) < 0.6, int(rng.integers(1, 8)), int(rng.integers(1, 30))


def _count_sparse(sees, k, side):
    params = int(sees.sum()) * k * k + len(sees)
    return params, params * side * side


def _f6_and_codes(rng):
    codes = np.array([[1, 1, -1], [-1, 1, 1], [-1, -1, -1]])
    yield np.array([0.9, 0.2, -1.1]), codes
    # Far from every code: the largest product with a code is not the smallest distance.
    yield np.array([0.3, 0.4]), np.array([[3.0, 3.0], [0.0, 0.0], [-1.0, 1.0]])
    for _ in range(8):
        count, length = (int(n) for n in rng.integers(3, 11, 2))
        codes = rng.normal(size=(count, length)) * rng.uniform(0.3, 3, (count, 1))
        yield rng.normal(size=length), codes


def _nearest(f6, codes):
    return int(np.argmin(((codes - f6) ** 2).sum(axis=1)))


def _answers(rng):
    yield np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]), 3
    yield np.array([0, 0, 3]), np.array([0, 3, 0]), 5  # classes that never appear have their row too
    for _ in range(6):
        classes, count = int(rng.integers(2, 11)), int(rng.integers(1, 60))
        yield rng.integers(0, classes, count), rng.integers(0, classes, count), classes


def _confusion(labels, answers, classes):
    return np.bincount(labels * classes + answers, minlength=classes**2).reshape(classes, classes)


def _sparse_layers(rng):
    small = np.array([[True, True], [False, True]])
    for sees, k, side in (
        (small, 2, 3),
        (_c3_connections(), 5, 14),
        (rng.random((4, 3)) < 0.6, 3, 7),
        (rng.random((3, 5)) < 0.6, 1, 4),
    ):
        x = rng.integers(-5, 6, (sees.shape[1], side, side))
        # Kernels that are not connected hold numbers too: they must not be used.
        yield x, sees, rng.integers(-3, 4, (*sees.shape, k, k)), rng.integers(-9, 10, len(sees))


def _sparse_convolution(x, sees, kernels, biases):
    side = x.shape[1] - kernels.shape[2] + 1
    maps = np.zeros((len(sees), side, side))
    for out, source in np.argwhere(sees):
        maps[out] += correlate2d(x[source], kernels[out, source])
    return maps + biases[:, np.newaxis, np.newaxis]


EXERCISES = [
    Exercise(
        id="8.1",
        name="squash",
        goal="Aplique a função de ativação de 1998 a um array: 1,7159 · tanh(2a/3).",
        reference=_squash,
        cases=_numbers,
        hint="np.tanh age em cada elemento. O 2/3 fica dentro da tanh; o 1,7159, fora.",
        solution="""
def squash(a):
    return 1.7159 * np.tanh(2 * a / 3)
""",
    ),
    Exercise(
        id="8.2",
        name="subsample",
        goal="Some cada bloco 2×2 do mapa, multiplique pelo coeficiente e some o viés.",
        reference=_subsample,
        cases=_maps,
        hint=(
            "x[::2, ::2] tem o canto de cima, à esquerda, de cada bloco. Os outros três cantos saem do mesmo "
            "jeito, com x[1::2, ::2] e assim por diante."
        ),
        solution="""
def subsample(x, coefficient, bias):
    total = x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]
    return coefficient * total + bias
""",
    ),
    Exercise(
        id="8.3",
        name="count_sparse",
        goal=(
            "Conte os parâmetros e as conexões de uma camada convolucional esparsa. sees[o, i] diz se o mapa "
            "de saída o vê o mapa de entrada i; os filtros são k×k; os mapas de saída, side×side."
        ),
        reference=_count_sparse,
        cases=_tables,
        hint=(
            "Cada True é um filtro k×k, e cada mapa de saída tem um viés só. Cada posição da saída usa todos "
            "os parâmetros do seu mapa de novo: é uma conexão por parâmetro e por posição."
        ),
        solution="""
def count_sparse(sees, k, side):
    parameters = sees.sum() * k * k + len(sees)
    return parameters, parameters * side * side
""",
    ),
    Exercise(
        id="8.4",
        name="nearest_code",
        goal="Devolva a linha de codes que está mais perto de f6, pela distância ao quadrado.",
        reference=_nearest,
        cases=_f6_and_codes,
        hint=(
            "codes − f6 subtrai f6 de cada linha. Eleve ao quadrado, some ao longo de cada linha e procure o "
            "menor valor com np.argmin."
        ),
        solution="""
def nearest_code(f6, codes):
    distances = ((codes - f6) ** 2).sum(axis=1)
    return np.argmin(distances)
""",
    ),
    Exercise(
        id="8.5",
        name="confusion",
        goal=(
            "Monte a matriz de confusão, classes×classes: na linha i e coluna j, quantas vezes um dígito de "
            "rótulo i recebeu a resposta j."
        ),
        reference=_confusion,
        cases=_answers,
        hint="Comece com np.zeros((classes, classes), int) e some 1 em [rótulo, resposta] para cada dígito.",
        solution="""
def confusion(labels, answers, classes):
    matrix = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        matrix[label, answer] += 1
    return matrix
""",
    ),
    Exercise(
        id="8.6",
        name="sparse_convolution",
        goal=(
            "Faça a camada C3: cada mapa de saída soma as correlações dos mapas que vê com os seus filtros, "
            "mais o viés. Filtros sem conexão não contam."
        ),
        reference=_sparse_convolution,
        cases=_sparse_layers,
        hint=(
            "São dois laços: o de fora passa pelos mapas de saída; o de dentro, pelos mapas de entrada. Some "
            "correlate2d(x[i], kernels[o, i]) só quando sees[o, i] for True."
        ),
        solution="""
from lessonlib.reference.convolution import correlate2d

def sparse_convolution(x, sees, kernels, biases):
    maps = []
    for o in range(len(sees)):
        seen = [i for i in range(len(x)) if sees[o, i]]
        side = x.shape[1] - kernels.shape[2] + 1
        total = np.zeros((side, side))
        for i in seen:
            total = total + correlate2d(x[i], kernels[o, i])
        maps.append(total + biases[o])
    return np.stack(maps)
""",
    ),
]
