"""ZFNet, the network of 2013: AlexNet with a finer look at the image, dense, in the paper's two widths."""

from collections import OrderedDict

from torch import Tensor, nn

from .checks import check_choice, check_dropout, check_images, check_whole
from .registry import Recipe, register
from .response_norm import ResponseNorm

SIDE = 224
# Filters of conv3, conv4 and conv5: "a" is the paper's Figure 3, "b" is in its Table 2 and on slide S50.
WIDTHS = {"a": (384, 384, 256), "b": (512, 1024, 512)}


class ZFNet(nn.Sequential):
    """The layers of `zfnet`; unlike AlexNet's, they pool before they normalise."""

    def __init__(self, num_classes: int, in_channels: int, variant: str, dropout: float):
        conv3, conv4, conv5 = WIDTHS[variant]
        super().__init__(OrderedDict(
            conv1=nn.Conv2d(in_channels, 96, 7, stride=2, padding=1), relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(3, stride=2, ceil_mode=True), norm1=ResponseNorm(),  # 110 → 55 and 26 → 13
            conv2=nn.Conv2d(96, 256, 5, stride=2), relu2=nn.ReLU(),                 # need the ceiling
            pool2=nn.MaxPool2d(3, stride=2, ceil_mode=True), norm2=ResponseNorm(),
            conv3=nn.Conv2d(256, conv3, 3, padding=1), relu3=nn.ReLU(),
            conv4=nn.Conv2d(conv3, conv4, 3, padding=1), relu4=nn.ReLU(),
            conv5=nn.Conv2d(conv4, conv5, 3, padding=1), relu5=nn.ReLU(),
            pool5=nn.MaxPool2d(3, stride=2),
            flatten=nn.Flatten(),
            fc6=nn.Linear(conv5 * 6 * 6, 4096), relu6=nn.ReLU(), drop6=nn.Dropout(dropout),
            fc7=nn.Linear(4096, 4096), relu7=nn.ReLU(), drop7=nn.Dropout(dropout),
            fc8=nn.Linear(4096, num_classes)))
        self.input_size = (in_channels, SIDE, SIDE)
        for layer in self.children():
            if isinstance(layer, nn.Conv2d | nn.Linear):  # §3: weights 10⁻², biases 0
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, 224, 224) → (N, num_classes)."""
        check_images(x, self.input_size[0], SIDE)
        return super().forward(x)


@register(Recipe(epochs=70, batch_size=128, lr=0.01, weight_decay=0.0, optimizer="sgd", schedule="steps"))
def zfnet(variant: str = "a", num_classes: int = 1000, *, in_channels: int = 3, image_size: int = SIDE,
          dropout: float = 0.5) -> ZFNet:
    """Make a ZFNet: 62,357,608 parameters in variant "a", 107,627,624 in "b".

    Slide S50, whose 512, 1024 and 512 filters are variant "b"; the network that the paper draws is "a".
    What changed from AlexNet: conv1 is 7×7 with stride 2 (11×11 with stride 4 lost the middle
    frequencies), and no convolution is split in groups.

    Parameters
    ----------
    variant : {"a", "b"}
        384, 384, 256 or 512, 1024, 512 filters in conv3, conv4 and conv5.
    num_classes, in_channels : int
    image_size : int
        Always 224.
    dropout : float
        For fc6 and fc7, in [0, 1).

    Returns
    -------
    ZFNet
        Takes images (N, in_channels, 224, 224) and returns scores (N, num_classes).

    Raises
    ------
    ValueError
        If an option is not one of those above.

    Notes
    -----
    The paper prints neither the paddings, which follow from its sizes 110, 55, 26, 13 and 6, nor the
    constants of its contrast normalisation: here they are AlexNet's.

    References
    ----------
    M. Zeiler, R. Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014,
    arXiv:1311.2901.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.zfnet import zfnet
    >>> with torch.device("meta"):
    ...     print([sum(p.numel() for p in zfnet(variant).parameters()) for variant in "ab"])
    [62357608, 107627624]
    """
    check_choice(tuple(WIDTHS), variant=variant)
    check_whole(num_classes=num_classes, in_channels=in_channels)
    check_choice((SIDE,), image_size=image_size)
    check_dropout(dropout)
    return ZFNet(num_classes, in_channels, variant, dropout)
