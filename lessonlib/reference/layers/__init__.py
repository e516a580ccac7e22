"""Neural network layers in NumPy, forward and backward, to be read.

Every layer is a small object with two methods. ``forward(x)`` computes the output and keeps what the
way back needs. ``backward(grad)`` takes the gradient of the loss with respect to that output, fills the
gradients of the layer's own weights, and returns the gradient with respect to the input: the chain rule,
one layer at a time. Arrays are ``(N, C, H, W)`` and arguments come in PyTorch's order, so that
``Conv2d(1, 6, 5)`` means the same in both.

Slides S37–S44. Source of the method: D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning
representations by back-propagating errors*, Nature 323:533–536, 1986.

Examples
--------
>>> import numpy as np
>>> from lessonlib.reference import layers
>>> rng = np.random.default_rng(0)
>>> network = layers.Sequential(
...     layers.Conv2d(1, 4, 5, rng=rng), layers.ReLU(), layers.MaxPool2d(2),
...     layers.Flatten(), layers.Linear(4 * 12 * 12, 10, rng=rng))
>>> images = rng.random((3, 1, 28, 28))
>>> scores = network.forward(images)
>>> loss, grad = layers.cross_entropy(scores, labels=[3, 1, 4])
>>> network.backward(grad).shape
(3, 1, 28, 28)
"""

from .base import Layer, Sequential
from .conv import Conv2d
from .dense import Flatten, Linear, ReLU, Tanh
from .loss import cross_entropy, softmax
from .pooling import AvgPool2d, MaxPool2d
from .training import SGD, Step, accuracy, predict, train

__all__ = [
    "SGD", "AvgPool2d", "Conv2d", "Flatten", "Layer", "Linear", "MaxPool2d", "ReLU", "Sequential", "Step",
    "Tanh", "accuracy", "cross_entropy", "predict", "softmax", "train",
]
