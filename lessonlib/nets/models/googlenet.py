"""GoogLeNet, the network of 2014: nine inception modules, and two heads that only help training."""

from collections import OrderedDict
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .checks import check_dropout, check_images, check_whole
from .registry import Recipe, register
from .response_norm import ResponseNorm


class Outputs(NamedTuple):
    """What GoogLeNet returns while it trains with auxiliary heads: three batches of scores (N, classes)."""

    scores: Tensor
    aux1: Tensor
    aux2: Tensor


def loss_with_auxiliaries(outputs: Outputs, target: Tensor, weight: float = 0.3) -> Tensor:
    """Cross-entropy of the scores, plus that of each head times 0.3 ("reduzido em 70 %", slide S57)."""
    scores, *auxiliaries = (F.cross_entropy(output, target) for output in outputs)
    return scores + weight * sum(auxiliaries)


def conv_relu(in_channels: int, out_channels: int, kernel_size: int, **options) -> nn.Sequential:
    """A convolution with bias, then ReLU: every convolution of this network, 1×1 ones too."""
    return nn.Sequential(OrderedDict(
        conv=nn.Conv2d(in_channels, out_channels, kernel_size, **options), relu=nn.ReLU()))


class Inception(nn.Module):
    """Four branches over the same input, side by side in the output's depth (slide S54).

    Parameters are numbers of filters, in the order of the paper's Table 1. The 1×1 convolutions called
    ``reduce`` make the wide kernels cheap.
    """

    def __init__(self, in_channels: int, ones: int, reduce3: int, threes: int, reduce5: int, fives: int,
                 project: int):
        super().__init__()
        self.branch1 = conv_relu(in_channels, ones, 1)
        self.branch3 = nn.Sequential(OrderedDict(
            reduce=conv_relu(in_channels, reduce3, 1), conv3x3=conv_relu(reduce3, threes, 3, padding=1)))
        self.branch5 = nn.Sequential(OrderedDict(
            reduce=conv_relu(in_channels, reduce5, 1), conv5x5=conv_relu(reduce5, fives, 5, padding=2)))
        self.branch_pool = nn.Sequential(OrderedDict(
            pool=nn.MaxPool2d(3, stride=1, padding=1), project=conv_relu(in_channels, project, 1)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch3(x), self.branch5(x), self.branch_pool(x)], dim=1)


def auxiliary_head(in_channels: int, num_classes: int) -> nn.Sequential:
    """A small classifier on 14×14 maps in the middle of the network (slides S56–S57)."""
    return nn.Sequential(OrderedDict(
        pool=nn.AvgPool2d(5, stride=3),  # 14×14 → 4×4
        conv=conv_relu(in_channels, 128, 1),
        flatten=nn.Flatten(),
        fc1=nn.Linear(128 * 4 * 4, 1024), relu=nn.ReLU(), drop=nn.Dropout(0.7),
        fc2=nn.Linear(1024, num_classes)))


class GoogLeNet(nn.Module):
    """The network that `googlenet` makes."""

    def __init__(self, num_classes: int, in_channels: int, image_size: int, aux: bool, dropout: float):
        super().__init__()
        self.input_size = (in_channels, image_size, image_size)
        self.conv1 = conv_relu(in_channels, 64, 7, stride=2, padding=3)
        self.pool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.norm1 = ResponseNorm()
        self.reduce2 = conv_relu(64, 64, 1)
        self.conv2 = conv_relu(64, 192, 3, padding=1)
        self.norm2 = ResponseNorm()
        self.pool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception3a = Inception(192, 64, 96, 128, 16, 32, 32)
        self.inception3b = Inception(256, 128, 128, 192, 32, 96, 64)
        self.pool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a = Inception(480, 192, 96, 208, 16, 48, 64)
        self.inception4b = Inception(512, 160, 112, 224, 24, 64, 64)
        self.inception4c = Inception(512, 128, 128, 256, 24, 64, 64)
        self.inception4d = Inception(512, 112, 144, 288, 32, 64, 64)
        self.inception4e = Inception(528, 256, 160, 320, 32, 128, 128)
        self.pool4 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception5a = Inception(832, 256, 160, 320, 32, 128, 128)
        self.inception5b = Inception(832, 384, 192, 384, 48, 128, 128)
        self.avgpool = nn.AdaptiveAvgPool2d(1)  # 7×7 when the image is 224×224
        self.flatten = nn.Flatten()
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(1024, num_classes)
        self.aux1 = auxiliary_head(512, num_classes) if aux else None
        self.aux2 = auxiliary_head(528, num_classes) if aux else None
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor | Outputs:
        """Return the class scores (N, num_classes); with heads and while training, an `Outputs`."""
        use_heads = self.training and self.aux1 is not None
        check_images(x, self.input_size[0], self.input_size[1] if use_heads else None)
        x = self.norm1(self.pool1(self.conv1(x)))
        x = self.pool2(self.norm2(self.conv2(self.reduce2(x))))
        x = self.inception3a(x)
        x = self.inception3b(x)
        x = self.pool3(x)
        x = middle = self.inception4a(x)
        x = self.inception4b(x)
        x = self.inception4c(x)
        x = deeper = self.inception4d(x)
        x = self.inception4e(x)
        x = self.pool4(x)
        x = self.inception5a(x)
        x = self.inception5b(x)
        scores = self.fc(self.drop(self.flatten(self.avgpool(x))))
        return Outputs(scores, self.aux1(middle), self.aux2(deeper)) if use_heads else scores


@register(Recipe(epochs=90, batch_size=128, lr=0.01, weight_decay=1e-4, optimizer="sgd", schedule="cosine"))
def googlenet(num_classes: int = 1000, *, in_channels: int = 3, image_size: int = 224, aux: bool = False,
              dropout: float = 0.4) -> GoogLeNet:
    """Make GoogLeNet as in the paper: 6,998,552 parameters, and 6,379,728 more in the auxiliary heads.

    Slides S52–S60: 22 layers with weights. The slide's 5 million is the paper's text ("12× fewer"); the
    table of the same paper adds up to 6.8 million.

    Parameters
    ----------
    num_classes, in_channels : int
    image_size : int
        224. Without heads any size ≥ 32 will do, and the network accepts images of other sizes too.
    aux : bool
        Add the two heads, on 4a and 4d. In training mode the network then returns `Outputs`, which
        `loss_with_auxiliaries` turns into one loss; in evaluation mode they are not used.
    dropout : float
        Before the last layer, in [0, 1).

    Returns
    -------
    GoogLeNet
        Takes images (N, in_channels, H, W) and returns scores (N, num_classes).

    Raises
    ------
    ValueError
        If an option is not one of those above.

    Notes
    -----
    Kernels, biases and the lack of batch normalisation are the paper's; torchvision's has 3×3 for 5×5 and
    batch normalisation. The paper doesn't print the first weights nor the constants of its normalisation:
    here they are He's and AlexNet's.

    References
    ----------
    C. Szegedy et al., *Going Deeper with Convolutions*, CVPR 2015, arXiv:1409.4842.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.googlenet import googlenet
    >>> with torch.device("meta"):
    ...     print([sum(p.numel() for p in googlenet(aux=aux).parameters()) for aux in (False, True)])
    [6998552, 13378280]
    """
    check_whole(num_classes=num_classes, in_channels=in_channels, image_size=image_size)
    check_dropout(dropout)
    if image_size < 32 or (aux and image_size != 224):
        raise ValueError(f"image_size must be >= 32, and 224 with aux=True, got {image_size}")
    return GoogLeNet(num_classes, in_channels, image_size, aux, dropout)
