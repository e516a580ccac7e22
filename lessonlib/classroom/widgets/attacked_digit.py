"""Lesson 12: attack a digit and watch the image, the perturbation and the answers move (slide 74)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from lessonlib import datasets
from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, float_slider, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.drawing import SAMPLES, pick_samples
from lessonlib.nets import attacks

#: Steps of the strong attack, and the largest ε that the slider offers.
STEPS, LARGEST = 20, 0.4


def _noise(model: nn.Module, x: Tensor, y: int, eps: float) -> Tensor:
    signs = torch.randint(0, 2, x.shape, generator=torch.Generator().manual_seed(0))
    return (x + eps * (2 * signs - 1)).clamp(0, 1)


def _fgsm(model: nn.Module, x: Tensor, y: int, eps: float) -> Tensor:
    return attacks.fgsm(model, x, y, eps)


def _pgd(model: nn.Module, x: Tensor, y: int, eps: float) -> Tensor:
    return attacks.pgd(model, x, y, eps, steps=STEPS) if eps else x


#: Menu entry → attack.
ATTACKS = {f"PGD, {STEPS} passos": _pgd, "FGSM, um passo": _fgsm, "sinais sorteados (controle)": _noise}


class Attacked(NamedTuple):
    """A digit before and after an attack.

    Attributes
    ----------
    image, perturbation : ndarray, shape (28, 28)
        The changed digit, in 0..1, and what was added to it.
    before, after : ndarray, shape (10,)
        Probability of each digit, without and with the change.
    """

    image: np.ndarray
    perturbation: np.ndarray
    before: np.ndarray
    after: np.ndarray


def attack_digit(model: nn.Module, image: np.ndarray, label: int, attack: str, eps: float) -> Attacked:
    """Attack one digit.

    Parameters
    ----------
    model : torch.nn.Module
        Takes (N, 1, 28, 28) in 0..1 and returns scores (N, 10).
    image : ndarray of uint8, shape (28, 28)
    label : int
        The right answer, which the attack moves away from.
    attack : str
        A key of ``ATTACKS``.
    eps : float
        Largest change of a pixel, in 0..1.
    """
    x = torch.from_numpy(image)[None, None].float().div(255)
    changed = ATTACKS[attack](model, x, label, eps)
    with torch.no_grad():
        before, after = model.eval()(torch.cat([x, changed])).softmax(dim=1).numpy()
    return Attacked(changed[0, 0].numpy(), (changed - x)[0, 0].numpy(), before, after)


@course_style()
def digit_attack(networks: Mapping[str, nn.Module], *, digit: int = 3, eps: float = 0.2) -> Experiment:
    """Return the widget: choose a digit, a network, an attack and ε.

    Parameters
    ----------
    networks : mapping of str to torch.nn.Module
        Name in pt-BR → trained network of digits; the first one is shown at first.
    digit : int
        Class at first.
    eps : float
        Largest change of a pixel at first, 0 to 0.4.
    """
    if not networks:
        raise ValueError("networks must hold at least one network; got none")
    samples = pick_samples(*datasets.digits("test"))
    canvas = FigureCanvas(1, 4, size=(10.4, 3.3), width_ratios=[1, 1, 1, 1.35])
    pictures = []
    for ax, title in zip(canvas.axes[:3], ("dígito", "perturbação", "soma"), strict=True):
        options = {"cmap": style.SIGNED} if title == "perturbação" else {"vmin": 0, "vmax": 1}
        pictures.append(ax.imshow(np.zeros((28, 28)), **options))
        ax.set_title(title)
        style.bare(ax)
        ax.set_anchor("N")
    chart = canvas.axes[3]
    places = np.arange(10)
    before = chart.barh(places - 0.2, np.zeros(10), height=0.38, color=style.SKY, label="antes")
    after = chart.barh(places + 0.2, np.zeros(10), height=0.38, color=style.RED, label="depois")
    chart.set(xlim=(0, 100), ylim=(9.6, -0.6), xlabel="confiança (%)", title="resposta")
    chart.set_yticks(places, [str(k) for k in places])
    chart.grid(axis="y", visible=False)
    chart.legend(
        loc="upper left",
        bbox_to_anchor=(0.99, 1.02),
        borderaxespad=0,
        handlelength=1,
        fontsize=canvas.fontsize,
    )

    @lru_cache(maxsize=256)
    def result(network: str, digit: int, sample: int, attack: str, eps: float) -> Attacked:
        return attack_digit(networks[network], samples[digit][sample - 1], digit, attack, eps)

    def paint(network: str, attack: str, eps: float, digit: int, sample: int) -> str:
        found = result(network, digit, sample, attack, round(eps, 2))
        pictures[0].set_data(samples[digit][sample - 1] / 255)
        pictures[1].set_data(found.perturbation)
        pictures[1].set_clim(-LARGEST, LARGEST)
        pictures[2].set_data(found.image)
        for bars, shares in ((before, found.before), (after, found.after)):
            for bar, share in zip(bars, shares, strict=True):
                bar.set_width(100 * share)
        text = f"Rede {network}, ε = {number(eps)}. Antes: {_answer(found.before)}. "
        text += f"Depois: {_answer(found.after)}."
        if found.before.argmax() != digit:
            return f"{text} A rede já errava este dígito sem ataque: o rótulo diz {digit}."
        if found.after.argmax() != digit:
            return f"{text} <b>Enganada</b>: o rótulo diz {digit}."
        return f"{text} Ela <b>resistiu</b> a este ataque."

    controls = {
        "network": choice("rede", list(networks)),
        "attack": choice("ataque", list(ATTACKS)),
        "eps": float_slider("ε (pixels de 0 a 1)", eps, 0, LARGEST, 0.02),
        "digit": choice("dígito", list(range(10)), digit),
        "sample": int_slider("qual exemplo", 1, 1, SAMPLES),
    }
    return Experiment(
        "ataque um dígito: qual rede resiste, e até onde?",
        "O dígito, a perturbação (vermelho clareia, azul escurece), a soma dos dois, e a confiança em cada "
        "resposta antes e depois.",
        controls,
        canvas,
        paint,
    )


def _answer(shares: np.ndarray) -> str:
    sure = number(100 * float(shares.max()), 1)
    return f"<b>{shares.argmax()}</b>, com {sure}%"
