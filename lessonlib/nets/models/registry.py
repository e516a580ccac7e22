"""Which models exist, by name, and how each is trained unless the user says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Recipe:
    """Training settings that suit a model: the defaults of ``python -m lessonlib.nets.train``.

    Parameters
    ----------
    epochs, batch_size : int
    lr, weight_decay : float
    optimizer, schedule : str
        Names that `lessonlib.nets.training.fit` knows.
    """

    epochs: int = 10
    batch_size: int = 64
    lr: float = 3e-3
    weight_decay: float = 0.01
    optimizer: str = "adamw"
    schedule: str = "one_cycle"


_MODELS: dict[str, tuple[Callable[..., nn.Module], Recipe]] = {}


def register(recipe: Recipe):
    """Make a model known under its function's name.

    The decorated function must accept the keywords ``num_classes``, ``in_channels`` and ``image_size``.
    """
    def add(factory):
        _MODELS[factory.__name__] = factory, recipe
        return factory
    return add


def names() -> list[str]:
    """Return the names of all the models, sorted."""
    return sorted(_MODELS)


def build(name: str, **options) -> nn.Module:
    """Make a model by name.

    Parameters
    ----------
    name : str
        One of `names()`.
    **options
        What the model's function takes, for example ``num_classes``, ``in_channels``, ``image_size``.

    Raises
    ------
    ValueError
        If there is no such model, or it cannot be made with these options.

    Examples
    --------
    >>> from lessonlib.nets import models
    >>> models.build("lenet5", in_channels=3, image_size=32).c1
    Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))
    """
    return _find(name)[0](**options)


def recipe(name: str) -> Recipe:
    """Return the training settings that suit the model ``name``."""
    return _find(name)[1]


def _find(name):
    if name not in _MODELS:
        raise ValueError(f"name must be one of {', '.join(names())}, got {name!r}")
    return _MODELS[name]
