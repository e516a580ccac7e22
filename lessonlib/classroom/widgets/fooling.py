"""Lesson 12: change a photo until a real ImageNet network takes it for any of 1000 classes (slides 71-73)."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import ipywidgets
import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from lessonlib.classroom import style
from lessonlib.classroom.answers import percent, pixels
from lessonlib.classroom.style import course_style
from lessonlib.classroom.widgets.base import LABEL, WIDE, Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.nets import attacks, imagenet_names
from lessonlib.nets.pretrained import ImageNetClassifier

#: Probability at which the attack stops, and classes in the bar chart.
CONFIDENCE, TOP = 0.99, 5


class Trail(NamedTuple):
    """The images of an attack, as a file with 8 bits a pixel would hold them.

    Attributes
    ----------
    frames : list of ndarray of uint8, shape (H, W, 3)
        The photo, then the image after each step.
    probabilities : list of float
        Of the target, before rounding to 8 bits.
    """

    frames: list[np.ndarray]
    probabilities: list[float]


def to_levels(image: Tensor) -> np.ndarray:
    """Round pixels in 0..1, (1, 3, H, W), to levels 0..255, uint8 (H, W, 3)."""
    return np.rint(255 * pixels(image.cpu())).astype(np.uint8)


def to_pixels(levels: np.ndarray) -> Tensor:
    """Turn levels, uint8 (H, W, 3), into pixels in 0..1, (1, 3, H, W)."""
    return torch.from_numpy(levels).permute(2, 0, 1)[None].float().div(255)


def amplify(photo: np.ndarray, changed: np.ndarray, times: int = 1) -> np.ndarray:
    """Show how an image differs from a photo: middle grey is no change.

    Parameters
    ----------
    photo, changed : ndarray of uint8, same shape
    times : int
        What each difference is multiplied by before it is added to 128; beyond 0..255 it is cut.

    Examples
    --------
    >>> amplify(np.array([100, 100], np.uint8), np.array([98, 120], np.uint8), 10).tolist()
    [108, 255]
    """
    difference = changed.astype(int) - photo.astype(int)
    return (128 + times * difference).clip(0, 255).astype(np.uint8)


@lru_cache
def class_names() -> tuple[str, ...]:
    """Return a name for each of the 1000 classes, all different: Portuguese first where it exists."""
    english, portuguese = imagenet_names.english(), imagenet_names.portuguese()
    names = []
    for index, name in enumerate(english):
        translated = portuguese.get(index, name)
        both = name if translated == name else f"{translated} ({name})"
        names.append(f"{both}, nº {index}")
    return tuple(names)


def short_name(index: int) -> str:
    """Return the Portuguese name of a class, or the English one."""
    return imagenet_names.portuguese().get(index, imagenet_names.english()[index])


def read_photo(content: bytes) -> np.ndarray:
    """Decode an image file, turned as its camera says, to uint8 (H, W, 3).

    Raises
    ------
    ValueError
        If it is not an image. In Portuguese: students see it.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            return np.array(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("Não consegui ler este arquivo como imagem. Tente um JPEG ou um PNG.") from None


def fool(
    network: ImageNetClassifier,
    photo: np.ndarray,
    target: int,
    levels: int,
    max_steps: int,
    on_step: Callable[[Trail], None] | None = None,
) -> Trail:
    """Attack a photo and keep every image on the way.

    Parameters
    ----------
    network : ImageNetClassifier
    photo : ndarray of uint8, shape (224, 224, 3)
        As `to_levels` returns what the network's ``preprocess`` prepared.
    target : int
        Class to reach, 0 to 999.
    levels : int
        How far a pixel may go from the photo, in levels of 256; a step is a quarter of it.
    max_steps : int
    on_step : callable, optional
        Called with the trail so far, after each step.
    """
    trail = Trail([], [])

    def keep(step: int, probabilities: Tensor, images: Tensor) -> None:
        trail.frames.append(to_levels(images))
        trail.probabilities.append(float(probabilities[0]))
        if on_step is not None and step > 0:
            on_step(trail)

    eps = levels / 255
    attacks.targeted(network, to_pixels(photo), target, eps, None, max_steps, CONFIDENCE, on_step=keep)
    return trail


@course_style()
def fool_network(
    network: ImageNetClassifier,
    photos: Mapping[str, np.ndarray],
    *,
    target: int = 368,
    levels: int = 4,
) -> Experiment:
    """Return the widget: a photo of yours or ours, any class, and the attack that leads there.

    Parameters
    ----------
    network : ImageNetClassifier
        See `lessonlib.nets.pretrained.imagenet_classifier`.
    photos : mapping of str to ndarray of uint8, shape (H, W, 3) or (H, W)
        Name in pt-BR → photo.
    target : int
        Class at first: the gibbon of the slide.
    levels : int
        Largest change of a pixel at first, in levels of 256.

    Notes
    -----
    A step takes two or three passes through a network of 4.7 million parameters, so the attack runs when
    its button is pressed and shows every step; moving the slider of steps afterwards is fast.
    """
    if not photos:
        raise ValueError("photos must hold at least one photo; got none")
    names = class_names()
    index_of = {name: index for index, name in enumerate(names)}
    prepared = {name: to_levels(network.preprocess(photo)) for name, photo in photos.items()}
    trail = Trail([], [])
    busy: list[bool] = []
    canvas = FigureCanvas(2, 3, size=(10.4, 6.2), width_ratios=[1, 1, 1.25])
    (photo_ax, changed_ax, chart), (once_ax, ten_ax, bars_ax) = canvas.axes
    pictures, titles = [], []
    for ax, title in ((photo_ax, " "), (changed_ax, " "), (once_ax, "diferença"), (ten_ax, "diferença × 10")):
        pictures.append(ax.imshow(next(iter(prepared.values()))))
        titles.append(ax.set_title(title, fontsize=canvas.fontsize))
        style.bare(ax)
    (curve,) = chart.plot([], [], "o-", color=style.BLUE, markersize=4)
    (here,) = chart.plot([], [], "o", color=style.RED, markersize=10)
    chart.set(ylim=(-4, 104), xlabel="passo", ylabel="confiança no alvo (%)")
    bars = bars_ax.barh(range(TOP), np.zeros(TOP), color=style.BLUE)
    words = [bars_ax.text(2, k, "", va="center", fontsize=canvas.fontsize) for k in range(TOP)]
    bars_ax.set(xlim=(0, 100), ylim=(TOP - 0.4, -0.6), xlabel="confiança (%)", yticks=[])
    bars_ax.set_title("o que a rede responde", fontsize=canvas.fontsize)
    bars_ax.grid(axis="y", visible=False)
    bars_ax.spines["left"].set_visible(False)

    @lru_cache(maxsize=256)
    def answers(frame: bytes, shape: tuple[int, ...]) -> tuple[tuple[int, float], ...]:
        pixels = to_pixels(np.frombuffer(frame, np.uint8).reshape(shape).copy())
        return tuple((found.index, found.probability) for found in network.predict(pixels, top=TOP))

    def paint(photo: str, target: str, levels: int, max_steps: int, step: int) -> str:
        original, goal = prepared[photo], index_of[target]
        k = min(step, max(0, len(trail.frames) - 1))
        frame = trail.frames[k] if trail.frames else original
        first, now = (answers(levels_.tobytes(), levels_.shape) for levels_ in (original, frame))
        views = (original, frame, amplify(original, frame), amplify(original, frame, 10))
        for picture, view in zip(pictures, views, strict=True):
            picture.set_data(view)
        for title, answer in zip(titles, (first[0], now[0]), strict=False):
            title.set_text(_label(*answer))
        chart.set_xlim(-1, max_steps + 1)
        curve.set_data(range(len(trail.probabilities)), 100 * np.array(trail.probabilities))
        here.set_data([k], [100 * trail.probabilities[k]] if trail.frames else [np.nan])
        for bar, text, (index, probability) in zip(bars, words, now, strict=True):
            bar.set_width(100 * probability)
            bar.set_color(style.ORANGE if index == goal else style.SKY)
            text.set_text(f"{percent(probability)} {_clip(short_name(index), 30)}")
        if not trail.frames:
            return "Aperte <b>Atacar</b>: os pixels começam a mudar, um passo de cada vez."
        largest = int(np.abs(frame.astype(int) - original.astype(int)).max())
        text = (
            f"Passo {k} de {len(trail.frames) - 1}. Nenhum pixel mudou mais de {largest} "
            f"{'nível' if largest == 1 else 'níveis'} de 256. Arredondada a 8 bits, a imagem é "
            f"“{html.escape(short_name(now[0][0]))}” com <b>{html.escape(percent(now[0][1]))}</b>."
        )
        finished = not busy and k == len(trail.frames) - 1
        if finished and trail.probabilities[-1] < CONFIDENCE:
            text += " Os passos acabaram antes de 99%: dê mais passos, ou um ε maior."
        return text

    def forget(_=None) -> None:
        trail.frames.clear()
        trail.probabilities.clear()
        controls["step"].value = 0
        controls["step"].max = 1

    def grow(so_far: Trail) -> None:
        trail.frames[:], trail.probabilities[:] = so_far.frames, so_far.probabilities
        controls["step"].max = len(trail.frames) - 1
        controls["step"].value = len(trail.frames) - 1

    def attack(_=None, on_step=grow) -> None:
        forget()
        busy.append(True)
        button.disabled, button.description = True, "Atacando…"
        try:
            photo, goal = prepared[controls["photo"].value], index_of[controls["target"].value]
            settings = (controls["levels"].value, controls["max_steps"].value)
            grow(fool(network, photo, goal, *settings, on_step=on_step))
        finally:
            busy.clear()
            button.disabled, button.description = False, "Atacar"
        experiment.refresh()

    def receive(change) -> None:
        if not change["new"]:
            return
        try:
            own = read_photo(bytes(change["new"][0]["content"]))
            prepared["sua foto"] = to_levels(network.preprocess(own))
        except ValueError as error:
            experiment.caption.value = f'<span style="color:#B00020">{error}</span>'
            return
        if controls["photo"].value == "sua foto":  # another photo under the same name: no change to observe
            forget()
            experiment.refresh()
        controls["photo"].options = list(prepared)
        controls["photo"].value = "sua foto"

    controls = {
        "photo": choice("foto", list(prepared)),
        "target": ipywidgets.Combobox(
            value=names[target],
            options=sorted(names, key=str.casefold),
            description="classe alvo (digite)",
            ensure_option=True,
            continuous_update=False,
            style=LABEL,
            layout=WIDE,
        ),
        "levels": int_slider("ε (níveis de 256)", levels, 1, 16),
        "max_steps": int_slider("passos, no máximo", 30, 5, 50, 5),
        "step": int_slider("passo mostrado", 0, 0, 1),
    }
    for name in ("photo", "target", "levels", "max_steps"):  # before Experiment's own observers
        controls[name].observe(forget, names="value")
    button = ipywidgets.Button(description="Atacar", tooltip="Muda os pixels até a rede dizer o alvo")
    upload = ipywidgets.FileUpload(accept="image/*", description="Sua foto")
    button.on_click(attack)
    upload.observe(receive, names="value")
    row = ipywidgets.Layout(flex_flow="row wrap")
    arranged = ipywidgets.VBox(
        [
            ipywidgets.HBox([controls["photo"], upload], layout=row),
            controls["target"],
            controls["levels"],
            controls["max_steps"],
            ipywidgets.HBox([controls["step"], button], layout=row),
        ]
    )
    experiment = Experiment(
        "leve uma foto a qualquer uma das mil classes",
        "Em cima, a foto, a imagem alterada e a confiança no alvo a cada passo; embaixo, a diferença entre "
        "as duas, a diferença vezes dez e as cinco respostas da rede.",
        controls,
        canvas,
        paint,
        arranged,
    )
    experiment.button, experiment.upload, experiment.trail = button, upload, trail
    attack(on_step=None)
    return experiment


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _label(index: int, probability: float) -> str:
    return f"{_clip(short_name(index), 24)}: {percent(probability)}"
