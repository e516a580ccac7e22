"""Both LeNets: what the paper says of them, counted independently, and their values layer by layer."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lessonlib.nets import inspection, models
from lessonlib.nets.models.digit_codes import digit_codes
from lessonlib.nets.models.lenet_1998 import C3_TABLE
from lessonlib.reference import layers


@pytest.fixture
def modern():
    torch.manual_seed(0)
    return models.lenet5(activation="tanh", pool="avg").double()


@pytest.fixture
def original():
    torch.manual_seed(0)
    return models.lenet5_1998().double()


def count(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def test_parameters_are_the_published_ones():
    original = models.lenet5_1998()
    of_each = {name: count(layer) for name, layer in original.named_children() if count(layer)}
    assert of_each == {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48120, "f6": 10164}
    assert count(original) == 60_000
    assert count(models.lenet5()) == count(models.lenet5(activation="tanh", pool="avg")) == 61_706


def test_connections_are_the_published_ones():
    table = inspection.summary(models.lenet5_1998(), (1, 32, 32))
    published = {"c1": 122304, "s2": 5880, "c3": 151600, "s4": 2000, "c5": 48120, "f6": 10164, "output": 840}
    assert {row.name: row.connections for row in table.rows if row.connections} == published
    assert table.connections == 340_908


@pytest.mark.parametrize(("name", "shape", "connections"), [
    ("s2", (6, 28, 28), 5_880), ("c3", (6, 14, 14), 151_600), ("s4", (16, 10, 10), 2_000),
])
def test_connections_exist_in_the_derivative(original, name, shape, connections):
    """Count the pairs (output, input) where one moves the other, and a bias for each output."""
    layer = original.get_submodule(name)
    jacobian = torch.autograd.functional.jacobian(layer, torch.randn(1, *shape, dtype=torch.float64))
    outputs = layer(torch.zeros(1, *shape, dtype=torch.float64)).numel()
    assert jacobian.count_nonzero().item() + outputs == connections


def test_c3_is_sixteen_small_convolutions(original):
    x = torch.randn(2, 6, 14, 14, dtype=torch.float64)
    kernels = iter(original.c3.weight)
    maps = [F.conv2d(x[:, list(row)], torch.stack([next(kernels) for _ in row])[None]) for row in C3_TABLE]
    expected = torch.cat(maps, dim=1) + original.c3.bias[:, None, None]
    torch.testing.assert_close(original.c3(x), expected, rtol=1e-12, atol=1e-12)
    feeds = [sum(source in row for row in C3_TABLE) for source in range(6)]
    assert feeds == [10] * 6


def test_squashing_passes_through_plus_and_minus_one(original):
    assert original.a1(torch.tensor([-1.0, 0.0, 1.0])).tolist() == pytest.approx([-1, 0, 1], abs=1e-4)
    assert original.a1(torch.tensor(50.0)).item() == pytest.approx(1.7159)


def test_subsampling_by_hand(original):
    original.s2.coefficient.data[:], original.s2.bias.data[:] = 0.5, 3.0
    x = torch.arange(16.0, dtype=torch.float64).reshape(1, 1, 4, 4).repeat(1, 6, 1, 1)
    assert original.s2(x)[0, 5].tolist() == [[8.0, 12.0], [24.0, 28.0]]


def test_output_is_minus_the_squared_distance_to_each_code(original):
    codes = digit_codes().double()
    assert codes.shape == (10, 84) and codes.abs().eq(1).all()
    assert (codes[:, None] != codes).sum(dim=2).fill_diagonal_(84).min() >= 10  # no two drawings look alike
    scores = original.output(codes)
    assert scores.diagonal().tolist() == [0.0] * 10 and scores.argmax(dim=1).tolist() == list(range(10))
    assert scores[3, 8] == -((codes[3] - codes[8]) ** 2).sum()


def test_a_small_image_is_framed_on_the_paper_s_scale(original):
    framed = original.frame(torch.ones(1, 1, 28, 28, dtype=torch.float64))[0, 0]
    assert framed.shape == (32, 32)
    assert framed[16, 16] == pytest.approx(1.175) and framed[0, 0] == framed[1, 30] == pytest.approx(-0.1)
    small = torch.rand(2, 1, 28, 28, dtype=torch.float64)
    torch.testing.assert_close(original(small), original(F.pad(small, (2,) * 4)))


def test_original_learns_c3_and_s2(original):
    F.cross_entropy(original(torch.rand(2, 1, 28, 28, dtype=torch.float64)), torch.tensor([1, 2])).backward()
    assert all(p.grad.abs().sum() > 0 for p in original.parameters())
    assert original.c3.weight.grad.shape == (60, 5, 5)


def test_modern_gives_what_the_numpy_layers_give(modern):
    """The course's own layers, with the same weights: another implementation of the same network."""
    def conv(layer):
        return layers.Conv2d(layer.in_channels, layer.out_channels, 5, padding=layer.padding[0],
                             dtype=np.float64)

    network = layers.Sequential(
        conv(modern.c1), layers.Tanh(), layers.AvgPool2d(2),
        conv(modern.c3), layers.Tanh(), layers.AvgPool2d(2),
        conv(modern.c5), layers.Tanh(), layers.Flatten(),
        layers.Linear(120, 84, dtype=np.float64), layers.Tanh(),
        layers.Linear(84, 10, dtype=np.float64))
    for (ours, _), theirs in zip(network.parameters(), modern.parameters(), strict=True):
        ours[:] = theirs.detach().numpy()
    x = torch.rand(3, 1, 28, 28, dtype=torch.float64)
    np.testing.assert_allclose(network.forward(x.numpy()), modern(x).detach().numpy(), rtol=1e-10)


def test_modern_takes_colour_and_32_pixels():
    model = models.build("lenet5", num_classes=7, in_channels=3, image_size=32)
    assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 7)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: models.lenet5(image_size=30), "image_size must be one of 28, 32, got 30"),
    (lambda: models.lenet5(activation="gelu"), "activation must be one of 'relu', 'tanh'"),
    (lambda: models.lenet5(pool="sum"), "pool must be one of"),
    (lambda: models.lenet5(0), "num_classes"),
    (lambda: models.lenet5(in_channels=1.5), "in_channels"),
    (lambda: models.lenet5()(torch.zeros(1, 1, 32, 32)), r"\(N, 1, 28, 28\), got \(1, 1, 32, 32\)"),
    (lambda: models.lenet5_1998(in_channels=3), "in_channels"),
    (lambda: models.lenet5_1998(26), "num_classes"),
    (lambda: models.lenet5_1998()(torch.zeros(1, 1, 28, 32)), r"\(N, 1, 28, 28\) or"),
    (lambda: models.build("lenet6"), "name must be one of .*lenet5_1998"),
    (lambda: models.recipe("lenet6"), "name must be one of"),
])
def test_bad_options_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
