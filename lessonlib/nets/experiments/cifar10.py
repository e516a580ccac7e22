"""The paper's own experiment: plain and residual networks on CIFAR-10, for a computer with a GPU.

``python -m lessonlib.nets.experiments.cifar10 56 --plain --data-root PASTA`` trains one network with the
recipe of He et al. (2015), §4.2, and writes its curves and what it ran on to a result file. The course shows
no number of this script that was not measured.
"""

import argparse
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
    add("--checkpoint", metavar="ARQUIVO", help="salva o treino e continua de onde parou")
    add("--output", type=Path, metavar="ARQUIVO", help="onde escrever o resultado")
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    model = cifar_resnet(options.depth, not options.plain)
    train, test = prepare(options.data_root, options.download)
    history = training.fit(
        model, train, test, epochs=options.epochs, batch_size=BATCH, optimizer="sgd", lr=LEARNING_RATE,
        weight_decay=DECAY, schedule=schedule(options.depth), seed=options.seed, device=options.device,
        checkpoint=options.checkpoint)
    errors = [round(100 * (1 - accuracy), 2) for accuracy in history.val_accuracy]
    kind = "plain" if options.plain else "residual"
    name = f"cifar10_{kind}{options.depth}_seed{options.seed}"
    flags = " --plain" * options.plain + f" --epochs {options.epochs} --seed {options.seed}"
    record.save({
        "command": f"{COMMAND} {options.depth}{flags}", "batch_size": BATCH, "lr": LEARNING_RATE,
        "weight_decay": DECAY, "machine": record.machine(),
        "runs": [{"depth": options.depth, "residual": not options.plain, "seed": options.seed,
                  "train_loss": [round(loss, 4) for loss in history.train_loss], "test_error": errors}],
    }, options.output or record.default_path(name))
    print(f"erro em {len(test)} imagens de teste: {errors[-1]:.2f} %".replace(".", ","))
    return 0


if __name__ == "__main__":
    sys.exit(main())
