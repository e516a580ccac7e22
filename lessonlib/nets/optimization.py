"""Optimisers and learning-rate schedules by name."""

from collections.abc import Callable, Iterable

from torch import nn, optim
from torch.optim import lr_scheduler

OPTIMIZERS = {
    "adamw": lambda weights, lr, decay: optim.AdamW(weights, lr=lr, weight_decay=decay),
    "adam": lambda weights, lr, decay: optim.Adam(weights, lr=lr, weight_decay=decay),
    "sgd": lambda weights, lr, decay: optim.SGD(weights, lr=lr, momentum=0.9, weight_decay=decay),
}
SCHEDULES = {
    # Up to lr during the first 30 % of the steps, then down to nearly zero along a cosine.
    "one_cycle": lambda optimizer, steps: lr_scheduler.OneCycleLR(
        optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=steps),
    "cosine": lambda optimizer, steps: lr_scheduler.CosineAnnealingLR(optimizer, steps),
    # Divided by 10 at half and at three quarters of the way, as ResNet's on CIFAR-10 (32 k and 48 k of 64 k).
    "steps": lambda optimizer, steps: lr_scheduler.MultiStepLR(optimizer, [steps // 2, steps * 3 // 4]),
    "constant": lambda optimizer, steps: lr_scheduler.ConstantLR(optimizer, factor=1.0),
}


def make_optimizer(kind: str | Callable[[Iterable[nn.Parameter]], optim.Optimizer], model: nn.Module,
                   lr: float, weight_decay: float) -> optim.Optimizer:
    """Return the optimiser for the model's weights that may change.

    Parameters
    ----------
    kind : str or callable
        A key of `OPTIMIZERS`, or a function that takes the weights and returns an optimiser (then ``lr`` and
        ``weight_decay`` are that function's business).

    Raises
    ------
    ValueError
        If the name is unknown, a number is out of its range, or there is nothing to train.
    """
    weights = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not weights:
        raise ValueError("model must have parameters with requires_grad, got none")
    if callable(kind):
        return kind(weights)
    if not lr > 0:
        raise ValueError(f"lr must be > 0, got {lr!r}")
    if not weight_decay >= 0:
        raise ValueError(f"weight_decay must be >= 0, got {weight_decay!r}")
    return _choose("optimizer", kind, OPTIMIZERS)(weights, lr, weight_decay)


def make_schedule(kind: str | Callable, optimizer: optim.Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Return the schedule that sets the learning rate of each of the ``steps`` to come.

    Parameters
    ----------
    kind : str or callable
        A key of `SCHEDULES`, or a function that takes the optimiser and the number of steps.
    """
    return (kind if callable(kind) else _choose("schedule", kind, SCHEDULES))(optimizer, steps)


def _choose(argument, name, options):
    if name not in options:
        raise ValueError(f"{argument} must be one of {', '.join(options)} or a function, got {name!r}")
    return options[name]
