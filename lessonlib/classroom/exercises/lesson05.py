"""Exercises of lesson 05: Sobel on patch and image, direction, threshold, merged masks (slides 30-31)."""

from __future__ import annotations

import numpy as np

from lessonlib import datasets
from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.convolution import convolve2d, correlate2d
from lessonlib.reference.edges import SOBEL_X, SOBEL_Y

#: The four patches of slide 30.
SLIDE_PATCHES = (
    np.full((3, 3), 10),
    np.array([[0, 10, 10], [0, 10, 10], [0, 10, 10]]),
    np.array([[10, 10, 10], [0, 10, 10], [0, 0, 10]]),
    np.array([[10, 10, 10], [10, 10, 10], [0, 0, 0]]),
)


def _crops(rng, count, side=None):
    """Yield real pieces of photos: rectangles of random shape, or squares of a given side."""
    for name in ("camera", "coins"):
        photo = datasets.photo(name)
        for _ in range(count):
            rows, columns = (side, side) if side else (int(n) for n in rng.integers(3, 12, 2))
            i = int(rng.integers(0, photo.shape[0] - rows))
            j = int(rng.integers(0, photo.shape[1] - columns))
            yield photo[i : i + rows, j : j + columns].astype(int)


def _patches(rng):
    yield (SLIDE_PATCHES[1],)
    for patch in (*SLIDE_PATCHES, *_crops(rng, 4, side=3)):
        yield (patch,)


def _vectors(rng):
    yield 40, 0
    yield 30, -30
    yield 0, -40
    for _ in range(8):
        yield tuple(float(v) for v in rng.normal(0, 100, 2))


def _images(rng):
    yield (np.hstack([SLIDE_PATCHES[1], SLIDE_PATCHES[3]]),)
    for crop in _crops(rng, 4):
        yield (crop,)


def _sobel_valid(image):
    return correlate2d(image, SOBEL_X), correlate2d(image, SOBEL_Y)


def _fraction_cases(rng):
    yield (
        np.array([[40, 30], [0, 30]]),
        np.array([[0, -30], [-40, 40]]),
        50,
    )  # one is exactly on the threshold
    for crop in _crops(rng, 4):
        yield (*_sobel_valid(crop), int(rng.integers(20, 200)))


def _fraction(gx, gy, threshold):
    return float(np.mean(np.hypot(gx, gy) >= threshold))


def _mask_pairs(rng):
    yield np.outer([1, 2, 1], [1, 2, 1]), np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    for _ in range(6):
        yield (
            rng.integers(-4, 5, tuple(rng.integers(1, 6, 2))),
            rng.integers(-4, 5, tuple(rng.integers(1, 6, 2))),
        )


def _full(first, second):
    rows, columns = second.shape
    padded = np.pad(first, ((rows - 1, rows - 1), (columns - 1, columns - 1)))
    return convolve2d(padded, second)


def _direction_cases(rng):
    yield np.array([40, -40, 30]), np.array([0, 0, -30])
    for crop in _crops(rng, 8, side=15):
        gx, gy = _sobel_valid(crop)
        # Near ±90° the two ends of the range are the same direction, and rounding would choose one.
        if abs(_dominant(gx, gy)) < 85:
            yield gx, gy


def _dominant(gx, gy):
    gx, gy = np.asarray(gx, float), np.asarray(gy, float)
    return float(np.rad2deg(np.arctan2(2 * np.sum(gx * gy), np.sum(gx**2 - gy**2))) / 2)


EXERCISES = [
    Exercise(
        id="5.1",
        name="my_gx",
        goal="Devolva a resposta de Sobel Gx a um recorte 3×3, como no slide 30.",
        reference=lambda patch: np.sum(patch * SOBEL_X),
        cases=_patches,
        hint="É uma correlação: multiplique posição por posição e some. Não rebata a máscara. "
        "No recorte 2 a resposta é 40.",
        solution="""
def my_gx(patch):
    mask = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return np.sum(patch * mask)
""",
    ),
    Exercise(
        id="5.2",
        name="my_gradient",
        goal="Devolva a magnitude e a direção, em graus, do gradiente (gx, gy).",
        reference=lambda gx, gy: (float(np.hypot(gx, gy)), float(np.rad2deg(np.arctan2(gy, gx)))),
        cases=_vectors,
        hint="A magnitude é a hipotenusa. Para a direção, np.arctan2 recebe primeiro gy e depois gx, "
        "e responde em radianos.",
        solution="""
def my_gradient(gx, gy):
    return np.sqrt(gx**2 + gy**2), np.degrees(np.arctan2(gy, gx))
""",
    ),
    Exercise(
        id="5.3",
        name="my_sobel",
        goal="Devolva os mapas gx e gy de uma imagem, só onde a máscara cabe.",
        reference=_sobel_valid,
        cases=_images,
        hint="A saída tem duas linhas e duas colunas a menos que a imagem. Gy é a transposta de Gx. "
        "Some nove recortes da imagem, cada um multiplicado por um peso, ou use dois laços.",
        solution="""
def my_sobel(image):
    mask = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    rows, columns = image.shape[0] - 2, image.shape[1] - 2
    gx, gy = np.zeros((rows, columns)), np.zeros((rows, columns))
    for i in range(3):
        for j in range(3):
            piece = image[i : i + rows, j : j + columns]
            gx = gx + mask[i, j] * piece
            gy = gy + mask[j, i] * piece
    return gx, gy
""",
    ),
    Exercise(
        id="5.4",
        name="edge_fraction",
        goal="Devolva a fração dos pixels, de 0 a 1, cuja magnitude chega ao limiar.",
        reference=_fraction,
        cases=_fraction_cases,
        hint="Compare a magnitude com o limiar usando >=, pois quem está no limiar conta. "
        "A média de um vetor de verdadeiros e falsos é a fração de verdadeiros.",
        solution="""
def edge_fraction(gx, gy, threshold):
    return np.mean(np.hypot(gx, gy) >= threshold)
""",
    ),
    Exercise(
        id="5.5",
        name="merge_masks",
        goal="Devolva a máscara única que, correlacionada com a imagem, dá o mesmo que correlacionar com a "
        "e depois com b.",
        reference=_full,
        cases=_mask_pairs,
        hint="É a convolução completa de a com b. Pense em carimbos (exercício 4.2): cada número de a soma "
        "uma cópia de b na saída, que tem linhas(a) + linhas(b) − 1 linhas, e o mesmo nas colunas.",
        solution="""
def merge_masks(a, b):
    rows, columns = b.shape
    merged = np.zeros((a.shape[0] + rows - 1, a.shape[1] + columns - 1))
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            merged[i : i + rows, j : j + columns] += a[i, j] * b
    return merged
""",
    ),
    Exercise(
        id="5.6",
        name="main_direction",
        goal="Devolva a direção principal do gradiente em um recorte, em graus, de −90 a 90, "
        "com sentidos opostos valendo o mesmo.",
        reference=_dominant,
        cases=_direction_cases,
        hint="Os sentidos opostos se cancelam na soma de (gx, gy). Dobre o ângulo: 0° e 180° viram 0° "
        "e 360°, que são iguais. Some os vetores (gx² − gy², 2·gx·gy), ache o ângulo da soma e divida por 2.",
        solution="""
def main_direction(gx, gy):
    double = np.arctan2(np.sum(2 * gx * gy), np.sum(gx**2 - gy**2))
    return np.degrees(double) / 2
""",
    ),
]
