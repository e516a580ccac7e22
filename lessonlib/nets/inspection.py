"""Look inside a network: what each layer returns, how many weights it has, what it costs, what it sees."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from .evaluation import measuring
from .layer_table import LayerTable, Row
from .receptive_tracing import Traced, has_field

__all__ = ["LayerTable", "Row", "activations", "summary"]


def summary(model: nn.Module, input_size: tuple[int, ...], depth: int | None = None) -> LayerTable:
    """List the layers of a network in the order in which an image passes them.

    One image of zeros is sent through the model, in evaluation mode, and hooks note what happens. Counted
    are the operations of the layers that multiply: for a convolution, output positions × output channels ×
    (input channels / groups) × kernel area. Additions between layers, activations, pooling and
    normalisation count as zero, as in the papers. A module of yours is counted if it has methods
    ``macs(input_shape, output_shape)`` and ``connections(input_shape, output_shape)`` (shapes of one image).

    Parameters
    ----------
    model : torch.nn.Module
    input_size : tuple of int
        Shape of one image, (C, H, W).
    depth : int, optional
        Group the layers by the first ``depth`` parts of their names: 1 gives one row for each child of the
        model. By default every layer has its row.

    Returns
    -------
    LayerTable
        Rows with ``name, kind, output_shape, params, macs, connections, receptive_field``; the totals
        ``params``, ``trainable_params``, ``macs``, ``connections``. Shown in a notebook, or printed, it is a
        table.

    Raises
    ------
    ValueError
        If ``input_size`` or ``depth`` is not of that kind, or the model does not accept such an image.

    Examples
    --------
    >>> from lessonlib.nets import inspection, models
    >>> table = inspection.summary(models.lenet5(), (1, 28, 28))
    >>> table.params, table.macs
    (61706, 416520)
    >>> table["c5"].receptive_field
    32
    """
    size = tuple(input_size) if isinstance(input_size, (tuple, list)) else ()
    if not size or not all(isinstance(side, int) and side >= 1 for side in size):
        raise ValueError(f"input_size must be the shape of one image, like (1, 28, 28), got {input_size!r}")
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise ValueError(f"depth must be a whole number >= 1, got {depth!r}")
    example = next(model.parameters(), torch.zeros(1))
    image = torch.zeros(1, *size, device=example.device, dtype=example.dtype)
    rows, group_outputs, counted = [], {}, set()

    def note(name, module, inputs, output):
        received, returned = _first_tensor(inputs), _first_tensor(output)
        shape, field = tuple(returned.shape[1:]), _receptive_field(returned)
        group = ".".join(name.split(".")[:depth])
        if name == group:
            group_outputs[name] = type(module).__name__, shape, field
        if not _is_layer(module):
            return
        fresh = [p for p in module.parameters() if id(p) not in counted]  # shared weights count once
        counted.update(map(id, fresh))
        macs, connections = _operations(module, tuple(received.shape[1:]), shape)
        rows.append((group, Row(name, _kind(module), shape, sum(p.numel() for p in fresh), macs, connections,
                                field)))

    with _hooks(model, note), measuring(model):
        try:
            model(Traced.start(image) if len(size) == 3 else image)
        except (RuntimeError, ValueError, TypeError) as error:
            raise ValueError(f"input_size must be one that the model accepts, got {size}: {error}") from error
    table = [row for _, row in rows] if depth is None else _grouped(rows, group_outputs)
    lists_connections = any(hasattr(module, "connections") for module in model.modules())
    return LayerTable(type(model).__name__, size, table, lists_connections,
                      all_params=sum(p.numel() for p in model.parameters()),
                      trainable_params=sum(p.numel() for p in model.parameters() if p.requires_grad))


def activations(model: nn.Module, images: Tensor) -> dict[str, Tensor]:
    """Return what every layer computes for a batch of images.

    Parameters
    ----------
    model : torch.nn.Module
        Used in evaluation mode, then put back as it was.
    images : Tensor, shape (N, C, H, W)
        As the model takes them.

    Returns
    -------
    dict of str to Tensor
        Output of each layer by its name, in the order of computation, on the CPU. A layer that is used
        twice appears with its last output.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import inspection, models
    >>> maps = inspection.activations(models.lenet5(), torch.zeros(1, 1, 28, 28))
    >>> list(maps)[:3], maps["s4"].shape
    (['c1', 'a1', 's2'], torch.Size([1, 16, 5, 5]))
    """
    outputs = {}

    def note(name, module, inputs, output):
        if _is_layer(module):
            outputs[name] = _first_tensor(output).detach().clone().cpu()

    example = next(model.parameters(), torch.zeros(1))
    with _hooks(model, note), measuring(model):
        model(images.to(example.device, example.dtype))
    return outputs


@contextmanager
def _hooks(model, note) -> Iterator[None]:
    """Have ``note(name, module, inputs, output)`` called after every module of the model."""
    def hook(name):
        return lambda module, inputs, output: note(name, module, inputs, output)

    handles = [module.register_forward_hook(hook(name or type(module).__name__))
               for name, module in model.named_modules()
               if name or _is_layer(module)]  # the model itself is a row only if it is a single layer
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _is_layer(module):
    """A row of the table: a module that says what it costs, or one without modules inside."""
    return hasattr(module, "macs") or next(module.children(), None) is None


def _first_tensor(output):
    while isinstance(output, (tuple, list)):
        output = output[0]
    return output


def _receptive_field(output):
    if not has_field(output):
        return None
    height, width = (math.ceil(axis.size) for axis in output.field)
    return height if height == width else (height, width)


def _kind(module):
    """Type of the layer and, where it slides, kernel, stride and groups: ``Conv2d 5×5/2, 2 grupos``."""
    kind = type(module).__name__
    if not (hasattr(module, "kernel_size") and hasattr(module, "stride")):
        return kind
    sides, steps = ((value,) * 2 if isinstance(value, int) else tuple(value)
                    for value in (module.kernel_size, module.stride))
    kind += f" {'×'.join(map(str, sides))}/{'×'.join(map(str, steps[:len(set(steps))]))}"
    groups = getattr(module, "groups", 1)
    return kind if groups == 1 else f"{kind}, {groups} grupos"


def _operations(module, input_shape, output_shape):
    """Return (multiply–adds, connections) of one image; connections also count the biases."""
    if hasattr(module, "macs"):
        connections = module.connections(input_shape, output_shape) if hasattr(module, "connections") else 0
        return module.macs(input_shape, output_shape), connections
    outputs = math.prod(output_shape)
    if isinstance(module, nn.modules.conv._ConvNd):
        # Each output (of a transposed convolution: each input) meets one kernel of its group.
        per_position = module.weight[0].numel()
        macs = per_position * (math.prod(input_shape) if module.transposed else outputs)
    elif isinstance(module, nn.Linear):
        macs = outputs * module.in_features
    else:
        return 0, 0
    return macs, macs + (0 if module.bias is None else outputs)


def _grouped(rows, group_outputs):
    groups = {}
    for group, row in rows:
        groups.setdefault(group, []).append(row)
    table = []
    for name, parts in groups.items():
        kind, shape, field = group_outputs[name]
        sums = (sum(getattr(row, what) for row in parts) for what in ("params", "macs", "connections"))
        kind = parts[0].kind if parts[0].name == name else kind  # a layer tells more than its type
        table.append(Row(name, kind, shape, *sums, field))
    return table
