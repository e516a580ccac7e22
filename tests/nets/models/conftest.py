"""What the tests of the architectures share: counters that know nothing of ours, and a real photo."""

import numpy as np
import pytest
import torch
from torch import nn

from lessonlib import datasets


@pytest.fixture
def meta():
    """Make what is built or computed in the test shapes without numbers, which cost no memory."""
    with torch.device("meta"):
        yield


@pytest.fixture
def count_parameters():
    return lambda network: sum(parameter.numel() for parameter in network.parameters())


@pytest.fixture
def trace():
    """A function that runs a network on one image and returns each module's output shape and MACs."""
    def run(network, size=None):
        shapes, macs, handles = {}, {}, []
        for name, module in network.named_modules():
            def note(module, inputs, output, name=name):
                if not isinstance(output, torch.Tensor):
                    return
                shapes[name] = tuple(output.shape[1:])
                if isinstance(module, nn.Conv2d | nn.Linear):  # each output number costs one filter's length
                    macs[name] = output.numel() * module.weight[0].numel()
            handles.append(module.register_forward_hook(note))
        device = next(network.parameters()).device
        network.eval()(torch.zeros(1, *(size or network.input_size), device=device))
        for handle in handles:
            handle.remove()
        return shapes, macs
    return run


@pytest.fixture
def photo():
    """A function: the middle of the coffee photo as (1, 3, side, side), on the scale of torchvision."""
    def crop(side):
        pixels = datasets.photo("coffee")
        top, left = (np.array(pixels.shape[:2]) - side) // 2
        x = torch.from_numpy(pixels[top:top + side, left:left + side].copy()).permute(2, 0, 1)[None] / 255
        return (x - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / 0.225
    return crop


@pytest.fixture
def randomized():
    """A function that gives a batch-normalised network running statistics and scales that are not trivial."""
    def shake(network, seed=0):
        generator = torch.Generator().manual_seed(seed)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                for tensor, low, high in ((module.weight, 0.5, 1.0), (module.bias, -0.2, 0.2),
                                          (module.running_mean, -0.2, 0.2), (module.running_var, 0.5, 2.0)):
                    nn.init.uniform_(tensor, low, high, generator=generator)
        return network
    return shake
