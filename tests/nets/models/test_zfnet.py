import pytest
import torch

from lessonlib.nets.models.zfnet import zfnet

SHAPES = {"conv1": (96, 110, 110), "pool1": (96, 55, 55), "conv2": (256, 26, 26), "pool2": (256, 13, 13),
          "fc6": (4096,), "fc8": (1000,)}


@pytest.mark.parametrize("variant, widths, parameters, macs", [
    ("a", (384, 384, 256), 62_357_608, 1.168e9),
    ("b", (512, 1024, 512), 107_627_624, 2.477e9),
])
def test_table_of_the_paper(meta, trace, count_parameters, variant, widths, parameters, macs):
    network = zfnet(variant)
    shapes, counted = trace(network)
    assert count_parameters(network) == parameters
    assert {name: shapes[name] for name in SHAPES} == SHAPES
    assert [shapes[f"conv{i}"] for i in (3, 4, 5)] == [(width, 13, 13) for width in widths]
    assert shapes["pool5"] == (widths[-1], 6, 6)
    assert sum(counted.values()) == pytest.approx(macs, rel=5e-4)


def test_layers_of_variant_a(meta, count_parameters):
    network = zfnet()
    assert [count_parameters(network.get_submodule(f"conv{i}")) for i in range(1, 6)] == [
        14_208, 614_656, 885_120, 1_327_488, 884_992]
    assert sum(count_parameters(network.get_submodule(f"fc{i}")) for i in (6, 7, 8)) == 58_631_144


def test_first_weights():
    network = zfnet(num_classes=3)
    assert network.fc7.weight.std().item() == pytest.approx(0.01, rel=1e-2)
    assert not network.conv3.bias.any()


@pytest.mark.parametrize("options", [
    {"variant": "c"}, {"num_classes": True}, {"image_size": 227}, {"dropout": -0.1}])
def test_bad_options(meta, options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        zfnet(**options)


def test_images_of_another_shape(meta):
    with pytest.raises(ValueError, match=r"\(N, 3, 224, 224\), got \(1, 3, 227, 227\)"):
        zfnet()(torch.empty(1, 3, 227, 227))
