"""The gradient of the loss with respect to the pixels, from a model that stays as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..evaluation import in_evaluation_mode
from .checks import as_labels, check_images, check_scores


@contextmanager
def attacked(model: nn.Module) -> Iterator[None]:
    """Put the model in evaluation mode, with gradients possible, and leave it afterwards as it was.

    Also works inside ``torch.no_grad()`` and ``torch.inference_mode()``.
    """
    with in_evaluation_mode(model), torch.inference_mode(False), torch.enable_grad():
        yield


def loss_gradient(model: nn.Module, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return (gradient, scores): of the cross-entropy of each image, at ``x``. Inside `attacked`.

    The losses are added up, not averaged, so that the gradient of an image does not depend on how many
    others are in the batch. Only the gradient of the pixels is computed: nothing is added to a weight's.
    """
    x, y = x.detach().requires_grad_(), y.clone()  # labels made in inference mode cannot be used here
    scores = model(x)
    check_scores("y", y, scores)
    (gradient,) = torch.autograd.grad(F.cross_entropy(scores, y, reduction="sum"), x)
    if not gradient.isfinite().all():
        raise FloatingPointError("the gradient of the pixels is not finite: look for NaN in the weights")
    return gradient, scores.detach()


def scores_of(model: nn.Module, x: Tensor) -> Tensor:
    """Return the model's scores without a graph. Inside `attacked`."""
    with torch.no_grad():
        return model(x)


def input_gradient(model: nn.Module, x: Tensor, y: Tensor | int) -> Tensor:
    """Return ∇ₓJ(θ, x, y): how each pixel changes the cross-entropy of its image.

    Parameters
    ----------
    model : torch.nn.Module
        Takes pixels in 0..1 and returns scores (N, K).
    x : Tensor of floats, shape (N, C, H, W)
        Pixels in 0..1.
    y : Tensor of int64, shape (N,), or int
        Class of each image, 0 to K - 1.

    Returns
    -------
    Tensor
        Same shape, type and device as ``x``.

    Raises
    ------
    ValueError
        If an argument is not as above.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import attacks, models
    >>> attacks.input_gradient(models.lenet5(), torch.rand(2, 1, 28, 28), 3).shape
    torch.Size([2, 1, 28, 28])
    """
    check_images(model, x)
    with attacked(model):
        return loss_gradient(model, x.detach().clone(), as_labels("y", y, x))[0]
