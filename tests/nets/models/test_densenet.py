import pytest
import torch
import torchvision
from torch import nn

from lessonlib.nets.models.densenet import densenet121
from lessonlib.nets.weight_maps import from_torchvision


def test_table_of_the_paper(meta, trace, count_parameters):
    network = densenet121()
    shapes, macs = trace(network)
    assert count_parameters(network) == 7_978_856
    assert sum(macs.values()) == pytest.approx(2.834e9, rel=1e-4)
    assert [count_parameters(network.dense.get_submodule(f"block{i}")) for i in range(1, 5)] == [
        335_040, 919_680, 2_837_760, 2_158_080]
    assert [count_parameters(network.dense.get_submodule(f"transition{i}")) for i in range(1, 4)] == [
        33_280, 132_096, 526_336]
    assert count_parameters(network.conv1) == 9_408 and count_parameters(network.fc) == 1_025_000
    assert [shapes[f"dense.block{i}"] for i in range(1, 5)] == [
        (256, 56, 56), (512, 28, 28), (1024, 14, 14), (1024, 7, 7)]
    assert sum(isinstance(module, nn.Conv2d | nn.Linear) for module in network.modules()) == 121


def test_same_scores_as_torchvision(photo, randomized):
    torch.manual_seed(0)
    theirs = randomized(torchvision.models.densenet121()).eval()
    ours = densenet121().eval()
    ours.load_state_dict(from_torchvision("densenet121", theirs.state_dict()))
    with torch.no_grad():
        expected = theirs(photo(224))
        assert expected.std() > 1e-2
        torch.testing.assert_close(ours(photo(224)), expected, rtol=0, atol=1e-4)


def test_a_layer_keeps_what_it_saw():
    layer = densenet121().dense.block1[2]
    x = torch.rand(1, 64 + 2 * 32, 5, 5)
    y = layer(x)
    assert y.shape[1] == x.shape[1] + 32 and torch.equal(y[:, :x.shape[1]], x)


def test_images(meta):
    network = densenet121(10, in_channels=1, image_size=32)
    assert network(torch.empty(2, 1, 29, 40)).shape == (2, 10)
    with pytest.raises(ValueError, match="at least 29 pixels"):
        network(torch.empty(2, 1, 28, 40))
    with pytest.raises(ValueError, match=r"\(N, 1, H, W\)"):
        network(torch.empty(2, 3, 32, 32))
    with pytest.raises(ValueError, match="image_size must be >= 29, got 28"):
        densenet121(image_size=28)
    with pytest.raises(ValueError, match="num_classes must be"):
        densenet121(num_classes=None)
