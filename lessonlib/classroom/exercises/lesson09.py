"""Exercises of lesson 09: sizes, groups, bottlenecks, receptive field, top-5, LRN (slides 47-60)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.convolution import output_size
from lessonlib.reference.receptive_field import receptive_field

ALEXNET = [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2, 0)]


def _stacks(rng):
    yield 227, ALEXNET
    yield 224, [(3, 1, 1), (3, 1, 1), (2, 2, 0)]
    yield 224, ALEXNET[:2]  # 54.25: the division is not exact
    for _ in range(7):
        layers = [
            (int(rng.integers(1, 8)), int(rng.integers(1, 4)), int(rng.integers(0, 3))) for _ in range(3)
        ]
        yield int(rng.integers(120, 260)), layers


def _map_sides(side, layers):
    sides = [side]
    for kernel, stride, padding in layers:
        sides.append(output_size(sides[-1], kernel, stride, padding))
    return sides


def _convolutions(rng):
    yield 11, 3, 96, 1
    yield 5, 96, 256, 2
    yield 3, 384, 256, 2
    for _ in range(6):
        groups = int(rng.integers(1, 5))
        inputs, filters = (groups * int(n) for n in rng.integers(1, 40, 2))
        yield int(rng.integers(1, 8)), inputs, filters, groups


def _bottlenecks(rng):
    yield 5, 192, 16, 32
    yield 3, 192, 96, 128
    for _ in range(6):
        yield int(rng.integers(2, 8)), *(int(n) for n in rng.integers(4, 300, 3))


def _saving(kernel, inputs, squeezed, filters):
    return kernel**2 * inputs * filters / (inputs * squeezed + kernel**2 * squeezed * filters)


def _fields(rng):
    yield ([(3, 1), (3, 1)],)
    yield ([(kernel, stride) for kernel, stride, _ in ALEXNET],)
    yield ([(2, 2), (3, 1)],)
    for _ in range(6):
        count = int(rng.integers(1, 7))
        yield (
            [
                (int(k), int(s))
                for k, s in zip(rng.integers(1, 8, count), rng.integers(1, 4, count), strict=True)
            ],
        )


def _scores(rng):
    yield np.array([[9.0, 8, 7, 6, 5, 4, 3], [9.0, 8, 7, 6, 5, 4, 3]]), np.array([4, 5])
    for _ in range(6):
        photos, classes = int(rng.integers(3, 30)), int(rng.integers(7, 20))
        yield rng.normal(size=(photos, classes)), rng.integers(0, classes, photos)


def _top5_error(scores, labels):
    best = np.argsort(-scores, axis=1)[:, :5]
    return 1 - float(np.mean((best == labels[:, np.newaxis]).any(axis=1)))


def _channels(rng):
    yield (np.array([50.0, 50, 50, 400, 50, 50, 50]),)
    yield (np.array([100.0, -200]),)
    for _ in range(6):
        yield (rng.normal(scale=200, size=int(rng.integers(1, 12))),)


def response_norm(a):
    """Return the local response normalisation of a vector of channels, as in the AlexNet paper."""
    sums = np.convolve(np.pad(np.asarray(a, float) ** 2, 2), np.ones(5), mode="valid")
    return a / (2 + 1e-4 * sums) ** 0.75


EXERCISES = [
    Exercise(
        id="9.1",
        name="map_sides",
        goal="Devolva os lados do mapa, da entrada até depois da última camada.",
        reference=_map_sides,
        cases=_stacks,
        hint="O lado novo é (lado + 2·zeros − filtro) // passo + 1, e entra na conta da camada seguinte.",
        solution="""
def map_sides(side, layers):
    sides = [side]
    for kernel, stride, padding in layers:
        side = (side + 2 * padding - kernel) // stride + 1
        sides.append(side)
    return sides
""",
    ),
    Exercise(
        id="9.2",
        name="conv_params",
        goal="Conte pesos e vieses de uma convolução com grupos.",
        reference=lambda kernel, inputs, filters, groups: filters * (kernel**2 * inputs // groups + 1),
        cases=_convolutions,
        hint="Cada filtro vê só inputs / groups canais. E cada filtro, em qualquer grupo, tem um viés.",
        solution="""
def conv_params(K, inputs, filters, groups):
    return filters * (K * K * (inputs // groups) + 1)
""",
    ),
    Exercise(
        id="9.3",
        name="bottleneck_saving",
        goal="Divida os pesos da convolução direta pelos da dupla 1×1 e K×K.",
        reference=_saving,
        cases=_bottlenecks,
        hint="Direto: K·K·inputs·filters. Com gargalo há duas camadas, e os pesos das duas se somam.",
        solution="""
def bottleneck_saving(K, inputs, squeezed, filters):
    direct = K * K * inputs * filters
    return direct / (inputs * squeezed + K * K * squeezed * filters)
""",
    ),
    Exercise(
        id="9.4",
        name="field_side",
        goal="Devolva o lado do campo receptivo, em pixels da entrada, de uma unidade da última camada.",
        reference=lambda layers: receptive_field(layers)[-1].size,
        cases=_fields,
        hint="Guarde dois números que começam em 1: o campo e o salto entre vizinhos. Cada camada "
        "soma (filtro − 1)·salto ao campo e só depois multiplica o salto pelo passo.",
        solution="""
def field_side(layers):
    size, jump = 1, 1
    for kernel, stride in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size
""",
    ),
    Exercise(
        id="9.5",
        name="top5_error",
        goal="Devolva a fração de fotos cuja classe certa não está entre os cinco maiores escores.",
        reference=_top5_error,
        cases=_scores,
        hint="np.argsort ordena do menor para o maior: as cinco últimas colunas são os cinco palpites.",
        solution="""
def top5_error(scores, labels):
    guesses = np.argsort(scores, axis=1)[:, -5:]
    right = [label in row for row, label in zip(guesses, labels)]
    return 1 - np.mean(right)
""",
    ),
    Exercise(
        id="9.6",
        name="response_norm",
        goal="Normalize cada canal pelos vizinhos, com as constantes da AlexNet.",
        reference=response_norm,
        cases=_channels,
        hint="A janela do canal i vai de max(0, i − 2) até i + 2. Some os quadrados; α multiplica a soma, "
        "sem dividir por n.",
        solution="""
def response_norm(a):
    b = np.zeros(len(a))
    for i in range(len(a)):
        window = a[max(0, i - 2) : i + 3]
        b[i] = a[i] / (2 + 1e-4 * np.sum(window**2)) ** 0.75
    return b
""",
    ),
]
