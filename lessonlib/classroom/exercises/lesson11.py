"""Exercises of lesson 11: counting, contrast, colour, Gabor, whitening, ascent, k-means (slide 68)."""

from __future__ import annotations

import math

import numpy as np

from lessonlib import datasets
from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.filter_measures import color_share
from lessonlib.reference.gabor import gabor
from lessonlib.reference.patches import color_patches, normalize_contrast


def _shapes(rng):
    yield (64, 3, 11, 11), True
    yield (64, 3, 7, 7), False
    yield (96, 3, 11, 11), True
    for _ in range(5):
        side = int(rng.integers(1, 12))
        yield (int(rng.integers(1, 99)), int(rng.integers(1, 5)), side, side + 1), bool(rng.integers(2))


def _parameters(shape, bias):
    return math.prod(shape) + (shape[0] if bias else 0)


def _patches(rng, count, side):
    """Cut real patches from two colour photos."""
    photos = [datasets.photo(name) for name in ("coffee", "chelsea")]
    return color_patches(photos, side, count, seed=int(rng.integers(1 << 30)))


def _contrast_cases(rng):
    yield np.array([[0.0, 12.0], [5.0, 5.0]]), 28
    for side in (2, 3, 5):
        yield _patches(rng, 4, side), float(rng.integers(1, 20))


def _color_cases(rng):
    yield (np.ones((3, 2, 2)),)
    yield (np.array([[[1.0]], [[-1.0]], [[0.0]]]),)
    for side in (1, 3, 11):
        yield (rng.normal(size=(3, side, side)),)
    for patch in normalize_contrast(_patches(rng, 2, 5)):
        yield (patch.reshape(3, 5, 5),)


def _gabor_cases(rng):
    yield 11, 0.15, 0, 2.0
    yield 11, 0.15, 90, 2.0
    for _ in range(6):
        yield (
            int(rng.integers(3, 16)),
            float(rng.uniform(0.05, 0.3)),
            int(rng.integers(1, 180)),
            float(rng.uniform(1, 3)),
        )


def _whitening_cases(rng):
    yield np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [2.0, 4.0]]), 0.0
    for epsilon in (0.01, 0.1, 1.0):
        yield normalize_contrast(_patches(rng, 40, 2)), epsilon


def _zca(patches, epsilon):
    centred = patches - patches.mean(axis=0)
    variances, vectors = np.linalg.eigh(np.cov(patches.T))
    return centred @ (vectors / np.sqrt(variances + epsilon)) @ vectors.T


def _ascent_cases(rng):
    yield np.array([[0.5, 0.9], [0.1, 0.5]]), np.array([[1.0, 3.0], [-1.0, -3.0]]), 0.1, 0.01
    for _ in range(5):
        shape = (3, int(rng.integers(2, 6)), int(rng.integers(2, 6)))
        rate, decay = float(rng.uniform(0.05, 0.3)), float(rng.uniform(0, 0.3))
        yield rng.uniform(0, 1, shape), rng.normal(0, 5, shape), rate, decay


def _ascent(image, gradient, rate, decay):
    moved = image + rate * gradient / gradient.std()
    return np.clip(0.5 + (1 - decay) * (moved - 0.5), 0, 1)


def _kmeans_cases(rng):
    yield np.array([[0.0, 0.0], [0.0, 2.0], [9.0, 9.0]]), np.array([[1.0, 1.0], [8.0, 8.0], [99.0, 99.0]])
    for count in (2, 4):
        patches = normalize_contrast(_patches(rng, 12, 2))
        far = np.full((1, patches.shape[1]), 50.0)  # a centre that nobody chooses
        yield patches, np.concatenate([patches[rng.permutation(len(patches))[:count]], far])


def _kmeans(patches, centers):
    nearest = ((patches[:, None] - centers[None]) ** 2).sum(axis=2).argmin(axis=1)
    moved = centers.astype(float).copy()
    for k in np.unique(nearest):
        moved[k] = patches[nearest == k].mean(axis=0)
    return moved


EXERCISES = [
    Exercise(
        id="11.1",
        name="layer_parameters",
        goal="Devolva quantos parâmetros tem uma camada convolucional com este formato de pesos.",
        reference=_parameters,
        cases=_shapes,
        hint="Multiplique os quatro números. Se há viés, some um por filtro, e o número de filtros é o "
        "primeiro do formato. A AlexNet do slide tem 23.232 pesos e 64 vieses.",
        solution="""
def layer_parameters(shape, bias):
    filters, channels, height, width = shape
    weights = filters * channels * height * width
    return weights + filters if bias else weights
""",
    ),
    Exercise(
        id="11.2",
        name="equal_contrast",
        goal="Tire a média de cada recorte (linha) e divida pela raiz de variância + floor.",
        reference=normalize_contrast,
        cases=_contrast_cases,
        hint="Use axis=1 e keepdims=True, para que cada linha tenha a sua média. O floor entra na raiz.",
        solution="""
def equal_contrast(patches, floor):
    centred = patches - patches.mean(axis=1, keepdims=True)
    return centred / np.sqrt(patches.var(axis=1, keepdims=True) + floor)
""",
    ),
    Exercise(
        id="11.3",
        name="my_color_share",
        goal="Devolva a parte da energia de um filtro (3, altura, largura) que some em uma foto cinza.",
        reference=lambda weights: float(color_share(weights[None])[0]),
        cases=_color_cases,
        hint="Energia é a soma dos quadrados. Em uma foto cinza os três canais são iguais, e o filtro age "
        "como a média das três máscaras, repetida três vezes. O que sobra do total é a cor.",
        solution="""
def my_color_share(weights):
    grey = weights.mean(axis=0)
    return 1 - 3 * np.sum(grey**2) / np.sum(weights**2)
""",
    ),
    Exercise(
        id="11.4",
        name="my_gabor",
        goal="Devolva a máscara de Gabor side×side: gaussiana vezes cosseno, centrada, na direção angle.",
        reference=gabor,
        cases=_gabor_cases,
        hint="np.mgrid dá linhas e colunas; tire (side − 1)/2 para pôr o zero no centro. A onda anda na "
        "direção u = x·cos(ângulo) + y·sen(ângulo), e np.cos quer radianos.",
        solution="""
def my_gabor(side, frequency, angle, sigma):
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    u = x * np.cos(np.radians(angle)) + y * np.sin(np.radians(angle))
    return np.exp(-(x**2 + y**2) / (2 * sigma**2)) * np.cos(2 * np.pi * frequency * u)
""",
    ),
    Exercise(
        id="11.5",
        name="my_whitening",
        goal="Branqueie os recortes: centre, projete nos autovetores, divida por √(autovalor + ε) e volte.",
        reference=_zca,
        cases=_whitening_cases,
        hint="np.cov quer as variáveis nas linhas: passe patches.T. np.linalg.eigh devolve autovalores e "
        "uma matriz cujas colunas são os autovetores.",
        solution="""
def my_whitening(patches, epsilon):
    centred = patches - patches.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(patches.T))
    return centred @ vectors @ np.diag(1 / np.sqrt(values + epsilon)) @ vectors.T
""",
        rtol=1e-5,
        atol=1e-7,
    ),
    Exercise(
        id="11.6",
        name="ascent_step",
        goal="Dê um passo de subida: gradiente de desvio 1 vezes rate, puxão para 0,5 e corte em [0, 1].",
        reference=_ascent,
        cases=_ascent_cases,
        hint="Faça nesta ordem: some, puxe, corte. Puxar com decay = 0,01 é ficar com 99% da distância ao "
        "cinza 0,5. Para cortar, np.clip.",
        solution="""
def ascent_step(image, gradient, rate, decay):
    image = image + rate * gradient / gradient.std()
    image = 0.5 + (1 - decay) * (image - 0.5)
    return np.clip(image, 0, 1)
""",
    ),
    Exercise(
        id="11.7",
        name="kmeans_step",
        goal="Faça uma volta do k-means e devolva os novos centros.",
        reference=_kmeans,
        cases=_kmeans_cases,
        hint="As distâncias ao quadrado cabem em uma matriz recortes × centros: use patches[:, None] − "
        "centers. Depois argmin por linha. Trabalhe em uma cópia dos centros.",
        solution="""
def kmeans_step(patches, centers):
    distance = ((patches[:, None] - centers) ** 2).sum(axis=2)
    nearest = distance.argmin(axis=1)
    new = centers.copy()
    for k in range(len(centers)):
        if np.any(nearest == k):
            new[k] = patches[nearest == k].mean(axis=0)
    return new
""",
    ),
]
