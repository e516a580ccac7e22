"""What `inspection.summary` says of each architecture, against counts and published tables."""

import pytest

from lessonlib.nets.inspection import summary
from lessonlib.nets.models.alexnet import alexnet
from lessonlib.nets.models.cifar_resnet import cifar_resnet
from lessonlib.nets.models.densenet import densenet121
from lessonlib.nets.models.googlenet import googlenet
from lessonlib.nets.models.resnet import resnet18, resnet50, resnet101
from lessonlib.nets.models.vgg import vgg16
from lessonlib.nets.models.zfnet import zfnet

NETWORKS = {
    "alexnet": alexnet,
    "alexnet on two devices": lambda: alexnet(devices=("meta", "meta")),
    "zfnet": zfnet,
    "vgg16": vgg16,
    "googlenet": googlenet,
    "resnet18, option A": lambda: resnet18(shortcut="A"),
    "resnet50": resnet50,
    "plain 50": lambda: resnet50(residual=False),
    "densenet121": densenet121,
    "cifar_resnet 56": lambda: cifar_resnet(56),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_counts(meta, trace, count_parameters, name):
    network = NETWORKS[name]()
    table = summary(network, network.input_size)
    assert table.params == table.all_params == count_parameters(network)
    assert table.macs == sum(trace(network)[1].values())
    assert all(row.receptive_field is not None for row in table.rows)


def test_parameters_of_the_heads_are_outside_this_pass(meta):
    network = googlenet(aux=True)
    table = summary(network, network.input_size)
    assert table.all_params - table.params == 6_379_728


@pytest.mark.parametrize("make, layer, side", [
    # Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019
    (alexnet, "pool5", 195),
    (vgg16, "pool5", 212),
    (lambda: resnet50(paper_stride=True), "conv5_x", 483),
    (lambda: resnet101(paper_stride=True), "conv5_x", 1027),
])
def test_published_receptive_fields(meta, make, layer, side):
    network = make()
    assert summary(network, network.input_size, depth=1)[layer].receptive_field == side
