"""How strong the gradient is on its way back: for each layer's weights, and for the signal between blocks."""

import copy
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

INITS = ("small", "he", "he+bn", "zero")


def weight_gradients(model: nn.Module, images: Tensor, labels: Tensor) -> dict[str, float]:
    """Return the norm of the loss's gradient with respect to the weights of every layer that multiplies.

    Parameters
    ----------
    model : torch.nn.Module
        Measured in training mode, as a training step would; it is left as it was, batch statistics too.
    images : Tensor, shape (N, C, H, W)
    labels : Tensor of int64, shape (N,)

    Returns
    -------
    dict of str to float
        Layer name → ‖∂E/∂W‖, in the order of computation, where E is the mean cross-entropy. Convolutions
        of shortcuts are left out: they are not on the way through the blocks.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.cifar_resnet import cifar_resnet
    >>> norms = weight_gradients(cifar_resnet(20), torch.rand(4, 3, 32, 32), torch.tensor([0, 1, 2, 3]))
    >>> len(norms), next(iter(norms))
    (20, 'conv1')
    """
    model = copy.deepcopy(model).train().requires_grad_()
    F.cross_entropy(model(images), labels).backward()
    return {name: layer.weight.grad.norm().item() for name, layer in model.named_modules()
            if isinstance(layer, nn.Conv2d | nn.Linear) and "shortcut" not in name}


class Flow(NamedTuple):
    """The way there and the way back through a tower of blocks.

    Attributes
    ----------
    signal : list of float
        ‖x_l‖ / ‖x_0‖ before each block and after the last, one value more than blocks.
    gradient : list of float
        ‖∂E/∂x_l‖ / ‖∂E/∂x_L‖ at the same places: 1 at the end.
    """

    signal: list[float]
    gradient: list[float]


def tower_flow(images: Tensor, blocks: int, residual: bool, init: str, width: int = 64,
               seed: int = 0) -> Flow:
    """Send images through a tower of dense blocks at initialisation, and a gradient back.

    A block is f(x) = W₂ ReLU(W₁ x), then x ← ReLU(f(x)) or, residual, x ← ReLU(x + f(x)): the basic block
    of ResNet with dense layers for convolutions. The gradient that starts at the end, at the units that are
    on, is random and of norm 1.

    Parameters
    ----------
    images : Tensor, shape (N, ...)
        Flattened, and brought to ``width`` numbers by a fixed random layer.
    blocks : int
        ≥ 1; each has two layers.
    residual : bool
    init : {"small", "he", "he+bn", "zero"}
        Weights of standard deviation 0.01; of √(2 / width); the same and batch normalisation after each
        layer; the same with the last normalisation of each block at 0 (slide S63, erratum E27).
    width, seed : int

    Raises
    ------
    ValueError
        If ``blocks`` < 1 or ``init`` is not one of those.

    Examples
    --------
    >>> import torch
    >>> flow = tower_flow(torch.rand(16, 28, 28), 5, residual=True, init="zero")
    >>> flow.signal == [1.0] * 6, flow.gradient == [1.0] * 6
    (True, True)
    """
    if blocks < 1:
        raise ValueError(f"blocks must be >= 1, got {blocks}")
    if init not in INITS:
        raise ValueError(f"init must be one of {', '.join(INITS)}, got {init!r}")
    generator = torch.Generator().manual_seed(seed)

    def draw(rows, columns, std):
        return torch.randn(rows, columns, generator=generator) * std

    flat = images.flatten(1).float()
    x = torch.relu(F.layer_norm(flat @ draw(flat.shape[1], width, flat.shape[1] ** -0.5), (width,)))
    places = [x.requires_grad_()]
    std = 0.01 if init == "small" else (2 / width) ** 0.5
    normalised, last = init in ("he+bn", "zero"), 0.0 if init == "zero" else 1.0
    for _ in range(blocks):
        f = x @ draw(width, width, std)
        f = torch.relu(_standardise(f) if normalised else f) @ draw(width, width, std)
        f = last * _standardise(f) if normalised else f
        x = torch.relu(x + f if residual else f)
        places.append(x)
    end = draw(*x.shape, 1.0)
    if (x > 0).any():  # only units that are on send a gradient back; where all are off, it starts anyway
        end = end * (x > 0)
    gradients = torch.autograd.grad(x, places, end / end.norm())
    norms, backs = [float(place.detach().norm()) for place in places], [float(g.norm()) for g in gradients]
    return Flow([norm / norms[0] for norm in norms], [back / backs[-1] for back in backs])


def _standardise(x: Tensor) -> Tensor:
    """Batch normalisation with γ = 1 and β = 0, in training mode."""
    return F.batch_norm(x, None, None, training=True)
