"""Exercises of lesson 02: counting from 1, crops, uint8, quantisation, grey, C×H×W (slides 9-13)."""

from __future__ import annotations

import numpy as np

from lessonlib import datasets
from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.signals import at, quantize, rgb_to_gray

SLIDE_10 = np.array([[4, 7, 6], [2, 0, 0], [7, 1, 1]])
SLIDE_12 = np.array(
    [
        [(255, 255, 255), (128, 128, 128), (0, 0, 0)],
        [(255, 0, 0), (0, 255, 255), (0, 0, 0)],
        [(128, 128, 7), (0, 1, 254), (128, 1, 1)],
    ],
    np.uint8,
)


def _patch(rng, name: str, height: int, width: int):
    """Cut a random piece out of a real photo."""
    photo = datasets.photo(name)
    i = int(rng.integers(0, photo.shape[0] - height))
    j = int(rng.integers(0, photo.shape[1] - width))
    return photo[i : i + height, j : j + width].copy()


def _positions(rng):
    for i, j in ((1, 1), (1, 2), (1, 3), (2, 1)):
        yield SLIDE_10, i, j
    yield SLIDE_12, 2, 2
    for name in ("camera", "coffee", "camera", "chelsea"):
        photo = datasets.photo(name)
        yield photo, int(rng.integers(1, photo.shape[0] + 1)), int(rng.integers(1, photo.shape[1] + 1))
    yield photo, photo.shape[0], photo.shape[1]


def _corners(rng):
    yield SLIDE_10, 1, 1, 2, 3
    yield SLIDE_10, 3, 1, 3, 1
    yield SLIDE_12, 2, 1, 3, 2
    for name in ("camera", "coffee", "astronaut"):
        photo = datasets.photo(name)
        rows, columns = (np.sort(rng.integers(1, size + 1, 2)) for size in photo.shape[:2])
        yield photo, int(rows[0]), int(columns[0]), int(rows[1]), int(columns[1])


def _brightness(rng):
    yield np.array([[200, 100], [50, 255]], np.uint8), 100
    yield np.array([[200, 100], [50, 255]], np.uint8), -120
    for name, amount in (("camera", 80), ("coffee", -60), ("chelsea", 300), ("astronaut", 0)):
        yield _patch(rng, name, 6, 5), amount


def _bits(rng):
    yield np.array([0, 63, 64, 100, 127, 128, 255], np.uint8), 2
    for bits, name in zip((1, 3, 4, 6, 8), ("camera", "coffee", "coins", "chelsea", "camera"), strict=True):
        yield _patch(rng, name, 5, 7), bits


def _colors(rng):
    yield (np.array([[(255, 0, 0), (0, 255, 0), (0, 0, 255)]], np.uint8),)
    yield (SLIDE_12,)
    for name in ("coffee", "chelsea", "astronaut"):
        yield (_patch(rng, name, 5, 4),)


def _batches(rng):
    yield ([SLIDE_12],)
    for count, name in ((2, "coffee"), (3, "astronaut"), (1, "chelsea")):
        yield ([_patch(rng, name, 4, 6) for _ in range(count)],)


def _batch(images):
    return np.stack([np.moveaxis(image, -1, 0) for image in images]) / 255


EXERCISES = [
    Exercise(
        id="2.1",
        name="pixel",
        goal="Devolva o pixel que o slide chama de I(i, j), com linhas e colunas contadas a partir de 1.",
        reference=at,
        cases=_positions,
        hint="Primeiro a linha, depois a coluna. A linha 1 do slide é a linha 0 do Python.",
        solution="""
def pixel(image, i, j):
    return image[i - 1, j - 1]
""",
    ),
    Exercise(
        id="2.2",
        name="crop",
        goal="Recorte as linhas i1 a i2 e as colunas j1 a j2, contadas a partir de 1, com as pontas.",
        reference=lambda image, i1, j1, i2, j2: image[i1 - 1 : i2, j1 - 1 : j2],
        cases=_corners,
        hint="Uma fatia a:b do Python inclui o índice a e exclui o b. Quantas linhas há de i1 a i2, com as "
        "duas pontas?",
        solution="""
def crop(image, i1, j1, i2, j2):
    return image[i1 - 1 : i2, j1 - 1 : j2]
""",
    ),
    Exercise(
        id="2.3",
        name="brighten",
        goal="Some amount a cada pixel sem dar a volta: o que passar de 255 fica 255, o que passar de 0 para "
        "baixo fica 0.",
        reference=lambda image, amount: np.clip(image.astype(int) + amount, 0, 255),
        cases=_brightness,
        hint="O uint8 não guarda 300 nem −20. Mude o tipo com astype antes de somar. Só depois, np.clip.",
        solution="""
def brighten(image, amount):
    wide = image.astype(int) + amount
    return np.clip(wide, 0, 255).astype(np.uint8)
""",
    ),
    Exercise(
        id="2.4",
        name="my_quantize",
        goal="Reduza a imagem a 2**bits níveis, espalhados de 0 a 255.",
        reference=lambda image, bits: quantize(image, 2**bits),
        cases=_bits,
        hint="Duas contas. O intervalo é a parte inteira de v·L/256, e vai de 0 a L − 1. O nível é "
        "intervalo·255/(L − 1), arredondado. Cuidado: v·L não cabe em uint8.",
        solution="""
def my_quantize(image, bits):
    levels = 2**bits
    interval = image.astype(int) * levels // 256
    return np.round(interval * 255 / (levels - 1)).astype(np.uint8)
""",
    ),
    Exercise(
        id="2.5",
        name="my_gray",
        goal="Converta uma imagem H×W×3 para cinza com os pesos 0,299, 0,587 e 0,114, sem arredondar.",
        reference=lambda image: rgb_to_gray(image.astype(float)),
        cases=_colors,
        hint="image[..., 0] é a matriz R. Multiplique cada matriz pelo peso dela e some as três.",
        solution="""
def my_gray(image):
    return 0.299 * image[..., 0] + 0.587 * image[..., 1] + 0.114 * image[..., 2]
""",
    ),
    Exercise(
        id="2.6",
        name="to_batch",
        goal="Transforme uma lista de N imagens H×W×C de 0 a 255 em um só tensor N×C×H×W de 0 a 1.",
        reference=_batch,
        cases=_batches,
        hint="np.moveaxis(image, -1, 0) leva os canais para a frente. np.stack empilha a lista em um eixo "
        "novo, o N. Falta a escala.",
        solution="""
def to_batch(images):
    ready = [np.moveaxis(image, -1, 0) / 255 for image in images]
    return np.stack(ready)
""",
    ),
]
