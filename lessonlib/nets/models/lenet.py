"""LeNet-5 as it is usually written today: every map sees every map, and the output is a linear layer."""

from collections import OrderedDict

from torch import Tensor, nn

from .checks import check_choice, check_whole
from .registry import Recipe, register

_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
_POOLS = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


class LeNet5(nn.Sequential):
    """The layers of `lenet5`, by the paper's names: c1, s2, c3, s4, c5, f6, output."""

    def __init__(self, num_classes: int, in_channels: int, image_size: int, activation: str, pool: str):
        squash, subsample = _ACTIVATIONS[activation], _POOLS[pool]
        super().__init__(OrderedDict(
            c1=nn.Conv2d(in_channels, 6, 5, padding=(32 - image_size) // 2), a1=squash(),
            s2=subsample(2),
            c3=nn.Conv2d(6, 16, 5), a3=squash(),
            s4=subsample(2),
            c5=nn.Conv2d(16, 120, 5), a5=squash(),
            flatten=nn.Flatten(),
            f6=nn.Linear(120, 84), a6=squash(),
            output=nn.Linear(84, num_classes)))
        self.input_size = (in_channels, image_size, image_size)

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores: (N, C, H, W) → (N, num_classes)."""
        if x.shape[1:] != self.input_size:
            wanted = ", ".join(map(str, self.input_size))
            raise ValueError(f"x must have shape (N, {wanted}), got {tuple(x.shape)}")
        return super().forward(x)


@register(Recipe(lr=5e-3))
def lenet5(num_classes: int = 10, *, in_channels: int = 1, image_size: int = 28, activation: str = "relu",
           pool: str = "max") -> LeNet5:
    """Make the modern LeNet-5: conv–pool–conv–pool–conv–dense–dense, 61,706 parameters.

    Slides S45–S46. What the slide and the textbooks simplify of the network of 1998 (see `lenet5_1998`):
    C3 is dense, pooling has nothing to train, the output is linear. C5 is a 5×5 convolution over 5×5 maps,
    which is a fully connected layer under another name.

    Parameters
    ----------
    num_classes : int
        Scores to return.
    in_channels : int
        1 for grey images, 3 for colour.
    image_size : {28, 32}
        Side of the images. The paper puts the 28×28 digits in a 32×32 frame so that strokes near the edge
        can be at the centre of a kernel; with 28, C1 adds that frame (``padding=2``).
    activation : {"relu", "tanh"}
        Non-linearity after C1, C3, C5 and F6; the slide's is ``"tanh"``.
    pool : {"max", "avg"}
        Kind of pooling in S2 and S4; nearest to the paper's is ``"avg"``.

    Returns
    -------
    LeNet5
        Takes images (N, in_channels, image_size, image_size), values in 0..1, and returns scores
        (N, num_classes) for cross-entropy.

    Raises
    ------
    ValueError
        If an option is not one of those above.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-Based Learning Applied to Document Recognition*,
    Proceedings of the IEEE 86(11):2278–2324, 1998, doi:10.1109/5.726791.

    Examples
    --------
    >>> import torch
    >>> from lessonlib.nets import models
    >>> network = models.lenet5(activation="tanh", pool="avg")
    >>> network(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """
    check_whole(num_classes=num_classes, in_channels=in_channels)
    check_choice((28, 32), image_size=image_size)
    check_choice(_ACTIVATIONS, activation=activation)
    check_choice(_POOLS, pool=pool)
    return LeNet5(num_classes, in_channels, image_size, activation, pool)
