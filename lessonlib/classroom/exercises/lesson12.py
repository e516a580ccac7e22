"""Exercises of lesson 12: worst shift, FGSM, projection, robust accuracy, distance, PGD (slides 70-74)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from lessonlib import datasets
from lessonlib.classroom.exercises.engine import Exercise


@lru_cache(maxsize=1)
def _digits():
    """Return pixels of real digits, (200, 49) in 0..1 (4×4 blocks averaged), and their labels."""
    images, labels = datasets.digits("train")
    pixels = images[:200].reshape(200, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(200, 49) / 255
    return pixels, labels[:200]


@lru_cache(maxsize=1)
def _classifier():
    """Return weights (10, 49) and biases (10,) of a linear classifier fitted to the digits."""
    pixels, labels = _digits()
    inputs = np.hstack([pixels, np.ones((200, 1))])
    targets = np.eye(10)[labels]
    weights = np.linalg.solve(inputs.T @ inputs + 0.5 * np.eye(50), inputs.T @ targets).T
    return 4 * weights[:, :-1], 4 * weights[:, -1]


def _weights(rng):
    yield np.array([2.0, -1.0, 3.0, -2.0]), 0.1
    for size in (1, 5, 49):
        yield rng.normal(size=size), float(rng.uniform(0.01, 0.5))
    yield _classifier()[0][int(rng.integers(10))], 0.25


def _fgsm_cases(rng):
    yield np.array([0.4, 0.5, 0.2, 0.6]), np.array([2.0, -1.0, 3.0, -2.0]), 0.1
    yield np.array([0.0, 1.0, 0.95]), np.array([-0.3, 0.7, 0.0]), 0.1
    pixels, _ = _digits()
    for k in rng.integers(0, 200, 3):
        yield pixels[k].reshape(7, 7), rng.normal(size=(7, 7)), float(rng.uniform(0.05, 0.4))


def _fgsm(image, gradient, eps):
    return np.clip(image + eps * np.sign(gradient), 0, 1)


def _project_cases(rng):
    yield np.array([0.9, 0.3, -0.2, 1.4]), np.array([0.5, 0.25, 0.1, 0.95]), 0.2
    pixels, _ = _digits()
    for k in rng.integers(0, 200, 3):
        image = pixels[k].reshape(7, 7)
        yield image + rng.normal(0, 0.4, image.shape), image, float(rng.uniform(0.05, 0.3))


def _project(moved, image, eps):
    return np.clip(np.clip(moved, image - eps, image + eps), 0, 1)


def _right_cases(rng):
    yield (np.array([[True, True, False, True], [True, False, True, True]]),)
    for attacks, images in ((1, 5), (3, 20), (4, 50)):
        yield (rng.random((attacks, images)) < 0.8,)


def _robust(right):
    return float(right.all(axis=0).mean())


def _distance_cases(rng):
    yield np.array([0.4, 0.5, 0.2, 0.6]), np.array([2.0, -1.0, 3.0, -2.0]), 0.0
    yield np.array([1.0, 0.0]), np.array([3.0, 4.0]), -10.0
    pixels, labels = _digits()
    weights, biases = _classifier()
    for k in rng.integers(0, 200, 4):
        a, b = labels[k], (labels[k] + 1) % 10
        yield pixels[k], weights[a] - weights[b], float(biases[a] - biases[b])


def _distance(x, w, b):
    return float(abs(w @ x + b) / np.abs(w).sum())


def _linear_cases(rng):
    yield np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2), np.array([0.5, 0.5]), 0
    pixels, labels = _digits()
    for k in rng.integers(0, 200, 4):
        yield *_classifier(), pixels[k], int(labels[k])


def _softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _gradient(W, b, x, y):
    p = _softmax(W @ x + b)
    p[y] -= 1
    return W.T @ p


def _pgd_cases(rng):
    pixels, labels = _digits()
    for k in rng.integers(0, 200, 5):
        yield *_classifier(), pixels[k], int(labels[k]), float(rng.uniform(0.1, 0.3)), 0.04, 12


def _pgd(W, b, x, y, eps, step, steps):
    moved = x
    for _ in range(steps):
        moved = _project(moved + step * np.sign(_gradient(W, b, moved, y)), x, eps)
    return moved


EXERCISES = [
    Exercise(
        id="12.1",
        name="worst_shift",
        goal="Devolva quanto um escore linear w·x pode subir se cada pixel mudar no máximo eps.",
        reference=lambda w, eps: float(eps * np.abs(w).sum()),
        cases=_weights,
        hint="Cada pixel ajuda o máximo quando anda eps no sentido do sinal do seu peso. Quanto vale "
        "w·(eps·sinal(w))? No exemplo da aula, com w = (2, −1, 3, −2) e eps = 0,1, o escore subiu 0,8.",
        solution="""
def worst_shift(w, eps):
    return eps * np.abs(w).sum()
""",
    ),
    Exercise(
        id="12.2",
        name="my_fgsm",
        goal="Dê o passo do FGSM: some eps vezes o sinal do gradiente e corte em [0, 1].",
        reference=_fgsm,
        cases=_fgsm_cases,
        hint="Um pixel não pode sair de 0 a 1: use np.clip depois da soma. Gradiente zero não move o pixel, "
        "e np.sign já sabe disso.",
        solution="""
def my_fgsm(image, gradient, eps):
    return np.clip(image + eps * np.sign(gradient), 0, 1)
""",
    ),
    Exercise(
        id="12.3",
        name="project",
        goal="Traga a imagem movida de volta: a no máximo eps da original em cada pixel, e entre 0 e 1.",
        reference=_project,
        cases=_project_cases,
        hint="São dois cortes. O primeiro tem limites que mudam de pixel a pixel, image − eps e image + eps, "
        "e np.clip aceita matrizes como limites.",
        solution="""
def project(moved, image, eps):
    near = np.clip(moved, image - eps, image + eps)
    return np.clip(near, 0, 1)
""",
    ),
    Exercise(
        id="12.4",
        name="worst_case_accuracy",
        goal="Receba os acertos (linha: ataque, coluna: imagem) e devolva a parte que resiste a todos eles.",
        reference=_robust,
        cases=_right_cases,
        hint="Quem ataca escolhe, para cada imagem, o ataque que funciona. Uma imagem só conta se a rede "
        "acertou em todas as linhas daquela coluna.",
        solution="""
def worst_case_accuracy(right):
    return right.all(axis=0).mean()
""",
    ),
    Exercise(
        id="12.5",
        name="smallest_eps",
        goal="Devolva o menor eps que leva o escore w·x + b até zero, sem cortar os pixels.",
        reference=_distance,
        cases=_distance_cases,
        hint="Com eps, o escore anda no máximo eps·‖w‖₁. Para chegar a zero ele precisa andar |w·x + b|. "
        "Iguale os dois.",
        solution="""
def smallest_eps(x, w, b):
    return abs(w @ x + b) / np.abs(w).sum()
""",
    ),
    Exercise(
        id="12.6",
        name="my_input_gradient",
        goal="Devolva o gradiente da entropia cruzada em relação à entrada x, para os escores Wx + b.",
        reference=_gradient,
        cases=_linear_cases,
        hint="Chame de p o softmax dos escores. O gradiente em relação aos escores é p menos o vetor que tem "
        "1 na classe y e 0 nas outras. A regra da cadeia leva dos escores à entrada com W transposta.",
        solution="""
def my_input_gradient(W, b, x, y):
    scores = W @ x + b
    p = np.exp(scores - scores.max())
    p = p / p.sum()
    p[y] -= 1
    return W.T @ p
""",
    ),
    Exercise(
        id="12.7",
        name="my_pgd",
        goal="Faça steps passos: ande step no sinal do gradiente (12.6) e projete (12.3), a partir de x.",
        reference=_pgd,
        cases=_pgd_cases,
        hint="Guarde x: a projeção é sempre em volta da imagem original, e o gradiente é sempre na imagem "
        "movida. Um laço com duas linhas basta, se você usar suas funções anteriores.",
        solution="""
def my_pgd(W, b, x, y, eps, step, steps):
    moved = x.copy()
    for _ in range(steps):
        scores = W @ moved + b
        p = np.exp(scores - scores.max())
        p = p / p.sum()
        p[y] -= 1
        moved = moved + step * np.sign(W.T @ p)
        moved = np.clip(np.clip(moved, x - eps, x + eps), 0, 1)
    return moved
""",
    ),
]
