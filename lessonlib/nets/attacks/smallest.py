"""How far an image is from one that the network gets wrong."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..data import as_count
from .balls import lengths
from .bounded import OVERSHOOT, ascend, fooled
from .checks import as_labels, as_size, check_images, check_norm
from .gradients import attacked, scores_of


@dataclass(frozen=True)
class MinimumNormResult:
    """What `minimum_norm` found for each of N images.

    Attributes
    ----------
    images : Tensor, shape (N, C, H, W)
        The nearest image found that the model gets wrong; the original where none was found.
    eps : Tensor, shape (N,)
        Its distance; 0 if the original was wrong already, NaN where none was found.
    """

    images: Tensor
    eps: Tensor

    @property
    def found(self) -> Tensor:
        """Where an image was found, bool, shape (N,)."""
        return ~self.eps.isnan()


def minimum_norm(model: nn.Module, x: Tensor, y: Tensor | int, *, norm: str = "linf",
                 max_eps: float | None = None, iterations: int = 10, steps: int = 20,
                 seed: int | None = None) -> MinimumNormResult:
    """Look for the smallest change that makes the model wrong: PGD inside a bisection on ε.

    In the spirit of Szegedy et al., who searched for the smallest change with box-constrained L-BFGS, a
    penalty and a line search. Here each image has its own ball, which shrinks while PGD still finds a wrong
    answer inside and grows when it does not. What is found is an upper bound of the true distance.

    Parameters
    ----------
    model : torch.nn.Module
        Takes pixels in 0..1 and returns scores (N, K). Used in evaluation mode and left as it was.
    x : Tensor of floats, shape (N, C, H, W)
        Pixels in 0..1.
    y : Tensor of int64, shape (N,), or int
        Right class of each image, 0 to K - 1.
    norm : {"linf", "l2"}
        How distance is measured: the largest change of a pixel, or the L2 norm of all the changes.
    max_eps : float, optional
        Radius of the first ball, > 0; by default 0.5 in L∞ and, in L2, that change in every pixel.
    iterations : int
        Times that the interval is halved, at least 1: ε is known to max_eps/2^iterations.
    steps : int
        Steps of each PGD, at least 1.
    seed : int, optional
        Start each PGD at a random point, by this seed; by default at the image itself.

    Returns
    -------
    MinimumNormResult

    Raises
    ------
    ValueError
        If an argument is not as above.

    References
    ----------
    C. Szegedy et al., *Intriguing properties of neural networks*, 2013, arXiv:1312.6199.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import attacks, models
    >>> _ = torch.manual_seed(0)
    >>> network, x = models.lenet5(), torch.rand(3, 1, 28, 28)
    >>> y = network(x).argmax(dim=1)
    >>> result = attacks.minimum_norm(network, x, y)
    >>> bool((network(result.images).argmax(dim=1) != y).all()), bool((result.eps < 0.25).all())
    (True, True)
    """
    check_images(model, x)
    check_norm(norm)
    y, steps = as_labels("y", y, x), as_count("steps", steps)
    largest = 0.5 * (1 if norm == "linf" else math.sqrt(x[0].numel()))
    largest = largest if max_eps is None else as_size("max_eps", max_eps, above_zero=True)
    generator = None if seed is None else torch.Generator().manual_seed(as_count("seed", seed, 0))
    with attacked(model):
        original = x.detach().clone()
        best = original.clone()
        wrong = fooled(scores_of(model, original), y)
        low, high = torch.zeros_like(y, dtype=x.dtype), torch.full_like(y, largest, dtype=x.dtype)
        found = wrong.clone()
        high[wrong] = 0
        for turn in range(as_count("iterations", iterations) + 1):
            # The first ball is the largest; an image that resists there is given up.
            active = (~wrong if turn == 0 else found & ~wrong).nonzero()[:, 0]
            if len(active) == 0:
                break
            radius = high[active] if turn == 0 else (low[active] + high[active]) / 2
            start, label, eps = original[active], y[active], radius.view(-1, 1, 1, 1)
            images = ascend(model, start, label, eps, OVERSHOOT * eps / steps, steps, norm, generator)
            success = fooled(scores_of(model, images), label)
            low[active[~success]] = radius[~success]
            hit = active[success]
            found[hit], best[hit] = True, images[success]
            high[hit] = torch.minimum(lengths(images - start, norm), radius)[success]
        distance = torch.where(found, lengths(best - original, norm), torch.nan)
    return MinimumNormResult(best, distance)
