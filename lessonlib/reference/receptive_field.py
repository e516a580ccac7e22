"""What part of the input one neuron of a deep layer sees (slide S32)."""

from collections.abc import Iterable
from typing import NamedTuple

from lessonlib.reference._validation import as_count


class ReceptiveField(NamedTuple):
    """The stretch of the input, along one axis, that the outputs of a layer see."""

    size: int
    """Input pixels that one output sees."""
    jump: int
    """Input pixels from what one output sees to what its neighbour sees."""
    start: int
    """First input pixel that output 0 sees, from 0; negative inside the padding."""

    def pixels(self, output: int) -> range:
        """Return the input positions that an output sees, padding included.

        Examples
        --------
        >>> list(ReceptiveField(size=5, jump=2, start=0).pixels(1))
        [2, 3, 4, 5, 6]
        """
        first = self.start + output * self.jump
        return range(first, first + self.size)


def receptive_field(layers: Iterable[tuple[int, ...]]) -> list[ReceptiveField]:
    """Return the receptive field of every layer of a stack of convolutions and poolings.

    A layer of kernel k, stride s and dilation d adds d (k - 1) jumps to the
    size, and multiplies the jump by s.

    Parameters
    ----------
    layers : iterable of (kernel, stride[, dilation[, padding]])
        One tuple of integers a layer, from the input on. Dilation is 1 and padding 0 by default.

    Returns
    -------
    list of ReceptiveField
        (size, jump, start) after each layer, in input pixels; one axis.

    Raises
    ------
    ValueError
        No layers, a layer that is not 2 to 4 integers, a kernel, stride or
        dilation under 1, or a padding under 0.

    Examples
    --------
    Two 3 x 3 convolutions see 5 x 5, slide S32; the layers of LeNet-5 up to S4 see 16 x 16:

    >>> receptive_field([(3, 1), (3, 1)])[-1].size
    5
    >>> [field.size for field in receptive_field([(5, 1), (2, 2), (5, 1), (2, 2)])]
    [5, 6, 14, 16]
    """
    size, jump, start = 1, 1, 0
    fields = []
    for number, layer in enumerate(layers, start=1):
        if not isinstance(layer, (tuple, list)) or not 2 <= len(layer) <= 4:
            raise ValueError(f"layer {number} must be (kernel, stride[, dilation[, padding]]), got {layer!r}")
        kernel, stride, dilation, padding = (*layer, *(1, 0)[len(layer) - 2:])
        for value, name in ((kernel, "kernel"), (stride, "stride"), (dilation, "dilation")):
            as_count(value, f"the {name} of layer {number}", minimum=1)
        as_count(padding, f"the padding of layer {number}")
        start -= padding * jump
        size += (kernel - 1) * dilation * jump
        jump *= stride
        fields.append(ReceptiveField(size, jump, start))
    if not fields:
        raise ValueError("layers must hold at least one layer, got none")
    return fields
