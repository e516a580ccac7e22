"""Lesson 03: Pearson's r as something to drag, and a lag that slides one series over the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, float_slider, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.correlation import pearson

#: Upper ends of the bands of Dancey & Reidy, "Statistics without Maths for Psychology": a convention, not
#: a law.
BANDS = [
    (0.95, "perfeita ou quase"),
    (0.65, "forte"),
    (0.35, "moderada"),
    (0.05, "fraca"),
    (0.0, "nula ou quase"),
]


def strength(r: float) -> str:
    """Name the strength of a correlation as slide 19 does.

    Examples
    --------
    >>> strength(-0.8677), strength(0.199), strength(0.0)
    ('negativa forte', 'positiva fraca', 'nula ou quase')
    """
    name = next(text for low, text in BANDS if abs(r) >= low)
    if abs(r) < 0.05:
        return name
    return f"{'positiva' if r > 0 else 'negativa'} {name}"


def mix(x, y, r: float) -> np.ndarray:
    """Return values with the mean and spread of ``y`` whose Pearson correlation with ``x`` is exactly ``r``.

    The part of ``y`` that ``x`` explains and the part that it does not are orthogonal; only their
    proportion changes. With the pair's own r, ``y`` comes back.

    Parameters
    ----------
    x, y : array_like, shape (N,)
    r : float
        In [-1, 1].

    Returns
    -------
    ndarray, shape (N,)
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    along = (x - x.mean()) / np.linalg.norm(x - x.mean())
    centred = y - y.mean()
    across = centred - (centred @ along) * along
    across /= np.linalg.norm(across)
    return y.mean() + np.linalg.norm(centred) * (r * along + np.sqrt(max(0.0, 1 - r * r)) * across)


@course_style()
def pearson_scatter(x, y, *, xlabel: str, ylabel: str) -> Experiment:
    """Return the widget: real points at their own r, then any r that the student drags to.

    Parameters
    ----------
    x, y : array_like, shape (N,)
        Real measurements; the widget starts on them, unchanged.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    own = pearson(x, y)
    canvas = FigureCanvas(size=(7.2, 4.2))
    ax = canvas.axes
    (cloud,) = ax.plot(x, y, "o", color=style.BLUE, markersize=7, alpha=0.85)
    (fit,) = ax.plot([], [], color=style.RED)
    heading = ax.set_title(" ")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ends = np.array([x.min(), x.max()])
    reach = 1.1 * max(np.abs(mix(x, y, r) - y.mean()).max() for r in np.linspace(-1, 1, 41))
    ax.set_ylim(y.mean() - reach, y.mean() + reach)

    def paint(r: float) -> str:
        moved = mix(x, y, r)
        slope = r * moved.std() / x.std()
        cloud.set_data(x, moved)
        fit.set_data(ends, moved.mean() + slope * (ends - x.mean()))
        heading.set_text(f"r = {number(r)}: correlação {strength(r)}")
        shared = "É o valor medido nos dados reais. " if abs(r - own) < 0.005 else ""
        return (
            f"{shared}A reta explica r² = {number(r * r)} da variação vertical; o resto é a "
            "distância dos pontos à reta."
        )

    slider = float_slider("correlação r", round(own, 2), -1.0, 1.0, 0.01)
    return Experiment(
        "arraste r e veja a nuvem de pontos mudar",
        "Nuvem de pontos com a reta de mínimos quadrados para o r escolhido.",
        {"r": slider},
        canvas,
        paint,
    )


class LagState(NamedTuple):
    """Pairs that remain when one series is delayed, and their correlation."""

    early: np.ndarray
    late: np.ndarray
    r: float


def lag_state(a, b, steps: int) -> LagState:
    """Pair ``a[t - steps]`` with ``b[t]``, keep the pairs where both are known, and correlate them.

    Parameters
    ----------
    a, b : array_like, shape (N,)
        Series sampled at the same times; NaN where unknown.
    steps : int
        Delay in samples, 0 ≤ steps < N.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    early, late = a[: a.size - steps], b[steps:]
    known = np.isfinite(early) & np.isfinite(late)
    return LagState(early[known], late[known], pearson(early[known], late[known]))


@course_style()
def lag_explorer(
    years, cause, effects: dict[str, np.ndarray], *, cause_name: str, max_years: int = 45
) -> Experiment:
    """Return the widget that delays one series over the other and plots r against the delay.

    Parameters
    ----------
    years : array_like, shape (N,)
        Equally spaced.
    cause : array_like, shape (N,)
    effects : dict of str to array_like, shape (N,)
        Name → series; NaN where unknown.
    """
    years, cause = np.asarray(years, float), np.asarray(cause, float)
    step = int(years[1] - years[0])
    lags = np.arange(0, max_years + step, step)
    curves = {
        name: [lag_state(cause, effect, int(lag) // step).r for lag in lags]
        for name, effect in effects.items()
    }
    canvas = FigureCanvas(1, 2, size=(9.2, 3.8), width_ratios=[1.5, 1])
    left, right = canvas.axes
    (before,) = left.plot([], [], "o-", color=style.ORANGE, label=f"{cause_name} (com atraso)")
    (after,) = left.plot([], [], "s-", color=style.BLUE, label="mortalidade")
    left.set(xlabel="ano", ylabel="fração do máximo", xlim=(years[0] - 2, years[-1] + 2), ylim=(-0.05, 1.3))
    left.legend(loc="upper left", ncols=2, fontsize=canvas.fontsize)
    left.set_title("Duas séries, cada uma na sua escala")
    (curve,) = right.plot(lags, curves[next(iter(effects))], "-", color=style.GREY)
    (dot,) = right.plot([], [], "o", color=style.RED, markersize=11)
    right.axhline(0, color=style.INK, linewidth=0.8)
    right.set(xlabel="atraso (anos)", ylabel="r", ylim=(-1.05, 1.15))
    heading = right.set_title("r = −0,00")

    def paint(lag: int, who: str) -> str:
        effect = np.asarray(effects[who], float)
        pairs = lag_state(cause, effect, lag // step)
        shifted = years + lag
        inside = shifted <= years[-1]
        before.set_data(shifted[inside], cause[inside] / cause.max())
        after.set_data(years, effect / np.nanmax(effect))
        curve.set_data(lags, curves[who])
        dot.set_data([lag], [pairs.r])
        heading.set_text(f"r = {number(pairs.r, 3)}")
        return (
            f"Atraso de {lag} anos: {len(pairs.early)} pares de anos, r = {number(pairs.r, 3)} "
            f"(correlação {strength(pairs.r)})."
        )

    controls = {
        "lag": int_slider("atraso (anos)", 0, 0, max_years, step),
        "who": choice("mortalidade de", list(effects)),
    }
    return Experiment(
        "deslize uma série sobre a outra até elas combinarem",
        "À esquerda, as duas séries normalizadas pelo máximo; à direita, r em função do atraso.",
        controls,
        canvas,
        paint,
    )
