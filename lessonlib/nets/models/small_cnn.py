"""A small convolutional network for digits, with room for adversarial training."""

from collections import OrderedDict

from torch import Tensor, nn

from .checks import check_images, check_whole
from .registry import Recipe, register


class DigitCnn(nn.Sequential):
    """The layers of `digit_cnn`: c1, p2, c3, p4, f5, output."""

    def __init__(self, num_classes: int, in_channels: int, image_size: int, width: int):
        side = image_size // 4
        super().__init__(OrderedDict(
            c1=nn.Conv2d(in_channels, width, 3, padding=1), a1=nn.ReLU(),
            p2=nn.MaxPool2d(2),
            c3=nn.Conv2d(width, 2 * width, 3, padding=1), a3=nn.ReLU(),
            p4=nn.MaxPool2d(2),
            flatten=nn.Flatten(),
            f5=nn.Linear(2 * width * side * side, 4 * width), a5=nn.ReLU(),
            output=nn.Linear(4 * width, num_classes)))
        self.input_size = (in_channels, image_size, image_size)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, H, W) → (N, num_classes)."""
        check_images(x, self.input_size[0], self.input_size[1])
        return super().forward(x)


@register(Recipe())
def digit_cnn(num_classes: int = 10, *, in_channels: int = 1, image_size: int = 28,
              width: int = 16) -> DigitCnn:
    """Make conv–pool–conv–pool–dense–dense with 3×3 kernels: 105,866 parameters.

    The shape is that of the network of Madry et al. for MNIST, which has 32 and 64 filters of 5×5 and 1024
    hidden units: here a quarter of the work or less, so that a laptop can attack it in every training step.

    Parameters
    ----------
    num_classes : int
        Scores to return.
    in_channels : int
        1 for grey images, 3 for colour.
    image_size : int
        Side of the images, a multiple of 4.
    width : int
        Filters of the first layer; the second has twice as many, and there are 4 times as many hidden units.

    Returns
    -------
    DigitCnn
        Takes images (N, in_channels, image_size, image_size), values in 0..1, and returns scores
        (N, num_classes) for cross-entropy.

    Raises
    ------
    ValueError
        If an option is not one of those above.

    References
    ----------
    A. Madry, A. Makelov, L. Schmidt, D. Tsipras, A. Vladu, *Towards Deep Learning Models Resistant to
    Adversarial Attacks*, ICLR 2018, arXiv:1706.06083.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import models
    >>> network = models.digit_cnn()
    >>> network(torch.zeros(2, 1, 28, 28)).shape, sum(p.numel() for p in network.parameters())
    (torch.Size([2, 10]), 105866)
    """
    check_whole(num_classes=num_classes, in_channels=in_channels, image_size=image_size, width=width)
    if image_size % 4:
        raise ValueError(f"image_size must be a multiple of 4, got {image_size}")
    return DigitCnn(num_classes, in_channels, image_size, width)
