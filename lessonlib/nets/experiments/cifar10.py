"""The paper's own experiment: plain and residual networks on CIFAR-10, for a computer with a GPU.

``python -m lessonlib.nets.experiments.cifar10 56 --plain --data-root PASTA`` trains one network with the
recipe of He et al. (2015), §4.2, and writes its curves and what it ran on to a result file; networks that
name the same file with ``--output`` share it. Four of them are in ``data/experiments/cifar10.json``.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, optim

from lessonlib import datasets

from .. import training
from ..data import ArrayDataset
from ..models.cifar_resnet import cifar_resnet
from . import record

EPOCHS, BATCH, LEARNING_RATE, DECAY = 164, 128, 0.1, 1e-4  # 164 epochs of 391 steps: the paper's 64,000
WARM_UP_FROM, WARM_UP_STEPS = 110, 400  # with 110 layers the paper starts at 0.01 until it learns anything
COMMAND = "python -m lessonlib.nets.experiments.cifar10"


class Augmented(ArrayDataset):
    """Images that are padded by 4 zeros, cropped at a random place and flipped half of the time.

    Parameters
    ----------
    images : array_like of float32, shape (N, C, H, W)
        With the mean image subtracted, so that the zeros around are grey.
    labels : array_like of int, shape (N,)

    Examples
    --------
    >>> images, labels = Augmented(np.ones((5, 3, 32, 32), np.float32), [0, 1, 2, 3, 4])[[0, 1, 2]]
    >>> images.shape
    torch.Size([3, 3, 32, 32])
    """

    def __getitem__(self, index) -> tuple[Tensor, Tensor]:
        images, labels = super().__getitem__(index)
        single = images.ndim == 3
        images = images[None] if single else images
        count, _, height, width = images.shape
        padded = torch.nn.functional.pad(images, (4, 4, 4, 4))
        rows = torch.randint(9, (count, 1)) + torch.arange(height)
        columns = torch.randint(9, (count, 1)) + torch.arange(width)
        flipped = torch.rand(count, 1) < 0.5
        columns = torch.where(flipped, columns.flip(1), columns)
        # Indices (N, H, 1) and (N, 1, W) around the slice put the channels last.
        cropped = padded[torch.arange(count)[:, None, None], :, rows[:, :, None], columns[:, None, :]]
        images = cropped.movedim(-1, 1)
        return (images[0] if single else images), labels

    __getitems__ = __getitem__


def prepare(root, download: bool) -> tuple[Augmented, ArrayDataset]:
    """Return CIFAR-10 with the mean training image subtracted; only the training part is augmented."""
    train, test = (datasets.cifar10(part, root=root, download=download) for part in ("train", "test"))
    mean = train[0].mean(axis=0, dtype=np.float64)
    scaled = [((images - mean) / 255).astype(np.float32).transpose(0, 3, 1, 2) for images, _ in (train, test)]
    return Augmented(scaled[0], train[1]), ArrayDataset(scaled[1], test[1])


def schedule(depth: int):
    """Return the learning rate's schedule: / 10 at half and at three quarters, after a warm-up if deep."""
    def make(optimizer: optim.Optimizer, steps: int):
        def factor(step: int) -> float:
            if depth >= WARM_UP_FROM and step < WARM_UP_STEPS:
                return 0.1
            return 1.0 if step < steps // 2 else 0.1 if step < steps * 3 // 4 else 0.01

        return optim.lr_scheduler.LambdaLR(optimizer, factor)
    return make


def _error(accuracy: float) -> float:
    return round(100 * (1 - accuracy), 2)


def _others(path: os.PathLike, recipe: dict, run: dict) -> list[dict]:
    """Return the runs of the result file, if it exists, but ``run``'s: all must be of one recipe."""
    try:
        result = json.loads(Path(path).read_text("utf-8"))
        runs = result.pop("runs")
    except FileNotFoundError:
        return []
    except (ValueError, LookupError, AttributeError) as error:
        raise ValueError(f"{path} não é um arquivo de resultado; escolha outro com --output.") from error
    if differ := [name for name in recipe if result.get(name) != recipe[name]]:
        raise ValueError(f"{path} é de outro treino ({', '.join(differ)}); escolha outro com --output.")
    network = ("depth", "residual", "seed")
    return [other for other in runs if any(other[name] != run[name] for name in network)]


def main(arguments: list[str] | None = None) -> int:
    """Train one network as the command line says, write its result file, and return 0."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="ResNet no CIFAR-10, receita do artigo.")
    add = parser.add_argument
    add("depth", type=int, metavar="camadas", help="6n + 2: 20, 32, 44, 56, 110, 1202")
    add("--plain", action="store_true", help="sem atalhos")
    add("--epochs", type=int, default=EPOCHS, metavar="N", help=f"padrão: {EPOCHS}")
    add("--seed", type=int, default=0, metavar="N", help="semente (padrão: 0)")
    add("--data-root", metavar="PASTA", help="onde está o CIFAR-10 (padrão: data/downloads)")
    add("--download", action="store_true", help="baixa o CIFAR-10 se não estiver lá")
    add("--device", metavar="NOME", help="cpu, cuda, mps (padrão: o primeiro que houver)")
    add("--workers", type=int, default=0, metavar="N", help="processos que preparam os lotes (padrão: 0)")
    add("--checkpoint", metavar="ARQUIVO", help="salva o treino e continua de onde parou")
    add("--output", type=Path, metavar="ARQUIVO", help="onde escrever o resultado")
    options = parser.parse_args(arguments)
    kind = "plain" if options.plain else "residual"
    name = f"cifar10_{kind}{options.depth}_seed{options.seed}"
    output = options.output or record.default_path(name)
    recipe = {"command": f"{COMMAND} DEPTH [--plain] --epochs {options.epochs} --seed SEED",
              "epochs": options.epochs, "batch_size": BATCH, "lr": LEARNING_RATE, "weight_decay": DECAY,
              "machine": record.machine()}
    run = {"depth": options.depth, "residual": not options.plain, "seed": options.seed}
    try:
        _others(output, recipe, run)
    except ValueError as error:
        parser.error(str(error))
    torch.manual_seed(options.seed)
    model = cifar_resnet(options.depth, not options.plain)
    train, test = prepare(options.data_root, options.download)
    history = training.fit(
        model, train, test, epochs=options.epochs, batch_size=BATCH, optimizer="sgd", lr=LEARNING_RATE,
        weight_decay=DECAY, schedule=schedule(options.depth), seed=options.seed, device=options.device,
        mixed_precision=False, checkpoint=options.checkpoint, num_workers=options.workers)
    as_they_are = training.evaluate(model, ArrayDataset(train.images, train.labels), device=options.device)
    run |= {"train_loss": [round(loss, 4) for loss in history.train_loss],
            "test_error": [_error(accuracy) for accuracy in history.val_accuracy],
            "final_train_error": _error(as_they_are.accuracy)}
    record.save(recipe | {"runs": [*_others(output, recipe, run), run]}, output)
    print(f"erro em {len(test)} imagens de teste: {run['test_error'][-1]:.2f} %".replace(".", ","))
    return 0


if __name__ == "__main__":
    sys.exit(main())
