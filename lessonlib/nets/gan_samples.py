"""Images and points drawn from a generator, and the two ranges of their pixels."""

import torch
from torch import Tensor, nn

from .data import as_count
from .evaluation import in_evaluation_mode


def sample(generator: nn.Module, count: int, seed: int = 0) -> Tensor:
    """Draw samples from a generator, on the CPU, in evaluation mode; its own mode is put back.

    Parameters
    ----------
    generator : torch.nn.Module
        As in `fit_gan`.
    count : int
    seed : int
        Of the noise, N(0, 1).

    Returns
    -------
    Tensor, shape (count, ...)

    Examples
    --------
    >>> from lessonlib.nets import models
    >>> sample(models.point_gan().generator, 3).shape
    torch.Size([3, 2])
    """
    z = torch.randn(as_count("count", count), generator.latent_size,
                    generator=torch.Generator().manual_seed(seed))
    return generate(generator, z)


def generate(generator: nn.Module, z: Tensor) -> Tensor:
    """Return G(z) on the CPU, in evaluation mode and without gradients; the mode is put back."""
    first = next(generator.parameters())
    with in_evaluation_mode(generator), torch.no_grad():
        return generator(z.to(first.device, first.dtype)).cpu()


def to_signed(images) -> Tensor:
    """Turn grey images of uint8, (N, H, W), into floats in -1..1, (N, 1, H, W): the range of tanh.

    Examples
    --------
    >>> to_signed([[[0, 255]]]).tolist()
    [[[[-1.0, 1.0]]]]
    """
    images = torch.as_tensor(images)
    if images.ndim != 3:
        raise ValueError(f"images must have shape (N, H, W), got {tuple(images.shape)}")
    return images[:, None].float() / 127.5 - 1


def to_unit(images: Tensor) -> Tensor:
    """Turn pixels in -1..1 into 0..1, as the classifiers of the course take them."""
    return (images + 1) / 2
