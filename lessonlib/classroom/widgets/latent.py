"""Lesson 13: walk from a generated digit to another, through the noise or through the pixels (slide 69)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas

FRAMES = 9
PATHS = ("arco no ruído z", "reta no ruído z", "mistura de pixels")


def arc(start, end, t: float) -> np.ndarray:
    """Return the point at ``t`` of the way from one noise vector to another, along an arc.

    On a straight way between two draws from N(0, 1) the middle is shorter than both ends, as few draws are;
    the arc keeps the length (between the lengths of the ends).

    Parameters
    ----------
    start, end : array_like, shape (L,)
        Not zero, and not opposite.
    t : float
        0 to 1.

    Returns
    -------
    ndarray, shape (L,)

    Raises
    ------
    ValueError
        If t is out of range, or there is no such arc.

    Examples
    --------
    >>> arc([2, 0], [0, 2], 0.5).round(4).tolist()
    [1.4142, 1.4142]
    """
    start, end = np.asarray(start, float), np.asarray(end, float)
    if not 0 <= t <= 1:
        raise ValueError(f"t must be from 0 to 1, got {t}")
    sizes = np.linalg.norm(start), np.linalg.norm(end)
    if start.shape != end.shape or start.ndim != 1 or not min(sizes) > 0:
        raise ValueError(f"start and end must be vectors of one length, not zero, got {start} and {end}")
    one, other = start / sizes[0], end / sizes[1]
    angle = np.arccos(np.clip(one @ other, -1, 1))
    size = (1 - t) * sizes[0] + t * sizes[1]
    if angle < 1e-6:
        return size * one
    if np.pi - angle < 1e-6:
        raise ValueError("start and end must not be opposite: no arc is the shortest")
    return size * (np.sin((1 - t) * angle) * one + np.sin(t * angle) * other) / np.sin(angle)


class Walk(NamedTuple):
    """Images on the way, (K, 28, 28) in 0..1, and the judge's probabilities, (K, 10)."""

    images: np.ndarray
    chances: np.ndarray


def _draw(generator, judge, z):
    """Return the generator's images for noise (N, L), and the judge's probabilities for them."""
    import torch

    from lessonlib.nets.gan_samples import generate, to_unit

    images = to_unit(generate(generator, torch.as_tensor(np.asarray(z), dtype=torch.float32)))
    return images[:, 0].numpy(), _read(judge, images)


def _read(judge, images):
    import torch

    with torch.inference_mode():
        return judge(images).softmax(dim=1).numpy()


def find_anchors(generator, judge, count: int = 500, seed: int = 0) -> dict[int, np.ndarray]:
    """Draw noise and keep a vector for each digit: the most typical of those the judge is sure of.

    Typical is the image nearest to the mean of the digit's images; the surest one is often an odd one.

    Parameters
    ----------
    generator : torch.nn.Module
        Noise (N, ``latent_size``) → images (N, 1, 28, 28) in -1..1.
    judge : torch.nn.Module
        Images in 0..1 → scores (N, 10); in evaluation mode. Sure is from the median of a digit's readings up.
    count, seed : int
        How many draws, and which.

    Returns
    -------
    dict of int to ndarray, shape (latent_size,)
        The digits that appeared, in order.
    """
    z = np.random.default_rng(seed).standard_normal((count, generator.latent_size)).astype(np.float32)
    images, chances = _draw(generator, judge, z)
    read, anchors = chances.argmax(axis=1), {}
    for digit in sorted(set(read.tolist())):
        mine = np.flatnonzero(read == digit)
        mine = mine[chances[mine, digit] >= np.median(chances[mine, digit])]
        far = ((images[mine] - images[mine].mean(axis=0)) ** 2).sum(axis=(1, 2))
        anchors[digit] = z[mine[far.argmin()]]
    return anchors


def walk(generator, judge, start, end, path: str, steps) -> Walk:
    """Return what lies on a way between two noise vectors.

    Parameters
    ----------
    generator, judge
        As in `find_anchors`.
    start, end : ndarray, shape (L,)
    path : str
        One of ``PATHS``.
    steps : sequence of float
        Places on the way, 0 to 1.

    Returns
    -------
    Walk

    Raises
    ------
    ValueError
        If there is no such path.
    """
    import torch

    if path not in PATHS:
        raise ValueError(f"path must be one of {', '.join(PATHS)}, got {path!r}")
    if path == PATHS[2]:
        (first, last), _ = _draw(generator, judge, [start, end])
        images = np.array([(1 - t) * first + t * last for t in steps], np.float32)
        return Walk(images, _read(judge, torch.from_numpy(images[:, None])))
    if path == PATHS[1]:
        z = [(1 - t) * start + t * end for t in steps]
    else:
        z = [arc(start, end, t) for t in steps]
    return Walk(*_draw(generator, judge, z))


@course_style()
def latent_walk(generator, judge) -> Experiment:
    """Return the widget: two digits, a way between them, and a place on it → the image and its reading.

    Parameters
    ----------
    generator, judge : torch.nn.Module
        As in `find_anchors`.
    """
    anchors = find_anchors(generator, judge)
    if len(anchors) < 2:
        raise ValueError(f"generator must make at least two digits, got {sorted(anchors)}")
    digits = [(str(digit), digit) for digit in anchors]
    canvas = FigureCanvas(2, 2, size=(9.6, 4.6), height_ratios=[2.4, 1], width_ratios=[1, 1.7])
    big, chart = canvas.axes[0]
    grid = canvas.axes[1, 0].get_gridspec()
    for ax in canvas.axes[1]:
        ax.remove()
    strip = canvas.figure.add_subplot(grid[1, :])
    picture = big.imshow(np.zeros((28, 28)), vmin=0, vmax=1, cmap=style.GRAYSCALE)
    film = strip.imshow(np.zeros((28, 28 * FRAMES)), vmin=0, vmax=1, cmap=style.GRAYSCALE)
    (mark,) = strip.plot([], [], color=style.ORANGE, linewidth=3)
    for ax in (big, strip):
        style.bare(ax)
    strip.set_title("o caminho inteiro", fontsize=canvas.fontsize, fontweight="normal")
    strip.set(xlim=(-1.5, 28 * FRAMES + 0.5), ylim=(28.5, -1.5))
    big.set_title("aqui")
    bars = chart.bar(range(10), np.zeros(10), color=style.BLUE)
    chart.set(title="o que o juiz lê", xlabel="dígito", ylabel="probabilidade", ylim=(0, 1.02))
    chart.set_xticks(range(10), [str(digit) for digit in range(10)])
    chart.grid(axis="x", visible=False)
    films: dict = {}

    def paint(start: int, end: int, path: str, place: int) -> str:
        if start == end:
            raise ValueError("escolha dois dígitos diferentes")
        ends, t = (anchors[start], anchors[end]), place / 100
        if (start, end, path) not in films:
            steps = np.linspace(0, 1, FRAMES)
            films[start, end, path] = np.hstack(walk(generator, judge, *ends, path, steps).images)
        here = walk(generator, judge, *ends, path, [t])
        picture.set_data(here.images[0])
        film.set_data(films[start, end, path])
        left = t * 28 * (FRAMES - 1) - 0.5
        mark.set_data([left, left + 28, left + 28, left, left], [-0.5, -0.5, 27.5, 27.5, -0.5])
        for bar, chance in zip(bars, here.chances[0], strict=True):
            bar.set_height(chance)
        read = int(here.chances[0].argmax())
        return (
            f"{place}% do caminho de {start} a {end}, {path}: o juiz lê <b>{read}</b>, com "
            f"{number(100 * float(here.chances[0, read]), 0)}% de probabilidade."
        )

    controls = {
        "start": choice("de", digits, digits[0][1]),
        "end": choice("até", digits, digits[-1][1]),
        "path": choice("caminho", PATHS),
        "place": int_slider("lugar no caminho (%)", 50, 0, 100, 5),
    }
    return Experiment(
        "caminhe de um dígito gerado a outro",
        "Em cima a imagem do lugar escolhido e as probabilidades que o juiz dá a cada dígito; embaixo nove "
        "imagens do caminho, com uma moldura no lugar escolhido.",
        controls,
        canvas,
        paint,
    )
