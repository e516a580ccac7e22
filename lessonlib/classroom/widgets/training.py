"""Lesson 07: a small CNN that learns two classes while you watch (slides 38 and 44)."""

from __future__ import annotations

import asyncio

import ipywidgets
import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import LABEL, WIDE, Experiment
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.layers import (
    SGD,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    accuracy,
    cross_entropy,
)

FILTERS, SIDE, BATCH = 4, 5, 32
#: Steps after which training pauses by itself, and steps between two pictures.
LAST_STEP, STEPS_A_PICTURE = 300, 2


class TwoClassTraining:
    """A network with one convolution that trains a few steps at a time on two classes of images.

    Parameters
    ----------
    images, labels : ndarray, shapes (N, H, W) uint8 and (N,)
        Training images; labels 0 or 1.
    test_images, test_labels : ndarray
        As above, never trained on.
    seed : int
        Of the starting weights and of the order of the images.

    Attributes
    ----------
    losses, scores : list of float
        Loss of the batch at each step; (step, accuracy on the test images) pairs.
    diverged : bool
        The loss stopped being a number, or passed a thousand: no step is taken any more.
    silent : bool
        Every ReLU answered zero when last measured: no gradient reaches the filters any more.
    """

    def __init__(self, images, labels, test_images, test_labels, seed: int = 0):
        self._x, self._y = self._prepare(images), np.asarray(labels)
        self._test_x, self._test_y = self._prepare(test_images), np.asarray(test_labels)
        if set(np.unique(self._y)) != {0, 1}:
            raise ValueError(f"labels must be 0 and 1, both present; got {np.unique(self._y)}")
        self._seed = seed
        self.restart()

    @staticmethod
    def _prepare(images):
        return np.asarray(images)[:, np.newaxis] / np.float32(255)

    def restart(self) -> None:
        """Forget everything learnt and start from the same random weights."""
        rng = np.random.default_rng(self._seed)
        inner = (self._x.shape[2] - SIDE + 1) // 4
        self.network = Sequential(
            Conv2d(1, FILTERS, SIDE, rng=rng),
            ReLU(),
            MaxPool2d(4),
            Flatten(),
            Linear(FILTERS * inner * inner, 2, rng=rng),
        )
        self.first_filters = self.filters.copy()
        self._optimizer = SGD(self.network, lr=0.1, momentum=0.9)
        self._rng, self._order = rng, np.empty(0, int)
        self.losses, self.scores, self.diverged = [], [], False
        self._measure()

    @property
    def filters(self) -> np.ndarray:
        """The filters as they are now, shape (4, 5, 5)."""
        return self.network.layers[0].weight[:, 0]

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return len(self.losses)

    def _measure(self) -> None:
        self.scores.append((self.steps, accuracy(self.network, self._test_x, self._test_y)))
        convolution, relu = self.network.layers[:2]
        self.silent = not relu.forward(convolution.forward(self._test_x[:BATCH])).any()

    def advance(self, steps: int, lr: float) -> None:
        """Take some steps of gradient descent with learning rate ``lr``, a batch of 32 images each."""
        self._optimizer.lr = lr
        with np.errstate(all="ignore"):  # a learning rate that is too high overflows: that is the lesson
            for _ in range(steps):
                if self.diverged:
                    return
                if self._order.size < BATCH:
                    self._order = self._rng.permutation(len(self._x))
                batch, self._order = self._order[:BATCH], self._order[BATCH:]
                loss, grad = cross_entropy(self.network.forward(self._x[batch]), self._y[batch])
                self.losses.append(loss)
                if not loss < 1000:
                    self.diverged = True
                    return
                self.network.backward(grad)
                self._optimizer.step()
                if self.steps % 10 == 0:
                    self._measure()


def mosaic(first: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Lay filters out in two rows, first above, now below, NaN between: (2K + 1, N·(K + 1) − 1)."""
    count, side, _ = first.shape
    sheet = np.full((2 * side + 1, count * (side + 1) - 1), np.nan)
    for k in range(count):
        left = k * (side + 1)
        sheet[:side, left : left + side] = first[k]
        sheet[side + 1 :, left : left + side] = now[k]
    return sheet


@course_style()
def two_class_training(images, labels, test_images, test_labels, *, names: tuple[str, str]) -> Experiment:
    """Return the widget: train, pause and restart; the loss curve and the filters follow every step.

    Parameters
    ----------
    images, labels, test_images, test_labels
        As in :class:`TwoClassTraining`.
    names : tuple of str
        Of the classes 0 and 1, pt-BR.

    Notes
    -----
    Training runs as a task of the kernel's own event loop, two steps at a time, so other controls and cells
    answer between two pictures. Nothing runs until the button is pressed.
    """
    training = TwoClassTraining(images, labels, test_images, test_labels)
    canvas = FigureCanvas(1, 3, size=(10.4, 3.5), width_ratios=[1.3, 1, 1])
    chart, score, sheet = canvas.axes
    (curve,) = chart.plot([], [], "-", color=style.SKY, linewidth=1.2, label="perda no lote")
    (smooth,) = chart.plot([], [], "-", color=style.BLUE, linewidth=2.5, label="média de 10 passos")
    (correct,) = score.plot([], [], "o-", color=style.GREEN, markersize=4)
    chart.set(xlim=(0, LAST_STEP), ylim=(0, 1.2), xlabel="passo", ylabel="entropia cruzada")
    chart.legend(loc="upper right", fontsize=canvas.fontsize)
    heading = chart.set_title(" ")
    score.set(xlim=(0, LAST_STEP), ylim=(40, 102), xlabel="passo", ylabel="% de acerto")
    score.set_title("acerto no teste")
    colours = sheet.imshow(mosaic(training.filters, training.filters), cmap=style.SIGNED)
    sheet.set_title("filtros: antes e agora")
    sheet.set_xticks([])
    sheet.set_yticks([(SIDE - 1) / 2, SIDE + 1 + (SIDE - 1) / 2], ["antes", "agora"])
    sheet.tick_params(length=0)
    sheet.grid(False)
    sheet.spines[:].set_visible(False)
    tasks: set = set()  # an event loop keeps only a weak reference to its tasks

    def paint(lr: float, running: bool) -> str:
        heading.set_text(f"perda (taxa {number(lr, 4)})")
        losses = np.minimum(training.losses, 10)  # beyond the frame anyway; infinity cannot be drawn
        curve.set_data(np.arange(1, len(losses) + 1), losses)
        if len(losses) >= 10:
            smooth.set_data(np.arange(10, len(losses) + 1), np.convolve(losses, np.full(10, 0.1), "valid"))
        else:
            smooth.set_data([], [])
        correct.set_data([step for step, _ in training.scores], [100 * part for _, part in training.scores])
        top = float(np.abs([training.first_filters, np.nan_to_num(training.filters)]).max())
        colours.set_data(mosaic(training.first_filters, training.filters))
        colours.set_clim(-top, top)
        share = number(100 * training.scores[-1][1], 1)
        if training.diverged:
            return (
                "<b>A perda explodiu</b>: os passos foram grandes demais. Diminua a taxa e clique em "
                "Reiniciar."
            )
        if training.silent:
            return (
                "<b>Os neurônios se calaram</b>: um passo grande demais levou todas as ReLU a zero, e sem "
                "gradiente "
                "nada mais se aprende. Diminua a taxa e clique em Reiniciar."
            )
        if not training.steps:
            return (
                f"Pesos sorteados: a rede ainda dá palpites. Clique em Treinar; o acerto é medido em "
                f"{len(test_labels)} dígitos que ela nunca vê no treino."
            )
        rest = " Acabaram os passos: reinicie com outra taxa." if training.steps >= LAST_STEP else ""
        return (
            f"Passo {training.steps} de {LAST_STEP}: perda {number(training.losses[-1], 3)}, "
            f"acerto no teste <b>{share}%</b>.{rest}"
        )

    def finished() -> bool:
        return training.diverged or training.silent or training.steps >= LAST_STEP

    async def keep_training() -> None:
        while running.value and not finished():
            training.advance(STEPS_A_PICTURE, rate.value)
            experiment.refresh()
            await asyncio.sleep(0.02)  # lets the kernel hear the buttons
        running.value = False

    def toggle(change) -> None:
        running.description = "Pausar" if change["new"] else "Treinar"
        if change["new"]:
            task = asyncio.get_running_loop().create_task(keep_training())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    def restart(_) -> None:
        running.value = False
        training.restart()
        experiment.refresh()

    rate = ipywidgets.FloatLogSlider(
        value=0.03,
        base=10,
        min=-4,
        max=1,
        step=0.25,
        description="taxa de aprendizado",
        readout_format=".4f",
        style=LABEL,
        layout=WIDE,
    )
    running = ipywidgets.ToggleButton(description="Treinar", tooltip="Começa ou pausa o treino")
    again = ipywidgets.Button(description="Reiniciar", tooltip="Volta aos pesos sorteados")
    running.observe(toggle, names="value")
    again.on_click(restart)
    experiment = Experiment(
        f"{names[0]} ou {names[1]}? Treine, pause, mude a taxa",
        "A perda a cada passo, o acerto no teste, e os filtros sorteados ao lado dos filtros de agora.",
        {"lr": rate, "running": running},
        canvas,
        paint,
        ipywidgets.VBox([rate, ipywidgets.HBox([running, again])]),
    )
    experiment.training, experiment.again = training, again
    return experiment
