"""The targeted attack: change the image until the network gives the answer that was chosen for it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..data import as_count
from .balls import project
from .checks import as_labels, as_size, check_images, check_scores
from .gradients import attacked, loss_gradient, scores_of


@dataclass(frozen=True)
class TargetedResult:
    """What `targeted` reached for each of N images.

    Attributes
    ----------
    images : Tensor, shape (N, C, H, W)
        The first image that reached the confidence; if none did, the one that came closest.
    confidence : Tensor, shape (N,)
        Probability that the model gives to the target for that image, 0 to 1.
    steps : Tensor of int64, shape (N,)
        Steps that were taken up to that image; ``max_steps`` if it was not reached.
    succeeded : Tensor of bool, shape (N,)
        Whether the confidence was reached.
    """

    images: Tensor
    confidence: Tensor
    steps: Tensor
    succeeded: Tensor


def targeted(model: nn.Module, x: Tensor, target: Tensor | int, eps: float, step: float | None = None,
             max_steps: int = 50, confidence: float = 0.99, *,
             on_step: Callable[[int, Tensor, Tensor], None] | None = None) -> TargetedResult:
    """Step down the loss of a chosen class, x ← x - step·sign(∇ₓJ(θ, x, target)), until the model is sure.

    Each image stops when it reaches the confidence; the others go on. No pixel ever gets farther than
    ``eps`` from where it was, nor out of 0..1.

    Parameters
    ----------
    model : torch.nn.Module
        Takes pixels in 0..1 and returns scores (N, K). Used in evaluation mode and left as it was.
    x : Tensor of floats, shape (N, C, H, W)
        Pixels in 0..1.
    target : Tensor of int64, shape (N,), or int
        Class that each image shall be taken for, 0 to K - 1.
    eps : float
        Largest change of a pixel, ≥ 0.
    step : float, optional
        Change of a pixel in one step, > 0; by default eps/4.
    max_steps : int
        At least 1.
    confidence : float
        Probability to reach, above 0 and below 1.
    on_step : callable, optional
        Called after each step, and with step 0 before the first, with the step, the probabilities of the
        targets (N,) and the images: for a progress bar or an animation.

    Returns
    -------
    TargetedResult

    Raises
    ------
    ValueError
        If an argument is not as above.

    References
    ----------
    A. Kurakin, I. Goodfellow, S. Bengio, *Adversarial examples in the physical world*, 2016,
    arXiv:1607.02533 (the iterated step toward a class).

    Examples
    --------
    >>> import torch
    >>> from torch import nn
    >>> from lessonlib.nets import attacks
    >>> _ = torch.manual_seed(0)
    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    >>> attacks.targeted(network, torch.rand(3, 1, 28, 28), 7, eps=0.5, confidence=0.8).succeeded
    tensor([True, True, True])
    """
    check_images(model, x)
    eps, target = as_size("eps", eps), as_labels("target", target, x)
    step = eps / 4 if step is None else as_size("step", step, above_zero=True)
    max_steps = as_count("max_steps", max_steps)
    if not 0 < as_size("confidence", confidence) < 1:
        raise ValueError(f"confidence must be above 0 and below 1, got {confidence!r}")
    with attacked(model):
        original = x.detach().clone()
        moved, best = original.clone(), original.clone()
        scores = scores_of(model, moved)
        check_scores("target", target, scores)
        reached = _probability(scores, target)
        taken = torch.where(reached >= confidence, 0, max_steps)
        if on_step is not None:
            on_step(0, reached.clone(), best.clone())
        for number in range(1, max_steps + 1):
            active = (reached < confidence).nonzero()[:, 0]
            if len(active) == 0:
                break
            gradient, _ = loss_gradient(model, moved[active], target[active])
            moved[active] = project(moved[active] - step * gradient.sign(), original[active], eps, "linf")
            now = _probability(scores_of(model, moved[active]), target[active])
            better = now > reached[active]
            best[active[better]], reached[active[better]] = moved[active[better]], now[better]
            taken[active[now >= confidence]] = number
            if on_step is not None:
                on_step(number, reached.clone(), best.clone())
    return TargetedResult(best, reached, taken, reached >= confidence)


def _probability(scores, classes):
    return scores.softmax(dim=1).gather(1, classes[:, None])[:, 0]
