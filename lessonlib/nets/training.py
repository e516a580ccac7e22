"""Training a network: on a CPU or a GPU, in one process or many, and again from where it was stopped."""

import os
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import data as batching
from . import parallel
from .evaluation import Evaluation, confusion_matrix, evaluate, predict
from .parallel import device
from .training_run import History, Run, Settings, TrainingStep

__all__ = ["Evaluation", "History", "TrainingStep", "confusion_matrix", "device", "evaluate", "fit",
           "predict"]


def fit(model: nn.Module, train, val=None, *, epochs: int = 10, batch_size: int = 64,
        optimizer: str | Callable = "adamw", lr: float = 3e-3, weight_decay: float = 0.01,
        schedule: str | Callable = "one_cycle", loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
        seed: int = 0, device: torch.device | str | None = None, mixed_precision: bool | None = None,
        checkpoint: str | os.PathLike | None = None, checkpoint_every: int | None = None, resume: bool = True,
        num_workers: int = 0, progress: bool = True,
        on_step: Callable[[TrainingStep], None] | None = None) -> History:
    """Train ``model`` in place and leave it in evaluation mode.

    The same call works alone and under ``torchrun``: there each process takes its share of every batch and
    the gradients are averaged (`DistributedDataParallel`), so the result is that of one process. Batch
    normalisation is the exception: each process normalises by its own share.

    Parameters
    ----------
    model : torch.nn.Module
        Takes a batch of images and returns what ``loss`` takes, usually scores (N, K).
    train, val : pair (images, labels) or torch.utils.data.Dataset
        uint8 pixels (N, H, W) or (N, H, W, C), as `lessonlib.datasets` returns them, become floats in 0..1,
        (N, C, H, W); floats stay as they are. ``val`` is measured after each epoch and may be left out.
    epochs, batch_size : int
        Times that all the data are seen; images in one step, of all the processes together.
    optimizer : {"adamw", "adam", "sgd"} or callable
        Or a function that takes the weights and returns an optimiser; it then ignores ``lr``.
    lr, weight_decay : float
        Highest learning rate, > 0; weight decay, ≥ 0.
    schedule : {"one_cycle", "cosine", "steps", "constant"} or callable
        How the learning rate changes; or a function of the optimiser and the number of steps.
    loss : callable
        Mean loss of a batch, from the model's output and the labels.
    seed : int
        Of the order of the images and of dropout. The program's own random numbers are left untouched. To
        repeat a run, make the model after ``torch.manual_seed`` too.
    device : optional
        Where to compute; by default a GPU if there is one.
    mixed_precision : bool, optional
        Compute in 16 bits where it is safe; by default only on CUDA (which also gets channels-last images).
    checkpoint : path, optional
        File to save to, after each epoch and every ``checkpoint_every`` steps, and to go on from: a run
        that was killed ends, on a CPU, with the weights it would have had. All processes must see it.
    resume : bool
        Whether to go on from ``checkpoint`` if it exists; if not, it is written over.
    num_workers : int
        Processes that prepare batches; 0 is best for small images in memory.
    progress : bool
        Show a progress bar (on standard error, rank 0 only).
    on_step : callable, optional
        Called with a `TrainingStep` after each step (on a GPU, some steps at a time).

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If an argument is wrong, or ``checkpoint`` is of another run.
    FloatingPointError
        As soon as a loss is not finite. The checkpoint, if any, is from before.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> from lessonlib.nets import models, training
    >>> images, labels = datasets.digits("train")
    >>> history = training.fit(models.lenet5(), (images[:256], labels[:256]), epochs=2, progress=False)
    >>> len(history.train_loss), len(history.step_loss)
    (2, 8)
    """
    settings = Settings(epochs, batch_size, optimizer, lr, weight_decay, schedule, loss, seed,
                        mixed_precision, num_workers)
    every = None if checkpoint_every is None else batching.as_count("checkpoint_every", checkpoint_every)
    train = batching.as_dataset(train)
    val = None if val is None else batching.as_dataset(val)
    team = parallel.join(device)
    if batch_size % team.size:
        raise ValueError(f"batch_size must be a multiple of the {team.size} processes, got {batch_size}")
    with torch.random.fork_rng([team.device] if team.device.type == "cuda" else []):
        torch.manual_seed(seed + team.rank)  # dropout must differ between processes
        run = Run(model, train, team, settings)
        if checkpoint is not None and resume and os.path.exists(checkpoint):
            run.restore(checkpoint)
        return run.go(val, checkpoint, every, progress, on_step)
