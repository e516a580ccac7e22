"""Lesson 13: move the forger's density and see the best discriminator and the value it reaches (slide 69)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, float_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.gan_theory import generator_criterion, jensen_shannon, optimal_discriminator

GRID, STEP = np.linspace(-16, 16, 1281, retstep=True)
FARTHEST, NARROWEST, WIDEST = 4.0, 0.5, 2.0


class Game(NamedTuple):
    """The densities on ``GRID``, the best discriminator there (NaN where nothing falls), JSD and C(G)."""

    p_data: np.ndarray
    p_g: np.ndarray
    best: np.ndarray
    divergence: float
    criterion: float


def normal(mean: float, spread: float) -> np.ndarray:
    """Return the density of N(mean, spread²) on ``GRID``."""
    return np.exp(-(((GRID - mean) / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))


def play(mean: float, spread: float) -> Game:
    """Return the game between real samples from N(0, 1) and generated ones from N(mean, spread²).

    Parameters
    ----------
    mean : float
        -4 to 4.
    spread : float
        Standard deviation, 0.5 to 2.

    Returns
    -------
    Game

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(play(0, 1).criterion, 6), round(play(0, 1).divergence, 6)
    (-1.386294, 0.0)
    """
    if not -FARTHEST <= mean <= FARTHEST:
        raise ValueError(f"mean must be from {-FARTHEST:g} to {FARTHEST:g}, got {mean}")
    if not NARROWEST <= spread <= WIDEST:
        raise ValueError(f"spread must be from {NARROWEST:g} to {WIDEST:g}, got {spread}")
    real, fake = normal(0, 1), normal(mean, spread)
    best = optimal_discriminator(real, fake)
    return Game(real, fake, best, jensen_shannon(real, fake, STEP), generator_criterion(real, fake, STEP))


@lru_cache(maxsize=64)
def _valley(spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return C(G) for a row of means, all with the same spread."""
    means = np.linspace(-FARTHEST, FARTHEST, 33)
    return means, np.array([play(mean, spread).criterion for mean in means])


@course_style()
def discriminator_game() -> Experiment:
    """Return the widget: mean and spread of the generator's density → D*, the divergence, and C(G)."""
    canvas = FigureCanvas(1, 3, size=(10.4, 3.5))
    densities, answer, valley = canvas.axes
    visible = np.abs(GRID) <= 6
    x = GRID[visible]
    densities.plot(x, normal(0, 1)[visible], color=style.BLUE, label="p real")
    (fake,) = densities.plot(x, x, "--", color=style.RED, label="p gerada")
    densities.set(title="densidades", xlabel="x", ylabel="densidade", ylim=(0, 1.02))
    densities.legend(loc="upper right", fontsize=canvas.fontsize)
    answer.axhline(0.5, color=style.GREY, linewidth=1, linestyle=":")
    (best,) = answer.plot(x, x, color=style.GREEN)
    answer.set(title="o melhor discriminador", xlabel="x", ylabel="D*(x)", ylim=(-0.04, 1.04))
    for ax in (densities, answer):
        ax.set_xlim(-6, 6)
    (curve,) = valley.plot([], [], color=style.PINK)
    (here,) = valley.plot([], [], "o", color=style.RED, markersize=9)
    valley.axhline(-np.log(4), color=style.INK, linewidth=1, linestyle=":")
    valley.annotate(
        "−log 4",
        (FARTHEST, -np.log(4)),
        xytext=(0, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=canvas.fontsize,
    )
    valley.set(title="o que sobra ao gerador", xlabel="média da p gerada", ylabel="C(G)", ylim=(-1.55, 0.08))
    valley.set_xlim(-FARTHEST - 0.2, FARTHEST + 0.2)

    def paint(mean: float, spread: float) -> str:
        game = play(mean, spread)
        fake.set_ydata(game.p_g[visible])
        best.set_ydata(game.best[visible])
        curve.set_data(*_valley(spread))
        here.set_data([mean], [game.criterion])
        end = ""
        if game.divergence < 1e-6:
            end = " <b>Equilíbrio</b>: as densidades são iguais e D* responde 1/2 em todo lugar."
        elif game.criterion > -0.05:
            end = " D* separa quase tudo, e C(G) fica perto de zero: a curva já é quase plana."
        return (
            f"Divergência de Jensen–Shannon: <b>{number(game.divergence, 3)}</b>. "
            f"C(G) = −log 4 + 2·JSD = <b>{number(game.criterion, 3)}</b>.{end}"
        )

    controls = {
        "mean": float_slider("média da p gerada", 2.0, -FARTHEST, FARTHEST, 0.1, ".1f"),
        "spread": float_slider("desvio da p gerada", 0.7, NARROWEST, WIDEST, 0.1, ".1f"),
    }
    return Experiment(
        "leve a densidade gerada até a real",
        "À esquerda as densidades real e gerada; no meio a resposta do melhor discriminador; à direita C(G) "
        "para cada média, com um ponto na média escolhida.",
        controls,
        canvas,
        paint,
    )
