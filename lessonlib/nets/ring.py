"""Eight little clouds of points on a circle: the smallest data in which a generator can lose modes.

A test of this kind is in L. Metz, B. Poole, D. Pfau, J. Sohl-Dickstein, *Unrolled Generative Adversarial
Networks*, ICLR 2017, arXiv:1611.02163.
"""

import math

import torch
from torch import Tensor

MODES, RADIUS, SPREAD = 8, 2.0, 0.1


def centers() -> Tensor:
    """Return the middles of the clouds, shape (8, 2), on a circle of radius 2, the first on the right.

    Examples
    --------
    >>> centers()[[0, 4]].round(decimals=3).abs().tolist()
    [[2.0, 0.0], [2.0, 0.0]]
    """
    angle = 2 * math.pi * torch.arange(MODES) / MODES
    return RADIUS * torch.stack([angle.cos(), angle.sin()], dim=1)


def ring(count: int, seed: int = 0) -> Tensor:
    """Draw points from the eight clouds: a cloud at random, then a normal step of 0.1 from its middle.

    Parameters
    ----------
    count : int
        At least 1.
    seed : int

    Returns
    -------
    Tensor, shape (count, 2)

    Raises
    ------
    ValueError
        If count is below 1.

    Examples
    --------
    >>> points = ring(1000)
    >>> points.shape, covered(points)
    (torch.Size([1000, 2]), 8)
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count!r}")
    random = torch.Generator().manual_seed(seed)
    middles = centers()[torch.randint(MODES, (count,), generator=random)]
    return middles + SPREAD * torch.randn(count, 2, generator=random)


def covered(points: Tensor, reach: float = 3 * SPREAD, share: float = 0.01) -> int:
    """Count the clouds that get at least ``share`` of all the points, each within ``reach`` of the middle.

    Parameters
    ----------
    points : Tensor, shape (N, 2)
    reach : float
        Distance to a cloud's middle, by default three standard deviations.
    share : float
        0 to 1.

    Returns
    -------
    int
        0 to 8.

    Raises
    ------
    ValueError
        If points has another shape.

    Examples
    --------
    >>> covered(torch.tensor([[2.0, 0.0], [2.1, 0.1], [0.0, 0.0]]))
    1
    """
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"points must have shape (N, 2), N >= 1, got {tuple(points.shape)}")
    near = torch.cdist(points.double(), centers().double()) <= reach
    return int((near.double().mean(dim=0) >= share).sum())
