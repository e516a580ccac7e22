"""ResNet, the network of 2015, for ImageNet: 18 to 152 layers, and its plain twins."""

from torch import Tensor, nn

from .checks import check_choice, check_images, check_whole
from .registry import Recipe, register
from .residual_blocks import BasicBlock, Block, Bottleneck, initialize, make_stage


class ResNet(nn.Module):
    """A residual network with the stages of the paper's Table 1: conv1, conv2_x, …, conv5_x.

    Parameters
    ----------
    block : BasicBlock or Bottleneck, the class
    counts : tuple of four int
        Blocks in each stage.
    num_classes, in_channels : int
    image_size : int
        Side of the images, ≥ 1. It is only noted in ``input_size``: the network accepts any size.
    residual : bool
        False makes the plain twin: the same layers, and no shortcut at all.
    shortcut : {"B", "A", "C"}
        Where x doesn't fit: "A" pads it with zeros (nothing to train), "B" projects it with a 1×1
        convolution; "C" projects everywhere. "A" is what the paper's first comparison with plain
        networks has; "B" is what it and torchvision use for 50 layers and more.
    paper_stride : bool
        True halves the maps in the first 1×1 of a bottleneck, as in the paper; False in its 3×3, as
        torchvision does ("V1.5": more accurate, 6 % more multiplications in ResNet-50).
    zero_init_residual : bool
        Start the last batch normalisation of each block at 0, so that the block starts as ReLU(x): on
        its input, which is ≥ 0, the identity. It is not what the paper nor torchvision's default do.

    Raises
    ------
    ValueError
        If an option is not one of those above.
    """

    def __init__(self, block: type[Block], counts: tuple[int, ...], num_classes: int = 1000, *,
                 in_channels: int = 3, image_size: int = 224, residual: bool = True, shortcut: str = "B",
                 paper_stride: bool = False, zero_init_residual: bool = False):
        check_whole(num_classes=num_classes, in_channels=in_channels, image_size=image_size)
        check_choice(("A", "B", "C"), shortcut=shortcut)
        if zero_init_residual and not residual:
            raise ValueError("zero_init_residual must be False without shortcuts: nothing would pass")
        super().__init__()
        self.input_size = (in_channels, image_size, image_size)
        options = shortcut if residual else None, paper_stride
        self.conv1 = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(3, stride=2, padding=1)
        self.conv2_x = make_stage(block, counts[0], 64, 64, 1, *options)
        self.conv3_x = make_stage(block, counts[1], 64 * block.expansion, 128, 2, *options)
        self.conv4_x = make_stage(block, counts[2], 128 * block.expansion, 256, 2, *options)
        self.conv5_x = make_stage(block, counts[3], 256 * block.expansion, 512, 2, *options)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        initialize(self, zero_init_residual)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, H, W) → (N, num_classes)."""
        check_images(x, self.input_size[0])
        x = self.relu1(self.bn1(self.conv1(x)))
        x = self.pool1(x)
        x = self.conv2_x(x)
        x = self.conv3_x(x)
        x = self.conv4_x(x)
        x = self.conv5_x(x)
        return self.fc(self.flatten(self.avgpool(x)))


_RECIPE = Recipe(epochs=90, batch_size=256, lr=0.1, weight_decay=1e-4, optimizer="sgd", schedule="steps")


@register(_RECIPE)
def resnet18(num_classes: int = 1000, **options) -> ResNet:
    """Make ResNet-18: 11,689,512 parameters. Options, result and errors: see `ResNet`."""
    return ResNet(BasicBlock, (2, 2, 2, 2), num_classes, **options)


@register(_RECIPE)
def resnet34(num_classes: int = 1000, **options) -> ResNet:
    """Make ResNet-34, the network of slide S67: 21,797,672 parameters.

    34 layers have weights: conv1, two in each of the 3 + 4 + 6 + 3 blocks, and fc. Its pooling is 3×3,
    not the slide's 2×2. Options, result and errors: see `ResNet`.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016,
    arXiv:1512.03385.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.resnet import resnet34
    >>> with torch.device("meta"):
    ...     for options in ({}, {"shortcut": "A"}, {"residual": False}):
    ...         print(sum(p.numel() for p in resnet34(**options).parameters()))
    21797672
    21623848
    21623848
    """
    return ResNet(BasicBlock, (3, 4, 6, 3), num_classes, **options)


@register(_RECIPE)
def resnet50(num_classes: int = 1000, **options) -> ResNet:
    """Make ResNet-50: 25,557,032 parameters. Options, result and errors: see `ResNet`."""
    return ResNet(Bottleneck, (3, 4, 6, 3), num_classes, **options)


@register(_RECIPE)
def resnet101(num_classes: int = 1000, **options) -> ResNet:
    """Make ResNet-101: 44,549,160 parameters. Options, result and errors: see `ResNet`."""
    return ResNet(Bottleneck, (3, 4, 23, 3), num_classes, **options)


@register(_RECIPE)
def resnet152(num_classes: int = 1000, **options) -> ResNet:
    """Make ResNet-152, the deepest of slide S61: 60,192,808 parameters. Options: see `ResNet`."""
    return ResNet(Bottleneck, (3, 8, 36, 3), num_classes, **options)
