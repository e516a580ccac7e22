"""Lesson 11: the film of an image that climbs the score of a class (slide 68)."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas


def film(ascent) -> np.ndarray:
    """Turn the frames of an ascent into pixels.

    Parameters
    ----------
    ascent : object with ``frames``, array_like (K, 3, H, W) in 0..1, ``steps`` and ``probabilities``
        As :func:`lessonlib.nets.activation_maximization.maximize_class` returns it.

    Returns
    -------
    ndarray of uint8, shape (K, H, W, 3)
    """
    frames = np.asarray(ascent.frames)
    if frames.ndim != 4 or frames.shape[1] != 3 or not len(frames):
        raise ValueError(f"ascent.frames must have shape (K, 3, H, W); got {frames.shape}")
    if not len(frames) == len(ascent.steps) == len(ascent.probabilities):
        raise ValueError(
            "ascent must have as many steps and probabilities as frames; got "
            f"{len(ascent.steps)}, {len(ascent.probabilities)} and {len(frames)}"
        )
    return np.round(255 * frames.clip(0, 1)).astype(np.uint8).transpose(0, 2, 3, 1)


@course_style()
def activation_movie(ascents: Mapping[str, object], *, name: str) -> Experiment:
    """Return the widget: play the film, or move frame by frame, beside the curve of the probability.

    Parameters
    ----------
    ascents : mapping of str to ascent
        Name in pt-BR → what :func:`film` takes. The last frame of the first one is shown at the start.
    name : str
        The class, in pt-BR.
    """
    if not ascents:
        raise ValueError("ascents must hold at least one ascent; got none")
    films = {key: film(ascent) for key, ascent in ascents.items()}
    longest = max(len(frames) for frames in films.values())
    first = next(iter(ascents.values()))
    canvas = FigureCanvas(1, 2, size=(8.6, 3.9), width_ratios=[1, 1.1])
    screen, chart = canvas.axes
    picture = screen.imshow(next(iter(films.values()))[-1])
    screen.set_title("imagem")
    style.bare(screen)
    (curve,) = chart.plot(first.steps, first.probabilities, color=style.BLUE)
    (here,) = chart.plot([0], [0], "o", color=style.RED, markersize=9)
    chart.set(title=f"probabilidade de {name}", xlabel="passo", ylabel="probabilidade", ylim=(-0.05, 1.05))
    chart.set_xlim(0, 1.03 * max(ascent.steps[-1] for ascent in ascents.values()))

    def paint(which: str, frame: int) -> str:
        ascent, frames = ascents[which], films[which]
        k = min(frame, len(frames) - 1)
        picture.set_data(frames[k])
        curve.set_data(ascent.steps, ascent.probabilities)
        here.set_data([ascent.steps[k]], [ascent.probabilities[k]])
        return (
            f"Passo {ascent.steps[k]}: a rede dá <b>{number(100 * ascent.probabilities[k], 1)}%</b> de "
            f"probabilidade a “{name}”."
        )

    slider = int_slider("quadro", longest - 1, 0, longest - 1)
    play = ipywidgets.Play(
        value=longest - 1, min=0, max=longest - 1, interval=250, tooltip="Passa os quadros em sequência"
    )
    ipywidgets.jslink((play, "value"), (slider, "value"))
    controls = {"which": choice("subida", list(ascents)), "frame": slider}
    layout = ipywidgets.VBox(
        [controls["which"], ipywidgets.HBox([play, slider], layout=ipywidgets.Layout(flex_flow="row wrap"))]
    )
    view = Experiment(
        f"veja a imagem de “{name}” aparecer",
        "À esquerda a imagem do passo escolhido; à direita a probabilidade da classe em cada passo.",
        controls,
        canvas,
        paint,
        layout,
    )
    view.play = play
    return view
