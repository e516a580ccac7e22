import pytest
import torch
from torch import nn

from lessonlib import datasets
from lessonlib.nets.models.cifar_resnet import cifar_resnet
from lessonlib.nets.models.residual_blocks import residual_blocks

# depth: parameters, MACs, the millions of parameters that Table 6 of the paper prints
TABLE = {20: (269_722, 40.6e6, 0.27), 32: (464_154, 68.9e6, 0.46), 44: (658_586, 97.2e6, 0.66),
         56: (853_018, 125.5e6, 0.85), 110: (1_727_962, 252.9e6, 1.7), 1202: (19_421_274, 2.83e9, 19.4)}


@pytest.mark.parametrize("depth", TABLE)
def test_table_of_the_paper(meta, trace, count_parameters, depth):
    parameters, macs, printed = TABLE[depth]
    network = cifar_resnet(depth)
    assert count_parameters(network) == parameters
    assert parameters / 1e6 == pytest.approx(printed, rel=0.02)
    shapes, counted = trace(network)
    assert sum(counted.values()) == pytest.approx(macs, rel=2e-3)
    assert [shapes[f"stage{i}"] for i in (1, 2, 3)] == [(16, 32, 32), (32, 16, 16), (64, 8, 8)]
    assert sum(isinstance(module, nn.Conv2d | nn.Linear) for module in network.modules()) == depth


@pytest.mark.parametrize("depth", [20, 56])
def test_plain_twin_has_the_same_weights_under_the_same_names(meta, depth):
    residual, plain = cifar_resnet(depth), cifar_resnet(depth, residual=False)
    shapes = [{name: p.shape for name, p in network.state_dict().items()} for network in (residual, plain)]
    assert shapes[0] == shapes[1]
    assert all(block.shortcut is None for block in residual_blocks(plain))
    assert all(block.shortcut is not None for block in residual_blocks(residual))


@pytest.mark.parametrize("residual", [True, False])
def test_small_grey_digits(residual):
    images = torch.from_numpy(datasets.digits("test")[0][:4]).float().div(255)[:, None]
    images = nn.functional.avg_pool2d(images, 2)
    torch.manual_seed(0)
    network = cifar_resnet(20, residual, in_channels=1, image_size=14, width=8)
    assert images.shape[1:] == network.input_size
    scores = network(images)
    assert scores.shape == (4, 10) and scores.isfinite().all()
    scores.square().sum().backward()
    assert all(p.grad.isfinite().all() for p in network.parameters())


def test_shortcuts_carry_the_gradient_to_the_first_layer():
    """At the start, 56 layers deep, the plain network's first layer gets a gradient of another scale."""
    ratios = []
    for residual in (True, False):
        torch.manual_seed(0)
        network = cifar_resnet(56, residual, in_channels=1, width=8)
        nn.functional.cross_entropy(network(torch.rand(8, 1, 14, 14)), torch.arange(8)).backward()
        first, last = residual_blocks(network)[0].conv1, residual_blocks(network)[-1].conv1
        ratios.append((first.weight.grad.norm() / last.weight.grad.norm()).item())
    assert ratios[1] > 10 * ratios[0]  # with batch normalisation the plain gradient explodes backwards


@pytest.mark.parametrize("depth", [2, 7, 18, 21, 1200])
def test_depths_that_are_not_6n_plus_2(meta, depth):
    with pytest.raises(ValueError, match=rf"depth must be 6n \+ 2 with n >= 1 .*, got {depth}"):
        cifar_resnet(depth)


@pytest.mark.parametrize("options", [{"depth": 20.0}, {"shortcut": "a"}, {"width": 0},
                                     {"zero_init_residual": True, "residual": False}])
def test_bad_options(meta, options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        cifar_resnet(**options)


def test_images_of_another_shape(meta):
    with pytest.raises(ValueError, match=r"\(N, 3, H, W\), got \(1, 32, 32\)"):
        cifar_resnet()(torch.empty(1, 32, 32))
