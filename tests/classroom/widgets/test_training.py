"""The live training widget: it learns, pauses, restarts from the same weights, explains what went wrong."""

import asyncio

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets import training
from lessonlib.classroom.widgets.training import TwoClassTraining, mosaic


def three_or_eight(split, limit):
    images, labels = datasets.digits(split)
    chosen = np.flatnonzero((labels == 3) | (labels == 8))[:limit]
    return images[chosen], (labels[chosen] == 8).astype(int)


TRAIN, TEST = three_or_eight("train", 600), three_or_eight("test", 100)


def test_it_learns_and_a_restart_forgets():
    session = TwoClassTraining(*TRAIN, *TEST)
    first = session.filters.copy()
    session.advance(60, lr=0.03)
    assert session.steps == 60 and session.scores[-1][0] == 60 and session.scores[-1][1] > 0.85
    assert not np.allclose(session.filters, first)
    np.testing.assert_array_equal(session.first_filters, first)
    losses = list(session.losses)
    session.restart()
    np.testing.assert_array_equal(session.filters, first)
    assert session.steps == 0
    session.advance(60, lr=0.03)
    assert session.losses == losses


def test_first_step_is_that_of_torch():
    session = TwoClassTraining(*TRAIN, *TEST)
    convolution, linear = session.network.layers[0], session.network.layers[-1]
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 5),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(4),
        torch.nn.Flatten(),
        torch.nn.Linear(144, 2),
    )
    with torch.no_grad():
        for theirs, ours in ((network[0], convolution), (network[4], linear)):
            theirs.weight.copy_(torch.tensor(ours.weight))
            theirs.bias.copy_(torch.tensor(ours.bias))
    order = np.random.default_rng(0)
    order.bit_generator.state = session._rng.bit_generator.state
    batch = order.permutation(600)[:32]
    x = torch.tensor(TRAIN[0][batch][:, None] / np.float32(255))
    loss = torch.nn.functional.cross_entropy(network(x), torch.tensor(TRAIN[1][batch]))
    loss.backward()
    session.advance(1, lr=0.1)
    assert session.losses[0] == pytest.approx(loss.item(), rel=1e-5)
    expected = network[0].weight.detach() - 0.1 * network[0].weight.grad
    np.testing.assert_allclose(convolution.weight, expected, rtol=1e-4, atol=1e-6)


def test_steps_that_are_too_large_are_noticed():
    session = TwoClassTraining(*TRAIN, *TEST)
    session.advance(100, lr=10)
    assert session.diverged or session.silent


def test_labels_must_be_two_classes():
    with pytest.raises(ValueError, match="0 and 1"):
        TwoClassTraining(TRAIN[0], TRAIN[1] * 0, *TEST)


def test_mosaic_keeps_every_filter():
    first, now = np.arange(8.0).reshape(2, 2, 2), -np.arange(8.0).reshape(2, 2, 2)
    sheet = mosaic(first, now)
    assert sheet.shape == (5, 5)
    np.testing.assert_array_equal(sheet[:2, 3:], first[1])
    np.testing.assert_array_equal(sheet[3:, :2], now[0])
    assert np.isnan(sheet[2]).all() and np.isnan(sheet[:, 2]).all()


@pytest.fixture
def widget():
    return widgets.two_class_training(*TRAIN, *TEST, names=("3", "8"))


async def run_until(condition):
    for _ in range(2000):
        await asyncio.sleep(0.005)
        if condition():
            return
    raise AssertionError("the training task did not come this far")


def test_nothing_runs_before_the_button(widget):
    assert widget.training.steps == 0 and "Clique em Treinar" in widget.caption.value
    assert (
        "%" not in widget._repr_mimebundle_()[0]["text/html"].split("<p>")[-2]
    )  # no measured number is stored


def test_train_pause_go_on_and_restart(widget):
    running, steps = widget.controls["running"], widget.training

    async def lesson():
        running.value = True
        assert running.description == "Pausar"
        await run_until(lambda: steps.steps >= 8)
        running.value = False
        assert running.description == "Treinar"
        paused = steps.steps
        await asyncio.sleep(0.1)
        assert steps.steps == paused
        running.value = True
        await run_until(lambda: steps.steps > paused)
        widget.again.click()
        await asyncio.sleep(0.1)

    asyncio.run(lesson())
    assert steps.steps == 0 and running.value is False and "Clique em Treinar" in widget.caption.value


def test_it_stops_by_itself_and_says_so(widget, monkeypatch):
    monkeypatch.setattr(training, "LAST_STEP", 12)

    async def lesson():
        widget.controls["running"].value = True
        await run_until(lambda: not widget.controls["running"].value)

    asyncio.run(lesson())
    assert widget.training.steps == 12 and "Acabaram os passos" in widget.caption.value


def test_a_rate_that_is_too_high_is_explained(widget):
    widget.controls["lr"].value = 10

    async def lesson():
        widget.controls["running"].value = True
        await run_until(lambda: not widget.controls["running"].value)

    asyncio.run(lesson())
    assert "Diminua a taxa" in widget.caption.value
    assert widget.training.steps < training.LAST_STEP
