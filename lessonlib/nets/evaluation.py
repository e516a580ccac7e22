"""Measuring a trained network."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import data as batching
from . import parallel


class Evaluation(NamedTuple):
    """Mean loss, share of right answers (0 to 1), and number of images measured."""

    loss: float
    accuracy: float
    count: int


@contextmanager
def in_evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Put the model in evaluation mode, and each of its modules afterwards in the mode it had."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        yield
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def measuring(model: nn.Module) -> Iterator[None]:
    """Put the model in evaluation mode, without gradients, and leave it afterwards as it was."""
    with in_evaluation_mode(model), torch.inference_mode():
        yield


def evaluate(model: nn.Module, data, *, batch_size: int = 256, device: torch.device | str | None = None,
             loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy, num_workers: int = 0) -> Evaluation:
    """Measure loss and accuracy on a data set. Under ``torchrun`` each process measures its part.

    Parameters
    ----------
    model : torch.nn.Module
        Returns scores (N, K). Its mode (training or evaluation) is put back afterwards.
    data : pair (images, labels) or torch.utils.data.Dataset
        See `lessonlib.nets.training.fit`.
    batch_size : int
        Images at a time, in each process.
    device : optional
        Where to compute; by default where the model is.
    loss : callable
        Mean loss of a batch from scores and labels.
    num_workers : int
        Processes that prepare batches.

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If the data are empty or not of those kinds.

    Examples
    --------
    >>> import torch
    >>> from lessonlib import datasets
    >>> from lessonlib.nets import models, training
    >>> _ = torch.manual_seed(0)
    >>> result = training.evaluate(models.lenet5(), datasets.digits("test"))
    >>> result.count, result.accuracy < 0.3
    (2000, True)
    """
    dataset, team = batching.as_dataset(data), parallel.join(_where(model, device))
    model.to(team.device)
    sums = [0.0, 0.0, 0.0]
    with measuring(model):
        batches = batching.in_order(dataset, batch_size, team, num_workers)
        for images, labels in batching.to_device(batches, model, team.device):
            scores = model(images)
            right = (scores.argmax(dim=1) == labels).sum().item()
            for i, value in enumerate((loss(scores, labels).item() * len(labels), right, len(labels))):
                sums[i] += value
    total_loss, right, count = parallel.add_up(sums, team)
    return Evaluation(total_loss / count, right / count, int(count))


def predict(model: nn.Module, images, *, batch_size: int = 256,
            device: torch.device | str | None = None) -> Tensor:
    """Return the class scores of images, (N, K), on the CPU, in the images' order.

    Parameters
    ----------
    model : torch.nn.Module
    images : array_like or torch.Tensor
        uint8 pixels (N, H, W) or (N, H, W, C), or floats as the model takes them.
    batch_size : int
        Images at a time.
    device : optional
        Where to compute; by default where the model is.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> from lessonlib.nets import models, training
    >>> images, labels = datasets.digits("test")
    >>> training.predict(models.lenet5(), images[:5]).shape
    torch.Size([5, 10])
    """
    where = _where(model, device)
    dataset = batching.ArrayDataset(images, np.zeros(len(images), np.int64))
    model.to(where)
    with measuring(model):
        batches = batching.in_order(dataset, batch_size, parallel.Team(0, 1, where))
        scores = [model(part).float().cpu() for part, _ in batching.to_device(batches, model, where)]
    return torch.cat(scores).clone()  # outside inference mode: an ordinary tensor


def confusion_matrix(labels, predictions, num_classes: int | None = None) -> np.ndarray:
    """Count how often each class was taken for each other.

    Parameters
    ----------
    labels, predictions : array_like or torch.Tensor of int, shape (N,)
        Right classes and the network's answers.
    num_classes : int, optional
        By default one more than the largest number seen.

    Returns
    -------
    ndarray of int64, shape (K, K)
        Row: right class. Column: answer. The diagonal holds the right answers.

    Raises
    ------
    ValueError
        If the lengths differ, or a number is not a class.

    Examples
    --------
    >>> from lessonlib.nets import training
    >>> training.confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    for name, values in (("labels", labels), ("predictions", predictions)):
        if values.ndim != 1 or len(values) == 0 or values.dtype.kind not in "iu":
            raise ValueError(f"{name} must be whole numbers of shape (N,), N >= 1, got shape {values.shape} "
                             f"and dtype {values.dtype}")
    if len(labels) != len(predictions):
        raise ValueError(f"predictions must be as many as labels, {len(labels)}, got {len(predictions)}")
    least, most = (int(f(np.append(labels, predictions))) for f in (np.min, np.max))
    classes = most + 1 if num_classes is None else num_classes
    if least < 0 or most >= classes:
        raise ValueError(f"labels and predictions must lie in 0..{classes - 1}, got {least}..{most}")
    pairs = labels.astype(np.int64) * classes + predictions.astype(np.int64)
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def _where(model, device):
    if device is not None:
        return parallel.device(device)
    return next((p.device for p in model.parameters()), torch.device("cpu"))
