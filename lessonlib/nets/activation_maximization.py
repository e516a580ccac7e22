"""The image that a network likes best: ascend the score of a class, with or without regularisation.

K. Simonyan, A. Vedaldi, A. Zisserman, *Deep Inside Convolutional Networks*, 2013, arXiv:1312.6034, ascend a
class score with an L2 penalty; C. Olah, A. Mordvintsev, L. Schubert, *Feature Visualization*, Distill, 2017,
doi:10.23915/distill.00007, explain jitter, blur and the 1/f gradient.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torchvision.transforms.functional import gaussian_blur


class Ascent(NamedTuple):
    """What happened during an ascent.

    Attributes
    ----------
    frames : Tensor, shape (K, 3, H, W)
        The image at the start and after each kept step, in 0..1, on the CPU.
    steps : list of int
        Number of steps behind each frame; 0 first.
    probabilities : list of float
        Softmax probability of the class for each frame.
    """

    frames: Tensor
    steps: list[int]
    probabilities: list[float]


class Regularization(NamedTuple):
    """What keeps the image from filling with noise; ``Regularization(0, 0, 0, 0)`` is none at all.

    Attributes
    ----------
    jitter : int
        The image is shifted by up to so many pixels before each step, at random.
    smoothing : float
        The gradient's frequencies f are divided by f to this power: 0 leaves it as it is.
    decay : float
        Share of the distance to middle grey that is lost in each step (L2 penalty), 0 to 1.
    blur : float
        Standard deviation of the Gaussian that follows each step, in pixels.
    """

    jitter: int = 24
    smoothing: float = 1.0
    decay: float = 0.01
    blur: float = 0.4


def maximize_class(
    network: nn.Module,
    target: int,
    steps: int = 60,
    *,
    rate: float = 0.04,
    regularization: Regularization = Regularization(),  # noqa: B008 - an immutable tuple
    every: int = 4,
    seed: int = 0,
) -> Ascent:
    """Start from grey with a little noise and change the pixels so that the score of a class grows.

    Parameters
    ----------
    network : torch.nn.Module
        Takes pixels in 0..1, (N, 3, H, W), and returns scores; has ``input_size``, as
        `lessonlib.nets.pretrained.ImageNetClassifier`. Used in evaluation mode, its weights unchanged.
    target : int
        Index of the class.
    steps : int
        Gradient steps, at least 1.
    rate : float
        Size of a step: the gradient is scaled to this standard deviation.
    regularization : Regularization
    every : int
        Keep a frame every so many steps, and the last.
    seed : int
        Of the first image and of the jitter.

    Returns
    -------
    Ascent

    Raises
    ------
    ValueError
        If target is not a class, or steps, every, rate or regularization is out of range.

    Examples
    --------
    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 2))
    >>> network.input_size = (3, 8, 8)
    >>> ascent = maximize_class(network, target=1, steps=10)
    >>> ascent.frames.shape, ascent.steps
    (torch.Size([4, 3, 8, 8]), [0, 4, 8, 10])
    >>> ascent.probabilities[-1] > ascent.probabilities[0]
    True
    """
    if steps < 1 or every < 1 or not rate > 0:
        raise ValueError(f"steps and every must be at least 1 and rate above 0, got {steps}, {every}, {rate}")
    jitter, smoothing, decay, blur = regularization
    if jitter < 0 or smoothing < 0 or not 0 <= decay < 1 or blur < 0:
        raise ValueError(f"regularization must be from 0 up, with decay below 1, got {regularization}")
    generator = torch.Generator().manual_seed(seed)
    shape = tuple(network.input_size)
    device = next(network.parameters()).device
    image = (0.5 + 0.02 * torch.randn(1, *shape, generator=generator)).to(device)
    weights = _frequency_filter(shape[1:], smoothing).to(device)
    was_training = network.training
    network.eval()
    classes = network(image).shape[1]
    if not 0 <= target < classes:
        raise ValueError(f"target must be 0 to {classes - 1}, got {target!r}")
    frames, kept = [image], [0]
    for step in range(1, steps + 1):
        rows, columns = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
        image = image.detach().requires_grad_()
        moved = image.roll((rows, columns), (2, 3))
        (gradient,) = torch.autograd.grad(network(moved)[0, target], image)
        gradient = torch.fft.irfft2(torch.fft.rfft2(gradient) * weights, s=shape[1:])
        image = image.detach() + rate * gradient / gradient.std().clamp_min(1e-12)
        image = 0.5 + (1 - decay) * (image - 0.5)
        if blur:
            image = gaussian_blur(image, 5, blur)
        image = image.clamp(0, 1)
        if step % every == 0 or step == steps:
            frames.append(image)
            kept.append(step)
    with torch.no_grad():
        chances = [network(frame).softmax(1)[0, target].item() for frame in frames]
    network.train(was_training)
    return Ascent(torch.cat(frames).detach().cpu(), kept, chances)


def _frequency_filter(size: tuple[int, int], power: float) -> Tensor:
    """Return f ** -power on the grid of ``rfft2``; the mean counts as the lowest frequency."""
    height, width = size
    f = torch.hypot(torch.fft.fftfreq(height)[:, None], torch.fft.rfftfreq(width)[None])
    return f.clamp_min(1 / max(size)) ** -power
