import pytest
import torch
import torchvision
from torch import nn

from lessonlib.nets.models import resnet
from lessonlib.nets.models.residual_blocks import residual_blocks
from lessonlib.nets.weight_maps import from_torchvision

# depth: parameters, MACs, MACs with the paper's stride, the FLOPs that the paper prints
TABLE = {18: (11_689_512, 1.814e9, 1.814e9, 1.8e9), 34: (21_797_672, 3.664e9, 3.664e9, 3.6e9),
         50: (25_557_032, 4.089e9, 3.858e9, 3.8e9), 101: (44_549_160, 7.801e9, 7.570e9, 7.6e9),
         152: (60_192_808, 11.514e9, 11.282e9, 11.3e9)}


def make(depth, **options):
    return getattr(resnet, f"resnet{depth}")(**options)


@pytest.mark.parametrize("depth", TABLE)
def test_parameters_and_multiplications(meta, trace, count_parameters, depth):
    parameters, macs, paper_macs, printed = TABLE[depth]
    network, as_published = make(depth), make(depth, paper_stride=True)
    assert count_parameters(network) == count_parameters(as_published) == parameters
    shapes, counted = trace(network)
    assert sum(counted.values()) == pytest.approx(macs, rel=3e-4)
    assert sum(trace(as_published)[1].values()) == pytest.approx(paper_macs, rel=3e-4)
    assert paper_macs == pytest.approx(printed, rel=0.02)
    expansion = 1 if depth < 50 else 4
    assert [shapes[stage] for stage in ("conv1", "pool1", "conv2_x", "conv3_x", "conv4_x", "conv5_x")] == [
        (64, 112, 112), (64, 56, 56), (64 * expansion, 56, 56), (128 * expansion, 28, 28),
        (256 * expansion, 14, 14), (512 * expansion, 7, 7)]
    layers = [name for name, module in network.named_modules()
              if isinstance(module, nn.Conv2d | nn.Linear) and "shortcut" not in name]
    assert len(layers) == depth


def test_stages_of_resnet34(meta, count_parameters):
    network = make(34)
    assert count_parameters(network.conv1) + count_parameters(network.bn1) == 9_536
    stages = [network.conv2_x, network.conv3_x, network.conv4_x, network.conv5_x, network.fc]
    assert [count_parameters(stage) for stage in stages] == [
        221_952, 1_116_416, 6_822_400, 13_114_368, 513_000]


@pytest.mark.parametrize("depth, zeros", [(18, 11_515_688), (34, 21_623_848)])
def test_options_a_b_c_and_plain(meta, count_parameters, depth, zeros):
    counts = {option: count_parameters(make(depth, shortcut=option)) for option in "ABC"}
    assert counts["A"] == zeros == count_parameters(make(depth, residual=False))
    assert counts["A"] < counts["B"] < counts["C"]
    projections = [block for block in residual_blocks(make(depth, shortcut="C"))
                   if isinstance(block.shortcut, torch.nn.Module) and count_parameters(block.shortcut)]
    assert len(projections) == len(residual_blocks(make(depth)))


@pytest.mark.parametrize("depth", [18, 50])
def test_same_scores_as_torchvision(depth, photo, randomized):
    torch.manual_seed(0)
    theirs = randomized(getattr(torchvision.models, f"resnet{depth}")()).eval()
    ours = make(depth).eval()
    ours.load_state_dict(from_torchvision(f"resnet{depth}", theirs.state_dict()))
    with torch.no_grad():
        expected = theirs(photo(224))
        assert expected.std() > 1e-2
        torch.testing.assert_close(ours(photo(224)), expected, rtol=0, atol=1e-4)


def test_option_a_keeps_every_second_pixel_and_adds_maps_of_zeros():
    block = resnet.resnet18(shortcut="A").conv3_x[0]
    x = torch.rand(2, 64, 6, 6)
    y = block.shortcut(x)
    assert y.shape == (2, 128, 3, 3)
    assert torch.equal(y[:, :64], x[:, :, ::2, ::2]) and not y[:, 64:].any()


def test_the_same_weights_with_and_without_shortcuts_differ_by_x():
    torch.manual_seed(0)
    residual, plain = (resnet.resnet18(residual=option).conv2_x[0] for option in (True, False))
    plain.load_state_dict(residual.state_dict())
    residual.relu2 = plain.relu2 = nn.Identity()
    x = torch.rand(2, 64, 5, 5)
    torch.testing.assert_close(residual(x), plain(x) + x)


@pytest.mark.parametrize("depth", [18, 50])
def test_zero_init_starts_the_blocks_as_the_identity(depth):
    torch.manual_seed(0)
    network = make(depth, zero_init_residual=True)
    for block in residual_blocks(network):
        if isinstance(block.shortcut, nn.Identity):
            x = torch.rand(2, block.conv1.in_channels, 4, 4)
            assert torch.equal(block(x), x)
    usual = residual_blocks(make(depth))[1]
    x = torch.rand(2, usual.conv1.in_channels, 4, 4)
    assert not torch.allclose(usual(x), x, atol=0.1)


@pytest.mark.parametrize("options", [
    {"shortcut": "D"}, {"num_classes": 0}, {"in_channels": "3"}, {"image_size": 0},
    {"zero_init_residual": True, "residual": False}])
def test_bad_options(meta, options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        resnet.resnet18(**options)


def test_images(meta):
    network = resnet.resnet18(10, in_channels=1, image_size=64)
    assert network(torch.empty(2, 1, 100, 80)).shape == (2, 10)
    with pytest.raises(ValueError, match=r"\(N, 1, H, W\), got \(1, 3, 64, 64\)"):
        network(torch.empty(1, 3, 64, 64))
