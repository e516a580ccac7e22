"""DenseNet-121, of 2017: every layer sees the maps of all the layers before it in its block."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from .checks import check_images, check_whole
from .registry import Recipe, register


class DenseLayer(nn.Sequential):
    """Adds ``growth`` maps to those it sees: BN–ReLU–1×1 (to 4·growth maps), BN–ReLU–3×3."""

    def __init__(self, in_channels: int, growth: int):
        super().__init__(OrderedDict(
            bn1=nn.BatchNorm2d(in_channels), relu1=nn.ReLU(),
            conv1=nn.Conv2d(in_channels, 4 * growth, 1, bias=False),
            bn2=nn.BatchNorm2d(4 * growth), relu2=nn.ReLU(),
            conv2=nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, super().forward(x)], dim=1)


class DenseBlock(nn.Sequential):
    """``count`` dense layers; the output has ``in_channels + count · growth`` maps."""

    def __init__(self, count: int, in_channels: int, growth: int):
        super().__init__(*(DenseLayer(in_channels + i * growth, growth) for i in range(count)))


class Transition(nn.Sequential):
    """Between two blocks: a 1×1 convolution keeps half the maps, a pooling a quarter of the pixels."""

    def __init__(self, in_channels: int):
        super().__init__(OrderedDict(
            bn=nn.BatchNorm2d(in_channels), relu=nn.ReLU(),
            conv=nn.Conv2d(in_channels, in_channels // 2, 1, bias=False), pool=nn.AvgPool2d(2)))


class DenseNet(nn.Module):
    """The network that `densenet121` makes."""

    def __init__(self, growth: int, counts: tuple[int, ...], num_classes: int, in_channels: int,
                 image_size: int):
        super().__init__()
        self.input_size = (in_channels, image_size, image_size)
        channels = 2 * growth
        self.conv1 = nn.Conv2d(in_channels, channels, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        parts = OrderedDict()
        for number, count in enumerate(counts, 1):
            if number > 1:
                parts[f"transition{number - 1}"] = Transition(channels)
                channels //= 2
            parts[f"block{number}"] = DenseBlock(count, channels, growth)
            channels += count * growth
        self.dense = nn.Sequential(parts)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(channels, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, H, W) → (N, num_classes)."""
        check_images(x, self.input_size[0])
        if min(x.shape[2:]) < 29:
            raise ValueError(f"x must be at least 29 pixels high and wide, got {tuple(x.shape)}")
        x = self.pool1(self.relu1(self.bn1(self.conv1(x))))
        x = self.dense(x)
        x = self.relu2(self.bn2(x))
        return self.fc(self.flatten(self.avgpool(x)))


@register(Recipe(epochs=90, batch_size=256, lr=0.1, weight_decay=1e-4, optimizer="sgd", schedule="steps"))
def densenet121(num_classes: int = 1000, *, in_channels: int = 3, image_size: int = 224) -> DenseNet:
    """Make DenseNet-121: 7,978,856 parameters, a third of ResNet-50's.

    Slide S68 shows its first filters. 121 layers have weights: the first convolution, two in each of the
    6 + 12 + 24 + 16 dense layers, three transitions and fc. Each dense layer adds 32 maps.

    Parameters
    ----------
    num_classes, in_channels : int
    image_size : int
        Side of the images, ≥ 29. It is only noted in ``input_size``: other sizes ≥ 29 are accepted.

    Returns
    -------
    DenseNet
        Takes images (N, in_channels, H, W) and returns scores (N, num_classes).

    Raises
    ------
    ValueError
        If an option is not one of those above.

    References
    ----------
    G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, *Densely Connected Convolutional Networks*,
    CVPR 2017, arXiv:1608.06993.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.densenet import densenet121
    >>> with torch.device("meta"):
    ...     network = densenet121()
    >>> sum(p.numel() for p in network.parameters())
    7978856
    """
    check_whole(num_classes=num_classes, in_channels=in_channels, image_size=image_size)
    if image_size < 29:
        raise ValueError(f"image_size must be >= 29, got {image_size}")
    return DenseNet(32, (6, 12, 24, 16), num_classes, in_channels, image_size)
