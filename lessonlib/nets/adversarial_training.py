"""Training as a game for two: an attacker changes the images of each batch, the network learns from those.

A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A. Vladu, *Towards Deep Learning Models Resistant to Adversarial
Attacks*, ICLR 2018, arXiv:1706.06083: min over the weights of the mean of the max over the changes.
"""

import math
import os
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessonlib.datasets.files import read_data_file

from . import attacks, training
from .attacks.checks import as_size
from .data import as_count, as_dataset
from .models.small_cnn import DigitCnn, digit_cnn

ATTACKS = ("none", "fgsm", "pgd")
DEFENDERS = ("standard", "fgsm", "pgd")
WEIGHTS_FILE = "digit_defenders.npz"


def fit(model: nn.Module, train, val=None, *, attack: str = "pgd", eps: float = 0.3, attack_steps: int = 7,
        warm_up: float = 0.5, epochs: int = 8, batch_size: int = 100, lr: float = 3e-3,
        schedule: str | Callable = "one_cycle", seed: int = 0, device: torch.device | str | None = None,
        progress: bool = True, on_step: Callable[[training.TrainingStep], None] | None = None
        ) -> training.History:
    """Train ``model`` in place on images that are attacked as they come, with `training.fit`.

    Each batch is attacked with the weights of that moment, so attacker and network move in turns. Strong
    attacks on a network that knows nothing yet can stop it from learning anything (it answers one class
    for every image): so ε grows from 0 during the first part of the training.

    Parameters
    ----------
    model : torch.nn.Module
        Takes pixels in 0..1 and returns scores (N, K).
    train, val : pair (images, labels) or torch.utils.data.Dataset
        As for `lessonlib.nets.training.fit`; pixels in 0..1. ``val`` is measured without attacks.
    attack : {"none", "fgsm", "pgd"}
        What is done to each batch: nothing (ordinary training), one step, or several steps from a random
        start, in the L∞ norm.
    eps : float
        Largest change of a pixel, ≥ 0.
    attack_steps : int
        Steps of PGD, at least 1: training takes ``attack_steps`` + 1 times as long as without attack.
    warm_up : float
        Share of all the steps, 0 to 1, during which ε grows linearly from 0; with 0, ε is there at once.
    epochs, batch_size, lr, schedule, seed, device, progress, on_step
        As for `lessonlib.nets.training.fit`. ``seed`` is also of the random starts.

    Returns
    -------
    lessonlib.nets.training.History
        Its training losses are those of the attacked images; ``val_loss`` and ``val_accuracy`` are clean.

    Raises
    ------
    ValueError
        If an argument is wrong.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> from lessonlib.nets import adversarial_training, models
    >>> images, labels = datasets.digits("train")
    >>> history = adversarial_training.fit(models.digit_cnn(width=4), (images[:200], labels[:200]), epochs=1,
    ...                                    attack_steps=2, progress=False)
    >>> len(history.step_loss)
    2
    """
    if attack not in ATTACKS:
        raise ValueError(f"attack must be one of {', '.join(map(repr, ATTACKS))}, got {attack!r}")
    if not 0 <= as_size("warm_up", warm_up) <= 1:
        raise ValueError(f"warm_up must be in 0..1, got {warm_up!r}")
    eps, attack_steps = as_size("eps", eps), as_count("attack_steps", attack_steps)
    train = as_dataset(train)
    steps = as_count("epochs", epochs) * math.ceil(len(train) / as_count("batch_size", batch_size))
    radii = _radii(eps, math.ceil(warm_up * steps))
    seeds = iter(range(seed * steps, (seed + 1) * steps))

    def change(images: Tensor, labels: Tensor) -> Tensor:
        radius, start = next(radii), next(seeds)
        if attack == "none" or radius == 0:
            return images
        if attack == "fgsm":
            return attacks.fgsm(model, images, labels, radius)
        return attacks.pgd(model, images, labels, radius, steps=attack_steps, seed=start)

    player = _Player(model)

    def loss(output: Tensor, labels: Tensor) -> Tensor:
        scores = model(change(output, labels)) if player.training else output
        return F.cross_entropy(scores, labels)

    return training.fit(player, train, val, epochs=epochs, batch_size=batch_size, lr=lr, loss=loss,
                        schedule=schedule, seed=seed, device=device, mixed_precision=False, progress=progress,
                        on_step=on_step)


class _Player(nn.Module):
    """The model, which passes the images on in training: there the loss attacks them first."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        return x if self.training else self.model(x)


def _radii(eps: float, warm_up: int) -> Iterator[float]:
    """Yield ε for each step: in equal rises from 0, then constant."""
    yield from (eps * step / warm_up for step in range(warm_up))
    while True:
        yield eps


def save_weights(networks: Mapping[str, nn.Module], path: str | os.PathLike) -> None:
    """Write the weights of several networks to one npz file: float32 arrays called ``name/parameter``.

    Parameters
    ----------
    networks : mapping of str to torch.nn.Module
    path : path
        Written over if it exists.
    """
    arrays = {f"{name}/{key}": value.detach().cpu().numpy().astype(np.float32)
              for name, network in networks.items() for key, value in network.state_dict().items()}
    content = BytesIO()
    np.savez(content, **arrays)
    Path(path).write_bytes(content.getvalue())


def defenders() -> dict[str, DigitCnn]:
    """Return the three trained networks that ship with the course, by how each was trained.

    The same `digit_cnn`, the same digits, ε = 0.3: ``python -m
    lessonlib.nets.experiments.adversarial_training`` trained them and measured them
    (``data/experiments/adversarial_training.json``).

    Returns
    -------
    dict of str to DigitCnn
        ``"standard"``, ``"fgsm"`` and ``"pgd"``, new objects in evaluation mode, on the CPU, with fixed
        weights (``requires_grad`` False).

    Raises
    ------
    lessonlib.datasets.DataFileError
        If the file is missing or is not the one that the course ships.

    Examples
    --------
    >>> from lessonlib.nets import adversarial_training
    >>> list(adversarial_training.defenders())
    ['standard', 'fgsm', 'pgd']
    """
    with np.load(BytesIO(read_data_file(WEIGHTS_FILE)), allow_pickle=False) as arrays:
        weights = {key: torch.from_numpy(arrays[key]) for key in arrays.files}
    networks = {}
    for name in DEFENDERS:
        network = digit_cnn()
        network.load_state_dict({key.removeprefix(f"{name}/"): value for key, value in weights.items()
                                 if key.startswith(f"{name}/")})
        networks[name] = network.eval().requires_grad_(False)
    return networks
