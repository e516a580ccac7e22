"""The worst image that is found within ε of a photo: FGSM in one step, PGD in many."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..data import as_count
from .balls import project, random_point, steepest
from .checks import as_labels, as_size, check_images, check_norm, check_scores
from .gradients import attacked, loss_gradient, scores_of

OVERSHOOT = 2.5  # of the radius that all the steps together can walk: from one side of the ball to the other


def fgsm(model: nn.Module, x: Tensor, y: Tensor | int, eps: float) -> Tensor:
    """Fast gradient sign method: one step, x + ε·sign(∇ₓJ(θ, x, y)), cut to the box of the pixels.

    Parameters
    ----------
    model : torch.nn.Module
        Takes pixels in 0..1 and returns scores (N, K). Used in evaluation mode and left as it was.
    x : Tensor of floats, shape (N, C, H, W)
        Pixels in 0..1.
    y : Tensor of int64, shape (N,), or int
        Class of each image, 0 to K - 1: the answer to move away from.
    eps : float
        Largest change of a pixel, ≥ 0, in the unit of the pixels: 8 levels of 256 are 8/255.

    Returns
    -------
    Tensor
        Images like ``x``, in 0..1, with no pixel farther than ``eps`` (to the rounding of its type).

    Raises
    ------
    ValueError
        If an argument is not as above.

    References
    ----------
    I. Goodfellow, J. Shlens, C. Szegedy, *Explaining and Harnessing Adversarial Examples*, ICLR 2015,
    arXiv:1412.6572.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import attacks, models
    >>> x = torch.rand(2, 1, 28, 28)
    >>> changed = attacks.fgsm(models.lenet5(), x, 3, eps=0.1)
    >>> f"{(changed - x).abs().max():.3f}"
    '0.100'
    """
    check_images(model, x)
    eps, y = as_size("eps", eps), as_labels("y", y, x)
    with attacked(model):
        x = x.detach().clone()
        return project(x + eps * loss_gradient(model, x, y)[0].sign(), x, _each(eps, x), "linf")


def pgd(model: nn.Module, x: Tensor, y: Tensor | int, eps: float, step: float | None = None,
        steps: int = 40, *, norm: str = "linf", random_start: bool = True, restarts: int = 1,
        seed: int = 0) -> Tensor:
    """Projected gradient descent: many small steps up the loss, each brought back into the ball.

    Parameters
    ----------
    model, x, y
        As for `fgsm`.
    eps : float
        Radius of the ball, ≥ 0: largest change of a pixel, or of the L2 norm of the image.
    step : float, optional
        Length of a step, > 0; by default 2.5·eps/steps, which can cross the ball.
    steps : int
        At least 1.
    norm : {"linf", "l2"}
        Of the ball; a step follows the sign of the gradient, or its direction.
    random_start : bool
        Start at a random point of the ball, or at ``x`` itself.
    restarts : int
        Times to start again from another random point, at least 1. Of each image the strongest result
        is kept: one that the model gets wrong before one that it gets right, then the larger loss. So
        the accuracy never rises with more restarts.
    seed : int
        Of the random points: the same on every device, and the first ones do not depend on ``restarts``.

    Returns
    -------
    Tensor
        Images like ``x``, in 0..1, inside the ball (to the rounding of their type).

    Raises
    ------
    ValueError
        If an argument is not as above, or there are restarts without random starts.

    References
    ----------
    A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A. Vladu, *Towards Deep Learning Models Resistant to
    Adversarial Attacks*, ICLR 2018, arXiv:1706.06083.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import attacks, models
    >>> x = torch.rand(2, 1, 28, 28)
    >>> changed = attacks.pgd(models.lenet5(), x, 3, eps=1.5, steps=10, norm="l2")
    >>> bool(((changed - x).flatten(1).norm(dim=1) <= 1.5 + 1e-6).all())
    True
    """
    check_images(model, x)
    eps, y, steps = as_size("eps", eps), as_labels("y", y, x), as_count("steps", steps)
    step = OVERSHOOT * eps / steps if step is None else as_size("step", step, above_zero=True)
    check_norm(norm)
    if as_count("restarts", restarts) > 1 and not random_start:
        raise ValueError(f"restarts must be 1 without random_start, got {restarts}: all would be the same")
    generator = torch.Generator().manual_seed(as_count("seed", seed, 0)) if random_start else None
    with attacked(model):
        x = x.detach().clone()
        best = ascend(model, x, y, _each(eps, x), step, steps, norm, generator)
        strength = _strength(model, best, y) if restarts > 1 else None
        for _ in range(restarts - 1):
            other = ascend(model, x, y, _each(eps, x), step, steps, norm, generator)
            new = _strength(model, other, y)
            wins = (new[0] > strength[0]) | ((new[0] == strength[0]) & (new[1] > strength[1]))
            best = torch.where(wins.view(-1, 1, 1, 1), other, best)
            strength = torch.where(wins, new, strength)
    return best


def ascend(model: nn.Module, x: Tensor, y: Tensor, eps: Tensor, step: float | Tensor, steps: int,
           norm: str, generator: torch.Generator | None) -> Tensor:
    """Take the steps of `pgd` once, each image in its own ball. Inside `attacked`.

    ``eps``, and ``step`` if it is a tensor, have shape (N, 1, 1, 1); without a generator the start is ``x``.
    """
    moved = x if generator is None else random_point(x, eps, norm, generator)
    for _ in range(steps):
        gradient, _ = loss_gradient(model, moved, y)
        moved = project(moved + step * steepest(gradient, norm), x, eps, norm)
    return moved


def fooled(scores: Tensor, y: Tensor) -> Tensor:
    """Return which images the model gets wrong, (N,)."""
    check_scores("y", y, scores)
    return scores.argmax(dim=1) != y


def _strength(model, images, y):
    scores = scores_of(model, images)
    return torch.stack([fooled(scores, y).to(scores.dtype), F.cross_entropy(scores, y, reduction="none")])


def _each(eps, x):
    return torch.full((len(x), 1, 1, 1), eps, dtype=x.dtype, device=x.device)
