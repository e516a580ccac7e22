"""AlexNet, the network of 2012: on one device, with or without its two groups, and split over two devices."""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from .checks import check_choice, check_dropout, check_images, check_whole
from .registry import Recipe, register
from .response_norm import ResponseNorm

SIDE = 227  # the paper prints 224, but (224 − 11)/4 + 1 is no whole number; 227 gives its 55


class AlexNet(nn.Sequential):
    """The layers of `alexnet`, in the paper's order: convolution, ReLU, normalisation, pooling."""

    def __init__(self, num_classes: int, in_channels: int, groups: int, dropout: float):
        super().__init__(OrderedDict(
            conv1=nn.Conv2d(in_channels, 96, 11, stride=4), relu1=nn.ReLU(),
            norm1=ResponseNorm(groups), pool1=nn.MaxPool2d(3, stride=2),
            conv2=nn.Conv2d(96, 256, 5, padding=2, groups=groups), relu2=nn.ReLU(),
            norm2=ResponseNorm(groups), pool2=nn.MaxPool2d(3, stride=2),
            conv3=nn.Conv2d(256, 384, 3, padding=1), relu3=nn.ReLU(),  # the one that sees both GPUs
            conv4=nn.Conv2d(384, 384, 3, padding=1, groups=groups), relu4=nn.ReLU(),
            conv5=nn.Conv2d(384, 256, 3, padding=1, groups=groups), relu5=nn.ReLU(),
            pool5=nn.MaxPool2d(3, stride=2),
            flatten=nn.Flatten(),
            fc6=nn.Linear(256 * 6 * 6, 4096), relu6=nn.ReLU(), drop6=nn.Dropout(dropout),
            fc7=nn.Linear(4096, 4096), relu7=nn.ReLU(), drop7=nn.Dropout(dropout),
            fc8=nn.Linear(4096, num_classes)))
        self.input_size = (in_channels, SIDE, SIDE)
        for name, layer in self.named_children():
            if isinstance(layer, nn.Conv2d | nn.Linear):  # §5 of the paper: N(0, 0.01²), and biases of 1
                # where a ReLU that starts on its positive side learns sooner
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.constant_(layer.bias, name in ("conv2", "conv4", "conv5", "fc6", "fc7"))

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, 227, 227) → (N, num_classes)."""
        check_images(x, self.input_size[0], SIDE)
        return super().forward(x)


class Column(nn.Module):
    """What one GPU of 2012 held: half the units of every layer up to fc7, in four stretches.

    Between two stretches the GPUs exchange what they computed; inside one, each works alone.
    """

    def __init__(self, in_channels: int, dropout: float):
        super().__init__()
        self.conv1_conv2 = nn.Sequential(OrderedDict(
            conv1=nn.Conv2d(in_channels, 48, 11, stride=4), relu1=nn.ReLU(), norm1=ResponseNorm(),
            pool1=nn.MaxPool2d(3, stride=2),
            conv2=nn.Conv2d(48, 128, 5, padding=2), relu2=nn.ReLU(), norm2=ResponseNorm(),
            pool2=nn.MaxPool2d(3, stride=2)))
        self.conv3_conv5 = nn.Sequential(OrderedDict(
            conv3=nn.Conv2d(256, 192, 3, padding=1), relu3=nn.ReLU(),
            conv4=nn.Conv2d(192, 192, 3, padding=1), relu4=nn.ReLU(),
            conv5=nn.Conv2d(192, 128, 3, padding=1), relu5=nn.ReLU(),
            pool5=nn.MaxPool2d(3, stride=2),
            flatten=nn.Flatten()))
        self.fc6 = nn.Sequential(OrderedDict(
            fc6=nn.Linear(256 * 6 * 6, 2048), relu6=nn.ReLU(), drop6=nn.Dropout(dropout)))
        self.fc7 = nn.Sequential(OrderedDict(
            fc7=nn.Linear(4096, 2048), relu7=nn.ReLU(), drop7=nn.Dropout(dropout)))


class TwoDeviceAlexNet(nn.Module):
    """AlexNet in two columns, one a device, that talk only before conv3, fc6, fc7 and fc8 (slide S48).

    Parameters
    ----------
    whole : AlexNet
        A network with ``groups=2``, whose numbers are copied: the first half of each layer's units to
        ``devices[0]``, the second half to ``devices[1]``. Its fc8 goes to ``devices[0]``.
    devices : pair of torch.device or str
    """

    def __init__(self, whole: AlexNet, devices):
        super().__init__()
        self.input_size = whole.input_size
        self.columns = nn.ModuleList(Column(whole.input_size[0], whole.drop6.p) for _ in devices)
        self.fc8 = nn.Linear(4096, whole.fc8.out_features)
        self._copy(whole)
        for column, device in zip(self.columns, devices, strict=True):
            column.to(device)
        self.fc8.to(devices[0])

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores, on the first device: (N, C, 227, 227) → (N, num_classes)."""
        check_images(x, *self.input_size[:2])
        halves = self._each("conv1_conv2", x)
        halves = self._each("conv3_conv5", *halves)
        halves = self._each("fc6", *halves)
        halves = self._each("fc7", *halves)
        return self.fc8(_join(halves, self.fc8.weight.device))

    def _each(self, stretch: str, *halves: Tensor) -> list[Tensor]:
        """Bring the halves together on each column's device and run one stretch of it there."""
        return [column.get_submodule(stretch)(_join(halves, next(column.parameters()).device))
                for column in self.columns]

    @torch.no_grad()
    def _copy(self, whole: AlexNet) -> None:
        # A group of a convolution is a block of its outputs, so every layer splits along its first axis.
        for half, column in enumerate(self.columns):
            for name, parameter in column.named_parameters():
                layer = name.split(".", 1)[1]
                parameter.copy_(whole.get_parameter(layer).chunk(2)[half])
        self.fc8.load_state_dict(whole.fc8.state_dict())


def _join(halves, device) -> Tensor:
    moved = [half.to(device, non_blocking=True) for half in halves]
    return moved[0] if len(moved) == 1 else torch.cat(moved, dim=1)


@register(Recipe(epochs=90, batch_size=128, lr=0.01, weight_decay=5e-4, optimizer="sgd", schedule="steps"))
def alexnet(num_classes: int = 1000, *, in_channels: int = 3, image_size: int = SIDE, groups: int = 2,
            dropout: float = 0.5, devices=None) -> AlexNet | TwoDeviceAlexNet:
    """Make the AlexNet of 2012: 60,965,224 parameters, 96 % of them in the fully connected layers.

    Slides S47–S49. Where the slides differ from the paper: the paper normalises before it pools; its conv2,
    conv4 and conv5 see only the maps of their own GPU (``groups=2``), and without that the network has
    62,378,344 parameters.

    Parameters
    ----------
    num_classes, in_channels : int
    image_size : int
        Always 227: with it every layer has the size that the paper prints.
    groups : {2, 1}
        2 for the paper's two halves, 1 for the dense convolutions that the slide lists.
    dropout : float
        Probability that a unit of fc6 and fc7 is switched off while training, in [0, 1).
    devices : pair of torch.device or str, optional
        Split the network over two devices as the paper did. Seed for seed it is the same network as on
        one device; it needs ``groups=2``.

    Returns
    -------
    AlexNet or TwoDeviceAlexNet
        Takes images (N, in_channels, 227, 227) and returns scores (N, num_classes).

    Raises
    ------
    ValueError
        If an option is not one of those above.

    Notes
    -----
    The paper doesn't say whether normalisation crosses from one GPU's maps to the other's. Its GPUs
    communicate only at conv3 and the fully connected layers, so here it doesn't cross.

    References
    ----------
    A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet Classification with Deep Convolutional Neural
    Networks*, NIPS 2012.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets.models.alexnet import alexnet
    >>> with torch.device("meta"):  # shapes without numbers
    ...     network = alexnet()
    >>> sum(p.numel() for p in network.parameters())
    60965224
    >>> network(torch.empty(1, 3, 227, 227, device="meta")).shape
    torch.Size([1, 1000])
    """
    check_whole(num_classes=num_classes, in_channels=in_channels)
    check_choice((SIDE,), image_size=image_size)
    check_choice((1, 2), groups=groups)
    check_dropout(dropout)
    if devices is None:
        return AlexNet(num_classes, in_channels, groups, dropout)
    if isinstance(devices, str) or len(devices) != 2 or groups != 2:
        raise ValueError(f"devices must be a pair, with groups=2, got {devices!r} with groups={groups}")
    return TwoDeviceAlexNet(AlexNet(num_classes, in_channels, groups, dropout), devices)
