"""What the attacks ask of their arguments."""

import math
from numbers import Integral, Real

import torch
from torch import Tensor, nn

NORMS = ("linf", "l2")


def check_images(model: nn.Module, x: Tensor) -> None:
    """Raise ValueError unless ``x`` is a batch of pixels in 0..1 where the model is."""
    if not isinstance(x, Tensor) or not x.is_floating_point() or x.ndim != 4 or x.numel() == 0:
        got = f"{tuple(x.shape)} of {x.dtype}" if isinstance(x, Tensor) else type(x).__name__
        raise ValueError(f"x must be a tensor of floats of shape (N, C, H, W), N >= 1, got {got}")
    low, high = x.detach().aminmax()
    if not (low >= 0 and high <= 1):  # also if one of them is NaN
        raise ValueError(f"x must hold pixels in 0..1, got values from {low:g} to {high:g}")
    weight = next(model.parameters(), x)
    if weight.device != x.device:
        raise ValueError(f"x must be where the model is, on {weight.device}, got {x.device}")


def as_labels(name: str, labels: Tensor | int, x: Tensor) -> Tensor:
    """Return ``labels`` as a tensor (N,) beside ``x``; one number stands for the whole batch."""
    if isinstance(labels, Integral) and not isinstance(labels, bool):
        labels = torch.full((len(x),), int(labels))
    if not isinstance(labels, Tensor) or labels.dtype != torch.int64 or labels.shape != x.shape[:1]:
        got = (f"{tuple(labels.shape)} of {labels.dtype}" if isinstance(labels, Tensor)
               else type(labels).__name__)
        raise ValueError(f"{name} must be a tensor of int64 of shape ({len(x)},), got {got}")
    return labels.detach().to(x.device)


def check_scores(name: str, labels: Tensor, scores: Tensor) -> None:
    """Raise ValueError unless the model returned scores (N, K) and the labels are classes of it."""
    if not isinstance(scores, Tensor) or scores.ndim != 2 or len(scores) != len(labels):
        got = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
        raise ValueError(f"model must return scores of shape ({len(labels)}, K), got {got}")
    classes = scores.shape[1]
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"{name} must lie in 0..{classes - 1}, got {labels.min()} to {labels.max()}")


def as_size(name: str, value: float, *, above_zero: bool = False) -> float:
    """Return ``value`` as a finite float ≥ 0 (or > 0)."""
    is_number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or value < 0 or (above_zero and value == 0):
        raise ValueError(f"{name} must be a finite number {'>' if above_zero else '>='} 0, got {value!r}")
    return float(value)


def check_norm(norm: str) -> None:
    """Raise ValueError unless the norm is one that the attacks know."""
    if norm not in NORMS:
        raise ValueError(f"norm must be one of {', '.join(map(repr, NORMS))}, got {norm!r}")
