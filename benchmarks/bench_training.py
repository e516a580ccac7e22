"""Training on the course's digits: how long, and whether it learns what the lessons promise.

The "peer" of a training run is the time that the lesson allows for it; of a step, a plain PyTorch loop.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from timing import compare

from lessonlib import datasets
from lessonlib.nets import models, training
from lessonlib.reference import layers


def _row(name, train, accuracy, seconds):
    start = time.perf_counter()
    reached = train()
    taken = time.perf_counter() - start
    return {"name": f"{name}: {100 * reached:.2f} %", "ours_ms": 1e3 * taken, "peer": "limit",
            "peer_ms": 1e3 * seconds, "goal": f"{100 * accuracy:g} % within {seconds} s",
            "ok": reached >= accuracy and taken <= seconds}


def _numpy_network():
    """Lesson 07's network, of the course's own layers, three epochs of SGD."""
    (x, y), (x_test, y_test) = datasets.digits("train"), datasets.digits("test")
    x, x_test = (images[:, None] / np.float32(255) for images in (x, x_test))
    rng = np.random.default_rng(0)
    network = layers.Sequential(
        layers.Conv2d(1, 8, 5, rng=rng), layers.ReLU(), layers.MaxPool2d(2),
        layers.Conv2d(8, 16, 5, rng=rng), layers.ReLU(), layers.MaxPool2d(2),
        layers.Flatten(), layers.Linear(256, 10, rng=rng))
    for _ in layers.train(network, x, y, epochs=3):
        pass
    return layers.accuracy(network, x_test, y_test)


def _modern_lenet():
    torch.manual_seed(0)
    history = training.fit(models.lenet5(), datasets.digits("train"), datasets.digits("test"), epochs=10,
                           batch_size=64, lr=5e-3, progress=False)
    return history.val_accuracy[-1]


def _one_epoch() -> dict:
    """One epoch of LeNet by `training.fit` and by the loop of every PyTorch tutorial, on the same digits."""
    images, labels = datasets.digits("train")
    images, labels = images[:4096], labels[:4096]
    x, y = torch.from_numpy(images)[:, None].float() / 255, torch.from_numpy(labels).long()
    batches = len(x) // 64

    def plain():
        torch.manual_seed(0)
        model = models.lenet5().train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=batches)
        for order in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(x[order]), y[order]).backward()
            optimizer.step()
            schedule.step()

    def ours():
        torch.manual_seed(0)
        training.fit(models.lenet5(), (images, labels), epochs=1, batch_size=64, lr=5e-3, progress=False)

    return compare("training.fit, LeNet-5, 64 batches of 64", ours, "plain loop", plain, at_most=1.25)


def rows() -> list[dict]:
    """Return one row for each network that a lesson trains live, and one for the cost of `fit` itself."""
    return [
        _one_epoch(),
        _row("NumPy CNN, 3 epochs of 8,000 digits", _numpy_network, 0.95, 60),
        _row("LeNet-5, 10 epochs of 8,000 digits", _modern_lenet, 0.97, 30),
    ]
