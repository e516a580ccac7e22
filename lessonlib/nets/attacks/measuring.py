"""How often a network is right when somebody tries to make it wrong."""

import sys
from collections.abc import Callable

import torch
from torch import Tensor, nn
from tqdm.std import tqdm

from ..data import as_count
from .bounded import fooled
from .checks import as_labels, check_images
from .gradients import attacked, scores_of


def robust_accuracy(model: nn.Module, x: Tensor, y: Tensor,
                    attack: Callable[[nn.Module, Tensor, Tensor], Tensor] | None = None, *,
                    batch_size: int = 250, progress: bool = False) -> float:
    """Return the share of right answers, 0 to 1, for images that an attack has changed.

    It is an upper bound: a better attack may leave less.

    Parameters
    ----------
    model : torch.nn.Module
        Takes pixels in 0..1 and returns scores (N, K). Used in evaluation mode and left as it was.
    x : Tensor of floats, shape (N, C, H, W)
        Pixels in 0..1.
    y : Tensor of int64, shape (N,)
        Right class of each image.
    attack : callable, optional
        Takes the model, images and classes and returns images, for example
        ``lambda *batch: attacks.pgd(*batch, eps=0.2)``; by default nothing is changed.
    batch_size : int
        Images at a time.
    progress : bool
        Show a progress bar on standard error.

    Raises
    ------
    ValueError
        If an argument is not as above.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import attacks, models
    >>> network, x = models.lenet5(), torch.rand(8, 1, 28, 28)
    >>> attacks.robust_accuracy(network, x, network(x).argmax(dim=1))
    1.0
    """
    check_images(model, x)
    y, batch_size = as_labels("y", y, x), as_count("batch_size", batch_size)
    right = 0
    for start in tqdm(range(0, len(x), batch_size), unit="lote", disable=not progress, file=sys.stderr):
        images, labels = x[start:start + batch_size], y[start:start + batch_size]
        if attack is not None:
            images = attack(model, images, labels)
        with attacked(model), torch.no_grad():
            right += int((~fooled(scores_of(model, images), labels)).sum())
    return right / len(x)
