"""Exercises of lesson 03: Pearson, sliding correlation, NaN, zero padding, delay (slides 15-27)."""

from __future__ import annotations

import numpy as np

from lessonlib.classroom.exercises.engine import Exercise
from lessonlib.reference.correlation import correlate, lagged_pearson, normalized_correlate, pearson

SLIDE_SIGNAL = np.array([4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2])
SLIDE_MASK = np.array([3, 7, 5])


def _pairs(rng):
    yield np.array([3, 4, 8]), np.array([6, 8, 16])
    yield np.array([1, 2]), np.array([-2, 0])
    yield np.array([3.0, 3.0, 3.0]), np.array([1.0, 5.0, 2.0])  # no spread: r is undefined
    yield np.array([-2, -1, 0, 1, 2]), np.array([4, 1, 0, 1, 4])
    for _ in range(8):
        size = int(rng.integers(3, 30))
        yield rng.integers(-50, 200, size), rng.normal(100, 20, size)


def _signals(rng):
    yield SLIDE_SIGNAL, SLIDE_MASK
    for _ in range(8):
        size = int(rng.integers(3, 9))
        yield rng.integers(-9, 10, size + int(rng.integers(0, 12))), rng.integers(-9, 10, size)


def _signals_with_flat_parts(rng):
    yield SLIDE_SIGNAL, SLIDE_MASK
    for _ in range(8):
        w = rng.integers(0, 10, 3)
        w[0] = w[2] + 1  # never constant
        s = rng.integers(0, 10, int(rng.integers(8, 20)))
        start = int(rng.integers(0, s.size - 4))
        s[start : start + 4] = s[start]
        yield s, w


def _odd_signals(rng):
    yield SLIDE_SIGNAL, SLIDE_MASK
    for size in (1, 3, 5, 7, 5, 3):
        yield rng.integers(-9, 10, size + int(rng.integers(1, 12))), rng.integers(-9, 10, size)


def _delayed(rng):
    for delay in (0, 3, 1, 5, 2, 4):
        source = np.cumsum(rng.normal(size=60))
        yield source[10:50], source[10 - delay : 50 - delay] + rng.normal(0, 0.05, 40), 6


def _best_lag(a, b, max_lag):
    return int(np.nanargmax(lagged_pearson(a, b, max_lag)))


EXERCISES = [
    Exercise(
        id="3.1",
        name="my_pearson",
        goal="Calcule o r de Pearson com médias e normas. Se um dos sinais for constante, devolva np.nan.",
        reference=pearson,
        cases=_pairs,
        hint="Tire a média de cada sinal. Depois: produto interno dividido pelo produto das normas. "
        "Antes de dividir, veja se alguma norma é zero.",
        solution="""
def my_pearson(a, b):
    a = a - np.mean(a)
    b = b - np.mean(b)
    size = np.linalg.norm(a) * np.linalg.norm(b)
    return a @ b / size if size > 0 else np.nan
""",
    ),
    Exercise(
        id="3.2",
        name="my_correlate",
        goal="Deslize a máscara sobre o sinal, sem zeros nas bordas, e some os produtos em cada posição.",
        reference=lambda s, w: correlate(s, w, "valid"),
        cases=_signals,
        hint="A saída tem len(s) − len(w) + 1 valores. O valor k usa a janela s[k : k + len(w)].",
        solution="""
def my_correlate(s, w):
    positions = len(s) - len(w) + 1
    return np.array([s[k : k + len(w)] @ w for k in range(positions)])
""",
    ),
    Exercise(
        id="3.3",
        name="my_normalized",
        goal="Faça a correlação normalizada, sem zeros nas bordas. Janela constante dá np.nan.",
        reference=lambda s, w: normalized_correlate(s, w, "valid"),
        cases=_signals_with_flat_parts,
        hint=(
            "É o exercício 3.1 dentro do laço do exercício 3.2: cada posição é um r de Pearson "
            "entre a janela e a máscara."
        ),
        solution="""
def my_normalized(s, w):
    w = w - np.mean(w)
    g = []
    for k in range(len(s) - len(w) + 1):
        window = s[k : k + len(w)] - np.mean(s[k : k + len(w)])
        size = np.linalg.norm(window) * np.linalg.norm(w)
        g.append(window @ w / size if size > 0 else np.nan)
    return np.array(g)
""",
    ),
    Exercise(
        id="3.4",
        name="my_padded",
        goal=(
            "Faça a correlação não-normalizada com zeros nas bordas, de modo que a saída tenha o "
            "tamanho do sinal."
        ),
        reference=lambda s, w: correlate(s, w, "same"),
        cases=_odd_signals,
        hint=(
            "Para máscara de tamanho ímpar K, ponha (K − 1)/2 zeros de cada lado. np.pad faz "
            "isso. Depois use o exercício 3.2."
        ),
        solution="""
def my_padded(s, w):
    s = np.pad(s, (len(w) - 1) // 2)
    positions = len(s) - len(w) + 1
    return np.array([s[k : k + len(w)] @ w for k in range(positions)])
""",
    ),
    Exercise(
        id="3.5",
        name="best_lag",
        goal="Devolva o atraso, de 0 a max_lag, em que a[t − atraso] e b[t] têm o maior r de Pearson.",
        reference=_best_lag,
        cases=_delayed,
        hint=(
            "Para o atraso d, compare a[: len(a) − d] com b[d :]. Guarde o r de cada d e devolva "
            "a posição do maior."
        ),
        solution="""
def best_lag(a, b, max_lag):
    r = [np.corrcoef(a[: len(a) - d], b[d:])[0, 1] for d in range(max_lag + 1)]
    return int(np.argmax(r))
""",
    ),
]
