"""LeNet-5 as published in 1998: sparse C3, trainable subsampling, distances to ten drawings at the output."""

import math
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .digit_codes import digit_codes
from .registry import Recipe, register

# Table I of the paper: the S2 maps that each of the 16 C3 maps sees.
C3_TABLE = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)


class Frame(nn.Module):
    """Put the image in the paper's 32×32 frame and on its scale: background -0.1, ink 1.175."""

    def forward(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1] != 1 or x.shape[2] != x.shape[3] or x.shape[3] not in (28, 32):
            raise ValueError(f"x must have shape (N, 1, 28, 28) or (N, 1, 32, 32), got {tuple(x.shape)}")
        side = (32 - x.shape[3]) // 2
        return F.pad(x, (side,) * 4) * 1.275 - 0.1


class Squash(nn.Module):
    """The paper's squashing function, ``1.7159 · tanh(2a/3)``: f(1) = 1 and f(-1) = -1."""

    def forward(self, a: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(a * (2 / 3))


class Subsampling(nn.Module):
    """Sum of each 2×2 block, times a coefficient, plus a bias: two trainable numbers a map."""

    def __init__(self, maps: int):
        super().__init__()
        self.coefficient = nn.Parameter(torch.empty(maps))
        self.bias = nn.Parameter(torch.empty(maps))

    def forward(self, x: Tensor) -> Tensor:
        total = F.avg_pool2d(x, 2, divisor_override=1)
        return total * self.coefficient[:, None, None] + self.bias[:, None, None]

    def macs(self, input_shape, output_shape) -> int:
        """Multiply–adds for one image: one an output."""
        return math.prod(output_shape)

    def connections(self, input_shape, output_shape) -> int:
        """Four inputs and the bias reach each output."""
        return 5 * math.prod(output_shape)


class SparseConv2d(nn.Module):
    """A 5×5 convolution in which each output map sees only the input maps of its row in a table.

    Only the kernels that exist are parameters: ``weight`` (kernels, 5, 5), in the table's order.
    """

    def __init__(self, table: tuple[tuple[int, ...], ...]):
        super().__init__()
        places = [(out, source) for out, row in enumerate(table) for source in row]
        self.shape = (len(table), 1 + max(source for _, source in places), 5, 5)
        self.weight = nn.Parameter(torch.empty(len(places), 5, 5))
        self.bias = nn.Parameter(torch.empty(len(table)))
        self.register_buffer("places", torch.tensor(places).T, persistent=False)

    def dense_weight(self) -> Tensor:
        """Return the kernels as (O, C, 5, 5), with zeros where the table has no connection."""
        return self.weight.new_zeros(self.shape).index_put(tuple(self.places), self.weight)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.dense_weight(), self.bias)

    def macs(self, input_shape, output_shape) -> int:
        """Multiply–adds for one image: the kernels that exist, at every place."""
        return self.weight.numel() * math.prod(output_shape[1:])

    def connections(self, input_shape, output_shape) -> int:
        """The multiply–adds, and the bias of each output."""
        return self.macs(input_shape, output_shape) + math.prod(output_shape)


class Distances(nn.Module):
    """Ten radial basis functions: minus the squared distance from F6's 84 numbers to each class's code.

    The paper outputs the distance (the nearest code wins). The minus makes it a score like any other (the
    largest wins), so that cross-entropy pulls F6 towards the right code and away from the others.
    """

    def __init__(self, codes: Tensor):
        super().__init__()
        self.register_buffer("codes", codes)

    def forward(self, x: Tensor) -> Tensor:
        return -(x[:, None] - self.codes).square().sum(dim=2)

    def macs(self, input_shape, output_shape) -> int:
        """One square added for each class and each of the 84 numbers."""
        return self.codes.numel()

    def connections(self, input_shape, output_shape) -> int:
        """Each of the 84 numbers reaches each class; there is no bias."""
        return self.codes.numel()


class LeNet5From1998(nn.Sequential):
    """The layers of `lenet5_1998`, by the paper's names: c1, s2, c3, s4, c5, f6, output."""

    def __init__(self):
        super().__init__(OrderedDict(
            frame=Frame(),
            c1=nn.Conv2d(1, 6, 5), a1=Squash(),
            s2=Subsampling(6), a2=Squash(),
            c3=SparseConv2d(C3_TABLE), a3=Squash(),
            s4=Subsampling(16), a4=Squash(),
            c5=nn.Conv2d(16, 120, 5), a5=Squash(),
            flatten=nn.Flatten(),
            f6=nn.Linear(120, 84), a6=Squash(),
            output=Distances(digit_codes())))
        fan_in = {"c1": 25, "s2": 4, "s4": 4, "c5": 400, "f6": 120}
        for name, inputs in fan_in.items():
            for parameter in self.get_submodule(name).parameters():
                nn.init.uniform_(parameter, -2.4 / inputs, 2.4 / inputs)
        for out, row in enumerate(C3_TABLE):  # a C3 map with more inputs starts with smaller weights
            bound, of_this_map = 2.4 / (25 * len(row)), self.c3.places[0] == out
            with torch.no_grad():
                self.c3.weight[of_this_map] = torch.empty(len(row), 5, 5).uniform_(-bound, bound)
                self.c3.bias[out].uniform_(-bound, bound)


@register(Recipe(lr=1e-3, batch_size=32, weight_decay=0.0))
def lenet5_1998(num_classes: int = 10, *, in_channels: int = 1, image_size: int = 28) -> LeNet5From1998:
    """Make LeNet-5 as published: 60,000 trainable parameters, 340,908 connections.

    Slides S45–S46 simplify it; here is what the paper has: C3 maps that see 3, 4 or 6 of the S2 maps
    (Table I), subsampling with a trainable coefficient and bias, the squashing function
    ``1.7159 · tanh(2a/3)`` after every layer up to F6, and an output that measures distances from F6 to
    ten fixed 7×12 drawings of ±1.

    The paper's drawings are not reproduced: those here were drawn for this course (`digit_codes`). Nor is
    its second-order optimiser: train with `lessonlib.nets.training.fit`. Weights start uniform within
    ±2.4 / fan-in. Squared distances of 84 numbers are large, so softmax is all or nothing at first; dividing
    the scores by 20 in the loss makes training faster (10 epochs of the 8,000 digits: 97 % instead of 96 %).

    Parameters
    ----------
    num_classes, in_channels : int
        Always 10 and 1: there are ten drawings, and the paper's images are grey.
    image_size : {28, 32}
        Both are accepted at any time: a 28×28 image is framed to 32×32 on entry.

    Returns
    -------
    LeNet5From1998
        Takes grey images (N, 1, 28, 28) or (N, 1, 32, 32), values in 0..1 with 0 the background, and
        returns scores (N, 10): minus the squared distances, ≤ 0, the largest wins.

    Raises
    ------
    ValueError
        If the options are not those above.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-Based Learning Applied to Document Recognition*,
    Proceedings of the IEEE 86(11):2278–2324, 1998, doi:10.1109/5.726791.

    Examples
    --------
    >>> from lessonlib.nets import models
    >>> network = models.lenet5_1998()
    >>> sum(p.numel() for p in network.parameters())
    60000
    >>> sum(p.numel() for p in network.c3.parameters())
    1516
    """
    options = (("num_classes", num_classes, (10,)), ("in_channels", in_channels, (1,)),
               ("image_size", image_size, (28, 32)))
    for argument, value, allowed in options:
        if value not in allowed:
            wanted = " or ".join(map(str, allowed))
            raise ValueError(f"{argument} of lenet5_1998 must be {wanted}, got {value!r}")
    return LeNet5From1998()
