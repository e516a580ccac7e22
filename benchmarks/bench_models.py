"""Images a second through our networks and torchvision's, for the architectures that are the same.

Forward is prediction without gradients; training is forward, loss and backward. The last two rows have no
goal: torchvision's AlexNet and GoogLeNet are other networks (no groups nor normalisation; batch
normalisation and 3×3 for 5×5).
"""

import torch
import torch.nn.functional as F
import torchvision
from timing import compare

from lessonlib.nets.models.alexnet import alexnet
from lessonlib.nets.models.densenet import densenet121
from lessonlib.nets.models.googlenet import googlenet
from lessonlib.nets.models.resnet import resnet18, resnet50
from lessonlib.nets.models.vgg import vgg16
from lessonlib.nets.training import device

AT_MOST = 1.05  # of torchvision's time: at least 0.95 of its images a second
REPEATS = 9


def rows() -> list[dict]:
    result = []
    for ours, images in ((resnet18, 4), (resnet50, 2), (densenet121, 2), (vgg16, 1)):
        result.append(_row(ours, images, "forward", AT_MOST))
        if ours is not vgg16:  # its gradients fill a small computer's memory
            result.append(_row(ours, images, "training", AT_MOST))
    return [*result, _row(alexnet, 4, "forward", side=227), _row(googlenet, 4, "forward")]


def _row(ours, images: int, what: str, at_most: float = float("inf"), side: int = 224) -> dict:
    torch.manual_seed(0)
    place, name = device(), ours.__name__
    images *= 32 if place.type == "cuda" else 1
    options = {"init_weights": True} if ours is googlenet else {}
    theirs = getattr(torchvision.models, name)(**options)
    x = torch.rand(images, 3, side, side, device=place)
    work = _forward if what == "forward" else _training
    return compare(f"{what} {name}, {images} images, {place}", work(ours().to(place), x),
                   "torchvision", work(theirs.to(place), x), at_most, REPEATS)


def _forward(network, x):
    network.eval()

    @torch.no_grad()
    def run():
        network(x)
        _wait(x)
    return run


def _training(network, x):
    network.train()
    labels = torch.zeros(len(x), dtype=torch.long, device=x.device)

    def run():
        network.zero_grad()
        F.cross_entropy(network(x), labels).backward()
        _wait(x)
    return run


def _wait(x):
    if x.is_cuda:  # a GPU answers before it has finished
        torch.cuda.synchronize()
