"""The geometry of the attacks: balls around an image, cut by the box of the pixels 0..1.

``eps`` is a tensor (N, 1, 1, 1) here, so that each image may have a ball of its own.
"""

import torch
from torch import Tensor


def lengths(change: Tensor, norm: str) -> Tensor:
    """Return the L∞ or L2 norm of each image of a batch, shape (N,)."""
    flat = change.flatten(1)
    return flat.abs().amax(dim=1) if norm == "linf" else torch.linalg.vector_norm(flat, dim=1)


def project(moved: Tensor, x: Tensor, eps: Tensor, norm: str) -> Tensor:
    """Return the images of the ball around ``x``, and of the box, that lie where ``moved`` points."""
    if norm == "linf":
        return torch.minimum(torch.maximum(moved, x - eps), x + eps).clamp(0, 1)
    change = moved - x
    length = lengths(change, norm).view(-1, 1, 1, 1)
    change = change * (eps / length.clamp_min(torch.finfo(x.dtype).tiny)).clamp_max(1)
    return (x + change).clamp(0, 1)  # the box only shortens the change: x itself is inside


def random_point(x: Tensor, eps: Tensor, norm: str, generator: torch.Generator) -> Tensor:
    """Return a random image of each ball, uniform in L∞, uniform in direction and length in L2.

    Drawn on the CPU, so that every device starts from the same images.
    """
    noise = torch.empty(x.shape, dtype=x.dtype)
    if norm == "linf":
        noise = noise.uniform_(-1, 1, generator=generator)
        return project(x + eps * noise.to(x.device), x, eps, norm)
    noise = noise.normal_(generator=generator)
    length = torch.empty(len(x), 1, 1, 1, dtype=x.dtype).uniform_(0, 1, generator=generator)
    noise *= length / lengths(noise, norm).view(-1, 1, 1, 1)
    return project(x + eps * noise.to(x.device), x, eps, norm)


def steepest(gradient: Tensor, norm: str) -> Tensor:
    """Return the change of length 1 that raises the loss most: the sign in L∞, the direction in L2."""
    if norm == "linf":
        return gradient.sign()
    tiny = torch.finfo(gradient.dtype).tiny
    # A sure network's gradient is so small that its square is zero: the largest entry becomes 1 first.
    gradient = gradient / lengths(gradient, "linf").view(-1, 1, 1, 1).clamp_min(tiny)
    return gradient / lengths(gradient, norm).view(-1, 1, 1, 1).clamp_min(tiny)
