"""The checks that the architectures share: of their options, and of the images they are given."""

from torch import Tensor


def check_whole(**options: int) -> None:
    """Raise ValueError unless every option is a whole number ≥ 1."""
    for name, value in options.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a whole number >= 1, got {value!r}")


def check_choice(allowed, **options) -> None:
    """Raise ValueError unless every option is one of the allowed values."""
    for name, value in options.items():
        if value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")


def check_dropout(dropout: float) -> None:
    """Raise ValueError unless 0 ≤ dropout < 1."""
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout must be in [0, 1), got {dropout!r}")


def check_images(x: Tensor, channels: int, side: int | None = None) -> None:
    """Raise ValueError unless ``x`` is a batch of images (N, channels, H, W), with H = W = side if given."""
    if x.ndim != 4 or x.shape[1] != channels or (side and tuple(x.shape[2:]) != (side, side)):
        size = f"{side}, {side}" if side else "H, W"
        raise ValueError(f"x must have shape (N, {channels}, {size}), got {tuple(x.shape)}")
