import pytest
import torch

from lessonlib.nets.models.alexnet import alexnet

PARAMETERS = {"conv1": 34_944, "conv2": 307_456, "conv3": 885_120, "conv4": 663_936, "conv5": 442_624,
              "fc6": 37_752_832, "fc7": 16_781_312, "fc8": 4_097_000}
SHAPES = {"conv1": (96, 55, 55), "pool1": (96, 27, 27), "conv2": (256, 27, 27), "pool2": (256, 13, 13),
          "conv3": (384, 13, 13), "conv4": (384, 13, 13), "conv5": (256, 13, 13), "pool5": (256, 6, 6),
          "fc6": (4096,), "fc7": (4096,), "fc8": (1000,)}


def test_layer_table_of_the_paper(meta, trace, count_parameters):
    network = alexnet()
    shapes, macs = trace(network)
    assert {name: count_parameters(network.get_submodule(name)) for name in PARAMETERS} == PARAMETERS
    assert {name: shapes[name] for name in SHAPES} == SHAPES
    assert count_parameters(network) == 60_965_224 and sum(macs.values()) == 724_406_816


def test_without_groups(meta, trace, count_parameters):
    network = alexnet(groups=1)
    assert count_parameters(network) == 62_378_344
    assert sum(trace(network)[1].values()) == 1_135_256_096


def test_normalises_before_it_pools():
    names = list(dict(alexnet(num_classes=1).named_children()))
    assert names[:8] == ["conv1", "relu1", "norm1", "pool1", "conv2", "relu2", "norm2", "pool2"]


def test_two_devices_are_the_grouped_network_on_one(photo):
    x = photo(227)
    with torch.no_grad():
        torch.manual_seed(1)
        whole = alexnet(num_classes=10).eval()(x)
        torch.manual_seed(1)
        split_network = alexnet(num_classes=10, devices=("cpu", "cpu")).eval()
        split = split_network(x)
    assert whole.std() > 1e-3
    torch.testing.assert_close(split, whole, rtol=0, atol=1e-6)
    # It's no copy of the whole on each side: the columns hold half the filters each.
    assert [column.conv1_conv2.conv1.weight.shape[0] for column in split_network.columns] == [48, 48]
    assert sum(p.numel() for p in split_network.parameters()) == 60_965_224 - 990 * 4097


def test_the_columns_talk_only_where_the_paper_says(meta):
    column = alexnet(devices=("meta", "meta")).columns[0]
    seen = {name.split(".")[-1]: module.weight.shape[1]
            for name, module in column.named_modules() if hasattr(module, "weight")}
    assert seen == {"conv1": 3, "conv2": 48, "conv3": 256, "conv4": 192, "conv5": 192,
                    "fc6": 9216, "fc7": 4096}


def test_gradients_reach_every_weight_of_both_columns():
    network = alexnet(num_classes=2, devices=("cpu", "cpu"), dropout=0)
    network(torch.rand(1, 3, 227, 227, generator=torch.Generator().manual_seed(0)))[0, 0].backward()
    assert all(p.grad is not None for p in network.parameters())
    assert all(column.conv1_conv2.conv1.weight.grad.abs().sum() > 0 for column in network.columns)


def test_first_weights_are_those_of_the_paper():
    torch.manual_seed(0)
    network = alexnet(num_classes=10)
    ones = {name for name, layer in network.named_children() if getattr(layer, "bias", None) is not None
            and bool((layer.bias == 1).all())}
    assert ones == {"conv2", "conv4", "conv5", "fc6", "fc7"}
    assert network.fc6.weight.std().item() == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("options, message", [
    ({"groups": 3}, "groups must be one of 1, 2, got 3"),
    ({"num_classes": 0}, "num_classes must be a whole number >= 1, got 0"),
    ({"in_channels": 2.5}, "in_channels"),
    ({"image_size": 224}, "image_size must be one of 227, got 224"),
    ({"dropout": 1}, "dropout"),
    ({"devices": "cpu"}, "devices must be a pair"),
    ({"devices": ("cpu",)}, "devices must be a pair"),
    ({"devices": ("cpu", "cpu"), "groups": 1}, "groups=2"),
])
def test_bad_options(meta, options, message):
    with pytest.raises(ValueError, match=message):
        alexnet(**options)


@pytest.mark.parametrize("shape", [(1, 3, 224, 224), (3, 227, 227), (1, 1, 227, 227), (1, 3, 227, 230)])
@pytest.mark.parametrize("devices", [None, ("meta", "meta")])
def test_images_of_another_shape(meta, shape, devices):
    with pytest.raises(ValueError, match=r"x must have shape \(N, 3, 227, 227\), got "):
        alexnet(devices=devices)(torch.empty(shape))
