"""Exercises of lesson 13: best discriminator, value, gradients, transposed convolution, arcs, modes (S69)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.classroom.widgets.latent import arc
from lessonlib.reference.gan_theory import game_value, optimal_discriminator


def _distribution(rng, size):
    values = rng.uniform(0.05, 1, size)
    return values / values.sum()


def _pairs(rng):
    yield np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5])
    yield np.array([1.0, 0.0]), np.array([0.5, 0.5])
    for size in (2, 3, 5, 9):
        yield _distribution(rng, size), _distribution(rng, size)


def _games(rng):
    yield np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([0.5, 0.5])
    yield np.array([0.5, 0.25, 0.25]), np.array([0.25, 0.25, 0.5]), np.array([0.6, 0.5, 0.4])
    for size in (2, 4, 7):
        yield _distribution(rng, size), _distribution(rng, size), rng.uniform(0.05, 0.95, size)


def _scores(rng):
    yield (0.0,)
    yield (-5.0,)
    for value in rng.normal(0, 4, 6):
        yield (float(value),)


def _slopes(a):
    d = 1 / (1 + np.exp(-a))
    return np.array([-d, d - 1])


def _sizes(rng):
    yield 7, 4, 2, 1
    yield 14, 4, 2, 1
    yield 1, 7, 1, 0
    for _ in range(6):
        k = int(rng.integers(2, 8))
        yield int(rng.integers(1, 20)), k, int(rng.integers(1, 5)), int(rng.integers(0, (k + 1) // 2))


def _signals(rng):
    yield np.array([1.0, 2.0]), np.array([10.0, 20.0, 30.0]), 2
    yield np.array([3.0, 7.0, 5.0]), np.array([1.0, 1.0]), 2
    for stride in (1, 2, 3, 4):
        yield rng.normal(size=int(rng.integers(2, 7))), rng.normal(size=int(rng.integers(2, 5))), stride


def _transposed(s, w, stride):
    """Put zeros between the samples, then convolve: another way to the same answer."""
    spread = np.zeros((len(s) - 1) * stride + 1)
    spread[::stride] = s
    return np.convolve(spread, w)


def _arcs(rng):
    yield np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.5
    yield np.array([2.0, 0.0, 0.0]), np.array([0.0, 0.0, 2.0]), 0.25
    for size in (2, 3, 16):
        start, end = rng.normal(size=(2, size))
        yield start / np.linalg.norm(start), end / np.linalg.norm(end), float(rng.uniform(0.1, 0.9))


def _clouds(rng):
    centers = np.array([[0.0, 0.0], [5.0, 0.0], [0.0, 5.0]])
    yield np.array([[0.1, 0.0], [0.0, 0.2], [5.0, 0.1], [9.0, 9.0]]), centers, 0.3, 0.25
    yield np.array([[0.1, 0.0], [0.0, 0.2], [5.0, 0.1], [9.0, 9.0]]), centers, 0.3, 0.5
    for reach, share in ((0.15, 0.02), (0.3, 0.1), (0.2, 0.25)):
        chosen = rng.choice(3, size=40, p=[0.7, 0.25, 0.05])
        yield centers[chosen] + rng.normal(0, 0.15, (40, 2)), centers, reach, share


def _covered(points, centers, reach, share):
    distance = np.linalg.norm(points[:, None] - centers[None], axis=2)
    return int(((distance <= reach).mean(axis=0) >= share).sum())


EXERCISES = [
    Exercise(
        id="13.1",
        name="best_judge",
        goal="Devolva D*, a resposta do melhor discriminador, para cada valor possível.",
        reference=optimal_discriminator,
        cases=_pairs,
        hint="De todas as amostras que caem em x, que parte é real? Divida a probabilidade real pela soma "
        "das duas. Com 0,5 e 0,25, a resposta é 2/3.",
        solution="""
def best_judge(p_data, p_g):
    return p_data / (p_data + p_g)
""",
    ),
    Exercise(
        id="13.2",
        name="value_of_game",
        goal="Devolva o valor V do jogo para um discriminador qualquer d.",
        reference=game_value,
        cases=_games,
        hint="São duas médias. A de log D pesa com p_data; a de log(1 − D), com p_g. Com tudo igual a 1/2, "
        "o valor é −log 4 = −1,386.",
        solution="""
def value_of_game(p_data, p_g, d):
    return np.sum(p_data * np.log(d)) + np.sum(p_g * np.log(1 - d))
""",
    ),
    Exercise(
        id="13.3",
        name="slopes",
        goal="Devolva as derivadas, no escore a, de log(1 − σ(a)) e de −log σ(a), nesta ordem.",
        reference=_slopes,
        cases=_scores,
        hint="Com D = σ(a), a derivada de σ é D·(1 − D). A regra da cadeia cancela um dos fatores em cada "
        "perda. Em a = −5 as respostas são −0,0067 e −0,9933.",
        solution="""
def slopes(a):
    d = 1 / (1 + np.exp(-a))
    return np.array([-d, -(1 - d)])
""",
    ),
    Exercise(
        id="13.4",
        name="transposed_size",
        goal="Devolva o lado da saída de uma convolução transposta.",
        reference=lambda n, k, stride, padding: (n - 1) * stride + k - 2 * padding,
        cases=_sizes,
        hint="Cada uma das n entradas põe um carimbo de k pixels, e os carimbos começam a cada stride "
        "pixels. O padding aqui corta a borda dos dois lados. De 7, com k = 4, passo 2 e 1, sai 14.",
        solution="""
def transposed_size(n, k, stride, padding):
    return (n - 1) * stride + k - 2 * padding
""",
    ),
    Exercise(
        id="13.5",
        name="transposed_conv",
        goal="Faça a convolução transposta de um sinal: cada amostra soma uma cópia de w, a cada stride.",
        reference=_transposed,
        cases=_signals,
        hint="Comece com zeros, no tamanho do exercício 13.4 sem padding. A amostra i soma s[i]·w a partir "
        "da posição i·stride. Onde dois carimbos se cruzam, os valores somam.",
        solution="""
def transposed_conv(s, w, stride):
    out = np.zeros((len(s) - 1) * stride + len(w))
    for i, value in enumerate(s):
        out[i * stride : i * stride + len(w)] += value * w
    return out
""",
    ),
    Exercise(
        id="13.6",
        name="arc_point",
        goal="Devolva o ponto a uma fração t do arco entre dois vetores de mesmo comprimento.",
        reference=arc,
        cases=_arcs,
        hint="O ângulo vem do produto interno: cos = a·b / (|a||b|). Os pesos são sen((1 − t)·ângulo) e "
        "sen(t·ângulo), divididos por sen(ângulo).",
        solution="""
def arc_point(a, b, t):
    angle = np.arccos(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
""",
    ),
    Exercise(
        id="13.7",
        name="count_modes",
        goal="Conte os centros que têm, até a distância reach, ao menos a fração share de todos os pontos.",
        reference=_covered,
        cases=_clouds,
        hint="Monte a matriz de distâncias com points[:, None] - centers[None]. A média de um array de "
        "verdadeiros e falsos é uma fração.",
        solution="""
def count_modes(points, centers, reach, share):
    distance = np.sqrt(((points[:, None] - centers[None]) ** 2).sum(axis=2))
    near = (distance <= reach).mean(axis=0)
    return int((near >= share).sum())
""",
    ),
]
