"""VGG-16 and VGG-19, of 2014: only 3×3 convolutions and 2×2 poolings, but many."""

from collections import OrderedDict

from torch import Tensor, nn

from .checks import check_dropout, check_images, check_whole
from .registry import Recipe, register

WIDTHS = (64, 128, 256, 512, 512)
# 3×3 convolutions in each of the five blocks: configurations D and E of the paper's Table 1.
CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}


class VGG(nn.Sequential):
    """The layers of `vgg16` and `vgg19`: conv1_1, relu1_1, conv1_2, …, pool5, fc6, fc7, fc8.

    Parameters
    ----------
    convolutions : tuple of int
        How many 3×3 convolutions each block has before its pooling.
    num_classes, in_channels : int
    image_size : int
        A multiple of 32: five poolings halve it.
    dropout : float
        For fc6 and fc7, in [0, 1).
    """

    def __init__(self, convolutions: tuple[int, ...], num_classes: int = 1000, *, in_channels: int = 3,
                 image_size: int = 224, dropout: float = 0.5):
        check_whole(num_classes=num_classes, in_channels=in_channels, image_size=image_size)
        check_dropout(dropout)
        if image_size % 32:
            raise ValueError(f"image_size must be a multiple of 32, got {image_size}")
        layers, channels = OrderedDict(), in_channels
        for block, (width, count) in enumerate(zip(WIDTHS, convolutions, strict=True), 1):
            for i in range(1, count + 1):
                layers[f"conv{block}_{i}"] = nn.Conv2d(channels, width, 3, padding=1)
                layers[f"relu{block}_{i}"] = nn.ReLU()
                channels = width
            layers[f"pool{block}"] = nn.MaxPool2d(2)
        layers.update(
            flatten=nn.Flatten(),
            fc6=nn.Linear(channels * (image_size // 32) ** 2, 4096), relu6=nn.ReLU(),
            drop6=nn.Dropout(dropout),
            fc7=nn.Linear(4096, 4096), relu7=nn.ReLU(), drop7=nn.Dropout(dropout),
            fc8=nn.Linear(4096, num_classes))
        super().__init__(layers)
        self.input_size = (in_channels, image_size, image_size)
        for layer in self.children():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(layer.bias)
            elif isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, image_size, image_size) → (N, num_classes)."""
        check_images(x, *self.input_size[:2])
        return super().forward(x)


_RECIPE = Recipe(epochs=74, batch_size=256, lr=0.01, weight_decay=5e-4, optimizer="sgd", schedule="steps")


@register(_RECIPE)
def vgg16(num_classes: int = 1000, **options) -> VGG:
    """Make VGG-16, the paper's configuration D: 138,357,544 parameters, 89 % in the dense layers.

    Slide S51. Options, result and errors: see `VGG`.

    Notes
    -----
    The paper drew the first weights of its deep networks from a shallower one, already trained. Here the
    convolutions start as He et al. proposed (2015), which made that unnecessary.

    References
    ----------
    K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*,
    ICLR 2015, arXiv:1409.1556.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.vgg import vgg16
    >>> with torch.device("meta"):
    ...     network = vgg16()
    >>> sum(p.numel() for p in network.parameters())
    138357544
    """
    return VGG(CONVOLUTIONS["vgg16"], num_classes, **options)


@register(_RECIPE)
def vgg19(num_classes: int = 1000, **options) -> VGG:
    """Make VGG-19, configuration E: 143,667,240 parameters. See `vgg16` and `VGG`."""
    return VGG(CONVOLUTIONS["vgg19"], num_classes, **options)
