"""What each player of a GAN makes smaller (Goodfellow et al., 2014, arXiv:1406.2661, §3). Slide S69."""

import torch.nn.functional as F
from torch import Tensor

LOSSES = ("non_saturating", "minimax")


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Return −V(D, G), which the discriminator makes smaller.

    Parameters
    ----------
    real, fake : Tensor, shape (N,)
        Scores (logits) of real and of generated samples.

    Returns
    -------
    Tensor, scalar
        −(mean log D(x) + mean log(1 − D(G(z)))), D = sigmoid of the score; ≥ 0.

    Examples
    --------
    >>> import torch
    >>> float(discriminator_loss(torch.zeros(3), torch.zeros(3)))  # D = 1/2 everywhere: log 4
    1.3862943649291992
    """
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake: Tensor, kind: str = "non_saturating") -> Tensor:
    """Return what the generator makes smaller.

    Parameters
    ----------
    fake : Tensor, shape (N,)
        Scores (logits) of generated samples.
    kind : {"non_saturating", "minimax"}
        −mean log D(G(z)), or the game's own mean log(1 − D(G(z))), whose gradient vanishes where D is sure.

    Returns
    -------
    Tensor, scalar

    Raises
    ------
    ValueError
        If there is no such kind.

    Examples
    --------
    >>> import torch
    >>> score = torch.tensor([-5.0], requires_grad=True)  # D(G(z)) = 0.7 %
    >>> for kind in LOSSES:
    ...     print(round(torch.autograd.grad(generator_loss(score, kind), score)[0].item(), 4))
    -0.9933
    -0.0067
    """
    if kind not in LOSSES:
        raise ValueError(f"kind must be one of {', '.join(map(repr, LOSSES))}, got {kind!r}")
    return F.softplus(-fake).mean() if kind == "non_saturating" else -F.softplus(fake).mean()
