"""The blocks of the residual networks: f(x) + x, and the three ways to carry x when it doesn't fit."""

import torch.nn.functional as F
from torch import Tensor, nn


def conv3x3(in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
    """A 3×3 convolution that keeps the size (divided by the stride); batch normalisation has the bias."""
    return nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)


def conv1x1(in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
    """A 1×1 convolution without bias."""
    return nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)


class ZeroPadding(nn.Module):
    """Option A: every second pixel, and maps of zeros for the missing channels. Nothing to train."""

    def __init__(self, extra_channels: int, stride: int):
        super().__init__()
        self.extra_channels, self.stride = extra_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.extra_channels))


class Projection(nn.Module):
    """Options B and C: a 1×1 convolution that changes the number of maps and their size."""

    def __init__(self, in_channels: int, out_channels: int, stride: int):
        super().__init__()
        self.conv = conv1x1(in_channels, out_channels, stride)
        self.bn = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x))


def make_shortcut(option: str | None, in_channels: int, out_channels: int, stride: int) -> nn.Module | None:
    """Return the way around a block: the identity where x fits, else what the option says.

    Parameters
    ----------
    option : {"A", "B", "C", None}
        "A" pads with zeros, "B" projects where x doesn't fit, "C" projects everywhere, None has no way
        around: the plain network.
    """
    fits = stride == 1 and in_channels == out_channels
    if option is None:
        return None
    if option == "C" or (option == "B" and not fits):
        return Projection(in_channels, out_channels, stride)
    return nn.Identity() if fits else ZeroPadding(out_channels - in_channels, stride)


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and the shortcut over them: h(x) = f(x) + x (slide S63)."""

    expansion = 1

    def __init__(self, in_channels: int, channels: int, stride: int, shortcut: str | None,
                 paper_stride: bool = False):
        super().__init__()
        self.conv1 = conv3x3(in_channels, channels, stride)  # here for the paper and for torchvision
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = conv3x3(channels, channels)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = make_shortcut(shortcut, in_channels, channels, stride)
        self.relu2 = nn.ReLU()

    @property
    def last_bn(self) -> nn.BatchNorm2d:
        """The end of f: with weight 0 the block starts as the identity."""
        return self.bn2

    def forward(self, x: Tensor) -> Tensor:
        f = self.relu1(self.bn1(self.conv1(x)))
        f = self.bn2(self.conv2(f))
        h = f if self.shortcut is None else f + self.shortcut(x)
        return self.relu2(h)


class Bottleneck(nn.Module):
    """1×1 to fewer maps, 3×3, 1×1 to four times as many, and the shortcut over the three."""

    expansion = 4

    def __init__(self, in_channels: int, channels: int, stride: int, shortcut: str | None,
                 paper_stride: bool = False):
        super().__init__()
        first, second = (stride, 1) if paper_stride else (1, stride)
        self.conv1 = conv1x1(in_channels, channels, first)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = conv3x3(channels, channels, second)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.conv3 = conv1x1(channels, channels * self.expansion)
        self.bn3 = nn.BatchNorm2d(channels * self.expansion)
        self.shortcut = make_shortcut(shortcut, in_channels, channels * self.expansion, stride)
        self.relu3 = nn.ReLU()

    @property
    def last_bn(self) -> nn.BatchNorm2d:
        """The end of f: with weight 0 the block starts as the identity."""
        return self.bn3

    def forward(self, x: Tensor) -> Tensor:
        f = self.relu1(self.bn1(self.conv1(x)))
        f = self.relu2(self.bn2(self.conv2(f)))
        f = self.bn3(self.conv3(f))
        h = f if self.shortcut is None else f + self.shortcut(x)
        return self.relu3(h)


Block = BasicBlock | Bottleneck


def make_stage(block: type[Block], count: int, in_channels: int, channels: int, stride: int,
               shortcut: str | None, paper_stride: bool = False) -> nn.Sequential:
    """Return ``count`` blocks in a row; only the first changes the size and the number of maps."""
    blocks = [block(in_channels, channels, stride, shortcut, paper_stride)]
    for _ in range(count - 1):
        blocks.append(block(channels * block.expansion, channels, 1, shortcut, paper_stride))
    return nn.Sequential(*blocks)


def residual_blocks(network: nn.Module) -> list[Block]:
    """Return the blocks of a (plain or residual) network, from the image to the scores.

    Examples
    --------
    >>> from lessonlib.nets.models.cifar_resnet import cifar_resnet
    >>> len(residual_blocks(cifar_resnet(20)))
    9
    """
    return [module for module in network.modules() if isinstance(module, Block)]


def initialize(network: nn.Module, zero_init_residual: bool) -> None:
    """Draw the convolutions as He et al. (2015); optionally start every block as the identity."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    if zero_init_residual:
        for block in residual_blocks(network):
            nn.init.zeros_(block.last_bn.weight)
