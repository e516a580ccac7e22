"""The architectures of the lessons, one file each, and `build`, which makes any of them by name.

Examples
--------
>>> from lessonlib.nets import models
>>> sum(p.numel() for p in models.lenet5().parameters())
61706
>>> "lenet5_1998" in models.names()
True
"""

from .alexnet import AlexNet, TwoDeviceAlexNet, alexnet
from .cifar_resnet import CifarResNet, cifar_resnet
from .dcgan import GanPair, dcgan, point_gan
from .densenet import DenseNet, densenet121
from .googlenet import GoogLeNet, googlenet, loss_with_auxiliaries
from .lenet import LeNet5, lenet5
from .lenet_1998 import LeNet5From1998, lenet5_1998
from .registry import Recipe, build, names, recipe
from .residual_blocks import residual_blocks
from .resnet import ResNet, resnet18, resnet34, resnet50, resnet101, resnet152
from .small_cnn import DigitCnn, digit_cnn
from .vgg import VGG, vgg16, vgg19
from .zfnet import ZFNet, zfnet

__all__ = [
    "AlexNet",
    "CifarResNet",
    "DenseNet",
    "DigitCnn",
    "GanPair",
    "GoogLeNet",
    "LeNet5",
    "LeNet5From1998",
    "Recipe",
    "ResNet",
    "TwoDeviceAlexNet",
    "VGG",
    "ZFNet",
    "alexnet",
    "build",
    "cifar_resnet",
    "dcgan",
    "densenet121",
    "digit_cnn",
    "googlenet",
    "lenet5",
    "lenet5_1998",
    "loss_with_auxiliaries",
    "names",
    "point_gan",
    "recipe",
    "residual_blocks",
    "resnet101",
    "resnet152",
    "resnet18",
    "resnet34",
    "resnet50",
    "vgg16",
    "vgg19",
    "zfnet",
]
