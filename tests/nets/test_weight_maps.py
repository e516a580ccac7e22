import pytest
import torch
import torchvision

from lessonlib.nets.models import densenet, resnet, vgg
from lessonlib.nets.weight_maps import from_torchvision

OURS = {factory.__name__: factory for factory in (
    vgg.vgg16, vgg.vgg19, resnet.resnet18, resnet.resnet34, resnet.resnet50, resnet.resnet101,
    resnet.resnet152, densenet.densenet121)}


@pytest.mark.parametrize("name", OURS)
def test_every_tensor_has_one_place_of_its_shape(name):
    with torch.device("meta"):
        ours, theirs = OURS[name]().state_dict(), getattr(torchvision.models, name)().state_dict()
    mapped = from_torchvision(name, theirs)
    assert len(mapped) == len(theirs)
    assert {key: tensor.shape for key, tensor in mapped.items()} == {key: t.shape for key, t in ours.items()}


def test_names_of_the_oldest_densenet_files():
    layer = "features.denseblock2.denselayer12"
    old = {f"{layer}.norm.1.weight": 1, f"{layer}.conv.2.weight": 2}
    assert from_torchvision("densenet121", old) == {
        "dense.block2.11.bn1.weight": 1, "dense.block2.11.conv2.weight": 2}


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "vgg11", ""])
def test_networks_that_are_not_the_same(name):
    with pytest.raises(ValueError, match="name must be one of vgg16, .*, densenet121, got"):
        from_torchvision(name, {})
