"""The small residual networks of 2015 for CIFAR-10, 20 to 1202 layers, and their plain twins."""

from torch import Tensor, nn

from .checks import check_choice, check_images, check_whole
from .registry import Recipe, register
from .residual_blocks import BasicBlock, conv3x3, initialize, make_stage


class CifarResNet(nn.Module):
    """The network that `cifar_resnet` makes: a convolution, three stages of n blocks, and a dense layer."""

    def __init__(self, blocks_per_stage: int, num_classes: int, in_channels: int, image_size: int, width: int,
                 shortcut: str | None, zero_init_residual: bool):
        super().__init__()
        self.input_size = (in_channels, image_size, image_size)
        self.conv1 = conv3x3(in_channels, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu1 = nn.ReLU()
        self.stage1 = make_stage(BasicBlock, blocks_per_stage, width, width, 1, shortcut)
        self.stage2 = make_stage(BasicBlock, blocks_per_stage, width, 2 * width, 2, shortcut)
        self.stage3 = make_stage(BasicBlock, blocks_per_stage, 2 * width, 4 * width, 2, shortcut)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(4 * width, num_classes)
        initialize(self, zero_init_residual)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, H, W) → (N, num_classes)."""
        check_images(x, self.input_size[0])
        x = self.relu1(self.bn1(self.conv1(x)))
        x = self.stage1(x)
        x = self.stage2(x)
        x = self.stage3(x)
        return self.fc(self.flatten(self.avgpool(x)))


@register(Recipe(epochs=164, batch_size=128, lr=0.1, weight_decay=1e-4, optimizer="sgd", schedule="steps"))
def cifar_resnet(depth: int = 20, residual: bool = True, num_classes: int = 10, *, in_channels: int = 3,
                 image_size: int = 32, width: int = 16, shortcut: str = "A",
                 zero_init_residual: bool = False) -> CifarResNet:
    """Make a CIFAR-10 ResNet of 6n + 2 layers, or the plain network with the same layers.

    Slides S61–S66. With 16 filters and option A: 269,722 parameters in 20 layers, 853,018 in 56,
    1,727,962 in 110 and 19,421,274 in 1202, with or without shortcuts.

    Parameters
    ----------
    depth : int
        6n + 2 with n ≥ 1; the paper has 20, 32, 44, 56, 110 and 1202.
    residual : bool
        False leaves out the shortcuts, to see the degradation of slide S62.
    num_classes, in_channels : int
    image_size : int
        Side of the images, ≥ 1. It is only noted in ``input_size``: the network accepts any size.
    width : int
        Filters of the first stage; the second has twice and the third four times as many.
    shortcut : {"A", "B", "C"}
        As in `ResNet`; the paper's choice here is "A", which adds no parameters.
    zero_init_residual : bool
        As in `ResNet`.

    Returns
    -------
    CifarResNet
        Takes images (N, in_channels, H, W) and returns scores (N, num_classes).

    Raises
    ------
    ValueError
        If an option is not one of those above.

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016, §4.2,
    arXiv:1512.03385.

    Examples
    --------
    >>> from lessonlib.nets.models.cifar_resnet import cifar_resnet
    >>> for residual in (True, False):
    ...     print(sum(p.numel() for p in cifar_resnet(56, residual).parameters()))
    853018
    853018
    """
    check_whole(depth=depth, num_classes=num_classes, in_channels=in_channels, image_size=image_size,
                width=width)
    check_choice(("A", "B", "C"), shortcut=shortcut)
    if depth < 8 or depth % 6 != 2:
        raise ValueError(f"depth must be 6n + 2 with n >= 1 (8, 14, 20, ...), got {depth}")
    if zero_init_residual and not residual:
        raise ValueError("zero_init_residual must be False without shortcuts: nothing would pass")
    return CifarResNet((depth - 2) // 6, num_classes, in_channels, image_size, width,
                       shortcut if residual else None, zero_init_residual)
