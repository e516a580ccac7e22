"""From torchvision's names for weights to ours, where both have the same architecture.

======================================  ==========================================================
torchvision                             here
======================================  ==========================================================
VGG ``features.N``                      ``convB_I``: block B, convolution I, as in the paper
VGG ``classifier.0``, ``.3``, ``.6``    ``fc6``, ``fc7``, ``fc8``
ResNet ``layer1`` … ``layer4``          ``conv2_x`` … ``conv5_x``, the stages of the paper's Table 1
ResNet ``downsample.0``, ``.1``         ``shortcut.conv``, ``shortcut.bn``
DenseNet ``features.conv0``, ``norm0``  ``conv1``, ``bn1``
DenseNet ``denseblockB.denselayerL``    ``dense.blockB.L-1``, whose ``norm1``, ``norm2`` are ``bn1``, ``bn2``
DenseNet ``transitionT.norm``           ``dense.transitionT.bn``
DenseNet ``norm5``, ``classifier``      ``bn2``, ``fc``
======================================  ==========================================================

Any other name is the same in both. There is no map for AlexNet and GoogLeNet: torchvision's are other
networks (64 first filters and no groups; 3×3 for 5×5 and batch normalisation).
"""

import re
from collections.abc import Mapping

from torch import Tensor

from lessonlib.nets.models.vgg import CONVOLUTIONS

_RESNET = (
    (r"^layer([1-4])\.", lambda m: f"conv{int(m[1]) + 1}_x."),
    (r"\.downsample\.0\.", ".shortcut.conv."),
    (r"\.downsample\.1\.", ".shortcut.bn."),
)
_DENSENET = (
    (r"^features\.conv0\.", "conv1."),
    (r"^features\.norm0\.", "bn1."),
    (r"^features\.norm5\.", "bn2."),
    (r"^classifier\.", "fc."),
    (r"^features\.(transition\d)\.", r"dense.\1."),
    (r"^features\.denseblock(\d)\.denselayer(\d+)\.",
     lambda m: f"dense.block{m[1]}.{int(m[2]) - 1}."),
    (r"\.norm\.?([12])\.", r".bn\1."),  # the dot: files of torchvision's oldest DenseNets have norm.1
    (r"\.conv\.([12])\.", r".conv\1."),
    (r"\.norm\.", ".bn."),
)


def _vgg_rules(name: str):
    rules, index = [], 0
    for block, count in enumerate(CONVOLUTIONS[name], 1):
        for i in range(1, count + 1):
            rules.append((rf"^features\.{index}\.", f"conv{block}_{i}."))
            index += 2  # its ReLU has a number too
        index += 1      # and so has the pooling
    return *rules, (r"^classifier\.0\.", "fc6."), (r"^classifier\.3\.", "fc7."), (r"^classifier\.6\.", "fc8.")


_RULES = {
    **{name: _vgg_rules(name) for name in CONVOLUTIONS},
    **{f"resnet{depth}": _RESNET for depth in (18, 34, 50, 101, 152)},
    "densenet121": _DENSENET,
}


def from_torchvision(name: str, state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename the weights of a torchvision model for the model of the same name in `lessonlib.nets.models`.

    Parameters
    ----------
    name : str
        vgg16, vgg19, resnet18, resnet34, resnet50, resnet101, resnet152 or densenet121.
    state_dict : mapping of str to torch.Tensor
        As torchvision's model gives it, or its file of weights.

    Returns
    -------
    dict of str to torch.Tensor
        The same tensors under our names, for ``load_state_dict``.

    Raises
    ------
    ValueError
        If there is no map for ``name``.

    Examples
    --------
    >>> import torch, torchvision
    >>> from lessonlib.nets.models.resnet import resnet18
    >>> theirs, ours = torchvision.models.resnet18(), resnet18()
    >>> ours.load_state_dict(from_torchvision("resnet18", theirs.state_dict()))
    <All keys matched successfully>
    """
    if name not in _RULES:
        raise ValueError(f"name must be one of {', '.join(_RULES)}, got {name!r}")
    return {_rename(key, _RULES[name]): tensor for key, tensor in state_dict.items()}


def _rename(key: str, rules) -> str:
    for pattern, replacement in rules:
        key = re.sub(pattern, replacement, key)
    return key
