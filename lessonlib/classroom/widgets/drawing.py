"""Lesson 08: draw a digit and see what each layer of a LeNet makes of it, at once (slides 45-46)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import ipywidgets
import numpy as np
import torch
from torch import Tensor, nn

from lessonlib import datasets
from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, choice, int_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.classroom.widgets.layer_sheet import HEIGHT, PLACES, WIDTH, Pixels, lay_out, stages
from lessonlib.classroom.widgets.paper import Paper

#: Sample digits of each class to choose from, and the time that strokes are gathered before a new picture.
SAMPLES, PAUSE = 20, 0.02
#: What a network can answer; only one that was trained to refuse ever answers the last.
CLASSES = [*map(str, range(10)), "nenhum dos dez"]
NONE = 10


def confidence(scores: np.ndarray, prepare: Callable[[Tensor], Tensor] | None = None) -> np.ndarray:
    """Turn the scores of one image into eleven shares that add up to 1: the ten digits and "none".

    Parameters
    ----------
    scores : ndarray, shape (10,)
    prepare : callable, optional
        What the loss does to scores (N, 10) before softmax; may add an eleventh for "none of the ten".

    Examples
    --------
    >>> confidence(np.zeros(10)).round(2).tolist()
    [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0]
    """
    scores = torch.from_numpy(np.asarray(scores, np.float64))[None]
    if prepare is not None:
        scores = prepare(scores)
    shares = scores.softmax(dim=1)[0].numpy()
    return np.append(shares, [0.0] * (NONE + 1 - len(shares)))


def verdict(shares: np.ndarray) -> str:
    """Say which digit the network sees, and the next one if it has 1% or more.

    Examples
    --------
    >>> verdict(np.array([0.0, 0.6, 0.3, 0.1]))
    'A rede responde <b>1</b>, com 60% de confiança; depois vem 2, com 30%.'
    """
    first, second = np.argsort(shares)[::-1][:2]
    sure = "mais de 99%" if shares[first] > 0.99 else f"{number(round(100 * float(shares[first])))}%"
    text = f"A rede responde <b>{CLASSES[first]}</b>, com {sure} de confiança"
    if shares[second] >= 0.01:
        text += f"; depois vem {CLASSES[second]}, com {number(round(100 * float(shares[second])))}%"
    return f"{text}."


def pick_samples(images, labels, count: int = SAMPLES) -> dict[int, np.ndarray]:
    """Return the first ``count`` images of each digit, (count, 28, 28)."""
    labels = np.asarray(labels)
    return {digit: np.asarray(images)[np.flatnonzero(labels == digit)[:count]] for digit in range(10)}


@course_style()
def draw_digit(
    model: nn.Module | Mapping[str, nn.Module],
    *,
    prepare: Mapping[str, Callable[[Tensor], Tensor]] | None = None,
    digit: int = 7,
    pen: int = 18,
) -> Experiment:
    """Return the widget: draw a digit, or pick a real one, and follow it from the pixels to the answer.

    Parameters
    ----------
    model : torch.nn.Module or mapping of str to Module
        A trained `lenet5` or `lenet5_1998`; or several, by the name that the menu shows (pt-BR).
    prepare : mapping of str to callable, optional
        For the network of that name, what its loss does to the scores before softmax; see
        :func:`confidence`.
    digit : int
        Class of the sample that is on the sheet at first.
    pen : int
        Width of the pen at first, in pixels of the 280×280 sheet. With 18, test digits redrawn along their
        middle lines are read as well as the originals (98% and 99% of 300).

    Notes
    -----
    Strokes come faster than pictures can be drawn. They are put on the sheet at once; the picture follows
    after a pause of some milliseconds, in which the kernel takes in whatever strokes are waiting.
    """
    models = dict(model) if isinstance(model, Mapping) else {"rede": model}
    prepare = dict(prepare or {})
    samples = pick_samples(*datasets.digits("test"))
    for network in models.values():
        stages(network, samples[digit][0])  # another kind of network is refused here, not at the first stroke
    canvas = FigureCanvas(size=(10.0, HEIGHT / 100))
    figure, chart = canvas.figure, canvas.axes
    figure.set_layout_engine("none")  # places are in whole pixels: 100 to the inch
    chart.set_position(((WIDTH + 65) / 1000, 0.13, 0.13, 0.78))
    for place in PLACES.values():
        figure.text(place.left / 1000, 1 - (place.top - 5) / HEIGHT, place.title, fontsize=canvas.fontsize)
    maps = figure.add_artist(Pixels(np.zeros((HEIGHT, WIDTH, 4), np.uint8)))
    answers = CLASSES if prepare else CLASSES[:NONE]
    bars = chart.barh(range(len(answers)), np.zeros(len(answers)), color=style.BLUE)
    shown = [chart.text(0, k, "", va="center", fontsize=canvas.fontsize) for k in range(len(answers))]
    chart.set(xlim=(0, 100), ylim=(len(answers) - 0.4, -0.6), xlabel="confiança (%)", title="resposta")
    chart.set_yticks(range(len(answers)), [answer.split()[0] for answer in answers])
    chart.set_xticks([0, 50, 100], ["0", "50", "100"])
    chart.grid(axis="y", visible=False)

    def paint(digit: int, sample: int, network: str = next(iter(models))) -> str:
        found = stages(models[network], paper.image)
        blank = not paper.image.any()
        shares = confidence(found["output"], prepare.get(network)) * (not blank)
        maps.rgba = lay_out(found)
        for bar, text, share in zip(bars, shown, shares, strict=False):
            bar.set_width(100 * share)
            bar.set_color(style.ORANGE if share == shares.max() else style.BLUE)
            text.set_text(f"{100 * share:.0f}%" if share >= 0.005 else "")
            text.set_x(100 * share + 3)
        if blank:
            return "O papel está em branco. Desenhe um dígito grande, ou escolha um exemplo."
        if paper.drawn:
            return f"Seu desenho, centrado e reduzido. {verdict(shares)}"
        wrong = "" if shares.argmax() in (digit, NONE) else f" <b>Errou</b>: o rótulo diz {digit}."
        return f"Exemplo {sample} do dígito {digit}. {verdict(shares)}{wrong}"

    waiting: set = set()  # an event loop keeps only a weak reference to its tasks

    async def follow_strokes() -> None:
        await asyncio.sleep(PAUSE)
        waiting.clear()
        experiment.refresh()

    def on_stroke() -> None:
        if waiting:
            return
        try:
            waiting.add(asyncio.get_running_loop().create_task(follow_strokes()))
        except RuntimeError:  # no event loop: a script or a test
            experiment.refresh()

    def show_sample(_=None) -> None:
        paper.show(samples[controls["digit"].value][controls["sample"].value - 1])

    def back(_) -> None:
        show_sample()
        experiment.refresh()

    def clear(_) -> None:
        paper.clear()
        experiment.refresh()

    controls = {
        "digit": choice("exemplo do dígito", list(range(10)), digit),
        "sample": int_slider("qual exemplo", 1, 1, SAMPLES),
    }
    if len(models) > 1:
        controls["network"] = choice("rede", list(models))
    paper = Paper(samples[digit][0], on_stroke, pen)
    paper.next_control = controls["digit"]
    for name in ("digit", "sample"):  # before Experiment's own observers: the sheet changes first
        controls[name].observe(show_sample, names="value")
    width = int_slider("largura do traço (pixels)", pen, 8, 40, 2)
    width.observe(lambda change: setattr(paper, "pen", change["new"]), names="value")
    wipe = ipywidgets.Button(description="Limpar", tooltip="Apaga o papel")
    again = ipywidgets.Button(description="Voltar ao exemplo", tooltip="Põe o exemplo escolhido no papel")
    wipe.on_click(clear)
    again.on_click(back)
    hint = ipywidgets.HTML("<b>Desenhe aqui</b>, com o mouse ou o dedo.")
    panel = [*controls.values(), width, ipywidgets.HBox([wipe, again])]
    arranged = ipywidgets.HBox(
        [
            ipywidgets.VBox([hint, paper.widget]),
            ipywidgets.VBox(panel, layout=ipywidgets.Layout(flex="1 1 400px")),  # room for the sliders
        ],
        layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
    )
    experiment = Experiment(
        "desenhe um dígito e acompanhe cada camada",
        "Os mapas de C1, S2, C3 e S4, os números de C5 e F6 e a confiança em cada um dos dez dígitos.",
        controls,
        canvas,
        paint,
        arranged,
    )
    experiment.paper, experiment.pen_slider = paper, width
    experiment.clear_button, experiment.back_button = wipe, again
    return experiment
