"""The degradation of slide S62 on real digits: plain and residual networks of 20 and 56 layers.

``python -m lessonlib.nets.experiments.degradation`` trains every network with every seed and writes
``data/experiments/degradation.json``. After an interruption it goes on with the runs that are missing.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm.std import tqdm

from lessonlib import datasets

from .. import training
from ..models.cifar_resnet import cifar_resnet
from . import record

DEPTHS, SEEDS, EPOCHS, WIDTH, BATCH, LEARNING_RATE, DECAY = (20, 56), (0, 1, 2), 6, 8, 128, 0.1, 1e-4
COMMAND = "python -m lessonlib.nets.experiments.degradation"


def small_digits(split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits as 14×14 images, each pixel the mean of 2×2: a quarter of the work.

    Parameters
    ----------
    split : {"train", "test"}

    Returns
    -------
    images : ndarray of float32, shape (N, 1, 14, 14)
        0 (paper) to 1 (ink).
    labels : ndarray of int64, shape (N,)

    Examples
    --------
    >>> images, labels = small_digits("test")
    >>> images.shape, float(images.max()) <= 1
    ((2000, 1, 14, 14), True)
    """
    images, labels = datasets.digits(split)
    halves = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4), dtype=np.float32) / np.float32(255)
    return halves[:, np.newaxis], labels.astype(np.int64)


def network(depth: int, residual: bool, seed: int, width: int = WIDTH) -> nn.Module:
    """Make a network for those images; plain and residual ones of a seed start with the same weights."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return cifar_resnet(depth, residual, in_channels=1, image_size=14, width=width)


def run(depth: int, residual: bool, seed: int, epochs: int = EPOCHS, progress: bool = False,
        on_step: Callable | None = None) -> dict:
    """Train one network and return its curves, one value an epoch.

    The recipe is the paper's for CIFAR-10, shortened: SGD with momentum 0.9, batches of 128, weight decay
    10⁻⁴, learning rate 0.1 divided by 10 at half and at three quarters of the way.

    Returns
    -------
    dict
        ``depth, residual, seed``; ``train_loss``, the mean of the epoch's batches; ``train_error`` and
        ``test_error``, in per cent, of the weights after each epoch.
    """
    model, train, test = network(depth, residual, seed), small_digits("train"), small_digits("test")
    train_errors, steps = [], -(-len(train[0]) // BATCH)

    def note(step):
        if step.step % steps == 0:
            train_errors.append(100 * (1 - training.evaluate(model, train, batch_size=1000).accuracy))
        if on_step is not None:
            on_step(step)

    history = training.fit(model, train, test, epochs=epochs, batch_size=BATCH, optimizer="sgd",
                           lr=LEARNING_RATE, weight_decay=DECAY, schedule="steps", seed=seed, device="cpu",
                           progress=progress, on_step=note)
    errors = [100 * (1 - accuracy) for accuracy in history.val_accuracy]
    return {"depth": depth, "residual": residual, "seed": seed,
            "train_loss": [round(value, 4) for value in history.train_loss],
            "train_error": [round(value, 3) for value in train_errors],
            "test_error": [round(value, 3) for value in errors]}


def main(arguments: list[str] | None = None) -> int:
    """Run what is missing and save after each network; return 0."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Degradação: rede comum e residual.")
    parser.add_argument("--output", type=Path, default=record.default_path("degradation"), metavar="ARQUIVO")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads do PyTorch (padrão: 1)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    result = {
        "command": COMMAND, "data": "digits 14×14 (8000 train, 2000 test)", "width": WIDTH, "epochs": EPOCHS,
        "batch_size": BATCH, "optimizer": "sgd, momentum 0.9", "lr": LEARNING_RATE, "weight_decay": DECAY,
        "schedule": "lr / 10 at 1/2 and 3/4 of the steps", "machine": record.machine(), "runs": [],
    }
    if options.output.exists():
        result["runs"] = json.loads(options.output.read_text(encoding="utf-8"))["runs"]
    done = {(row["depth"], row["residual"], row["seed"]) for row in result["runs"]}
    plan = [(depth, residual, seed) for seed in SEEDS for depth in DEPTHS for residual in (False, True)]
    for point in tqdm([point for point in plan if point not in done], unit="rede", file=sys.stderr):
        result["runs"].append(run(*point))
        record.save(result, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
