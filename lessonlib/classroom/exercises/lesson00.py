"""Exercises of lesson 00: three first functions on photos, to try the checker out."""

from __future__ import annotations

import numpy as np

from lessonlib import datasets
from lessonlib.classroom.exercises.engine import Exercise


def _photos(rng):
    # Small ones first: a student can read them in the feedback.
    yield (np.array([[4, 7, 6], [2, 0, 0], [7, 1, 1]], np.uint8),)
    yield (datasets.photo("coffee")[200:202, 300:304],)
    for name in ("camera", "coffee", "chelsea", "coins"):
        photo = datasets.photo(name)
        yield (photo[: int(rng.integers(2, photo.shape[0])), : int(rng.integers(2, photo.shape[1]))],)


def _patches(rng):
    yield (np.array([[4, 7, 6], [2, 0, 0], [7, 1, 1]], np.uint8),)
    for name in ("camera", "coffee", "astronaut", "coins"):
        photo = datasets.photo(name)
        i, j = (int(rng.integers(0, size - 6)) for size in photo.shape[:2])
        yield (photo[i : i + 5, j : j + 6].copy(),)


EXERCISES = [
    Exercise(
        id="0.1",
        name="count_pixels",
        goal="Devolva o número de pixels de uma imagem, em tons de cinza ou colorida.",
        reference=lambda image: image.shape[0] * image.shape[1],
        cases=_photos,
        hint="image.shape diz o formato: image.shape[0] é o número de linhas e image.shape[1], o de colunas. "
        "Um pixel colorido conta uma vez só.",
        solution="""
def count_pixels(image):
    return image.shape[0] * image.shape[1]
""",
    ),
    Exercise(
        id="0.2",
        name="mirror",
        goal="Devolva a imagem espelhada: o que estava à esquerda fica à direita.",
        reference=lambda image: image[:, ::-1],
        cases=_patches,
        hint="image[::-1] inverte a ordem das linhas. Para as colunas, ponha : no lugar das linhas.",
        solution="""
def mirror(image):
    return image[:, ::-1]
""",
    ),
    Exercise(
        id="0.3",
        name="negative",
        goal="Devolva o negativo: o preto (0) vira branco (255), o branco vira preto, v vira 255 − v.",
        reference=lambda image: 255 - image,
        cases=_patches,
        hint="O NumPy faz a conta com todos os pixels de uma vez: escreva a fórmula com image no lugar de v.",
        solution="""
def negative(image):
    return 255 - image
""",
    ),
]
