"""Follow an image through a network and note, at each step, how much of it one unit sees.

A `Traced` tensor carries its receptive field with it. Every operation that PyTorch does with such a tensor
passes by `Traced.__torch_function__`, inside a layer or between layers, so branches, additions and
concatenations need nothing special: the result sees the most that any of its parts sees.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils._pytree import tree_leaves


class Axis(NamedTuple):
    """Receptive field along one side of the image.

    Parameters
    ----------
    size : float
        Input pixels that one unit sees (padding included).
    jump : float
        Input pixels from one unit to the next.
    extent : int
        Units side by side.
    """

    size: float
    jump: float
    extent: int

    def window(self, kernel: float, stride: float, dilation: int = 1) -> "Axis":
        """Return what the units see after windows of ``kernel`` units."""
        return Axis(self.size + dilation * (kernel - 1) * self.jump, self.jump * stride, self.extent)

    def whole(self) -> "Axis":
        """Return what a unit sees that is connected to all the units of the side."""
        return Axis(self.size + (self.extent - 1) * self.jump, self.jump, 1)


Field = tuple[Axis, Axis]


class Traced(Tensor):
    """A tensor that knows its receptive field: ``field``, an `Axis` for the height and one for the width."""

    @classmethod
    def start(cls, image: Tensor) -> Tensor:
        """Return the image as a traced tensor; each of its pixels sees itself."""
        traced = image.as_subclass(cls)
        traced.field = tuple(Axis(1, 1, side) for side in image.shape[-2:])
        return traced

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        result = super().__torch_function__(func, types, args, kwargs)
        inputs = tree_leaves((args, kwargs))
        fields = [leaf.field for leaf in inputs if isinstance(leaf, cls) and has_field(leaf)]
        if fields:
            field = tuple(Axis(*map(max, zip(*axes, strict=True))) for axes in zip(*fields, strict=True))
            rule = _RULES.get(getattr(func, "__name__", ""))
            for leaf in tree_leaves(result):
                if isinstance(leaf, cls):
                    after = field if rule is None else rule(field, leaf, args, kwargs)
                    if leaf.ndim == 4:
                        after = tuple(axis._replace(extent=side)
                                      for axis, side in zip(after, _shape(leaf)[-2:], strict=True))
                    leaf.field = after
        return result


def has_field(tensor: Tensor) -> bool:
    """Return whether the tensor came, by whatever way, from a traced image."""
    return "field" in getattr(tensor, "__dict__", {})


def _shape(tensor):
    with torch._C.DisableTorchFunctionSubclass():  # reading the shape is an operation too
        return tuple(tensor.shape)


def _argument(args, kwargs, index, name, default):
    value = kwargs.get(name, args[index] if len(args) > index else default)
    return default if value is None or value == [] or value == () else value


def _pair(value):
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return values * 2 if len(values) == 1 else values


def _convolution(field, result, args, kwargs):
    kernel = _shape(_argument(args, kwargs, 1, "weight", None))[-2:]
    stride = _pair(_argument(args, kwargs, 3, "stride", 1))
    dilation = _pair(_argument(args, kwargs, 5, "dilation", 1))
    return tuple(map(Axis.window, field, kernel, stride, dilation))


def _transposed_convolution(field, result, args, kwargs):
    # An output sees only the ceil(kernel / stride) inputs that reach it, and stands closer to the next one.
    kernel = _shape(_argument(args, kwargs, 1, "weight", None))[-2:]
    stride = _pair(_argument(args, kwargs, 3, "stride", 1))
    return tuple(axis.window(math.ceil(k / s), 1 / s)
                 for axis, k, s in zip(field, kernel, stride, strict=True))


def _average_pooling(field, result, args, kwargs):
    kernel = _argument(args, kwargs, 1, "kernel_size", None)
    stride = _argument(args, kwargs, 2, "stride", kernel)
    return tuple(map(Axis.window, field, _pair(kernel), _pair(stride)))


def _max_pooling(field, result, args, kwargs):
    kernel = _argument(args, kwargs, 1, "kernel_size", None)
    stride = _argument(args, kwargs, 2, "stride", kernel)
    dilation = _argument(args, kwargs, 4, "dilation", 1)
    return tuple(map(Axis.window, field, _pair(kernel), _pair(stride), _pair(dilation)))


def _adaptive_pooling(field, result, args, kwargs):
    after = []
    for axis, side in zip(field, _shape(result)[-2:], strict=True):
        units = axis.extent / side
        widest = max(math.ceil((i + 1) * units) - math.floor(i * units) for i in range(side))
        after.append(axis.window(widest, units))
    return tuple(after)


def _resizing(field, result, args, kwargs):
    return tuple(axis._replace(jump=axis.jump * axis.extent / side)
                 for axis, side in zip(field, _shape(result)[-2:], strict=True))


def _mean(field, result, args, kwargs):
    dims = _argument(args, kwargs, 1, "dim", range(4))
    ndim = len(_shape(args[0]))
    dims = {dim % ndim for dim in ([dims] if isinstance(dims, int) else dims)}
    return tuple(axis.whole() if ndim == 4 and 2 + i in dims else axis for i, axis in enumerate(field))


def _dense(field, result, args, kwargs):
    if result.ndim == 4:  # applied to each place by itself
        return field
    return tuple(axis.whole() for axis in field)


_RULES = {
    "conv2d": _convolution, "conv_transpose2d": _transposed_convolution,
    "max_pool2d": _max_pooling, "max_pool2d_with_indices": _max_pooling, "avg_pool2d": _average_pooling,
    "adaptive_avg_pool2d": _adaptive_pooling, "adaptive_max_pool2d": _adaptive_pooling,
    "adaptive_max_pool2d_with_indices": _adaptive_pooling,
    "interpolate": _resizing,
    "mean": _mean, "amax": _mean, "linear": _dense, "matmul": _dense, "mm": _dense, "addmm": _dense,
}
