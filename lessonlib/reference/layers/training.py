"""Gradient descent: the few lines that make a network of these layers learn."""

from typing import NamedTuple

import numpy as np

from .._validation import as_count
from .loss import cross_entropy


class SGD:
    """Stochastic gradient descent with momentum, updating the network's arrays in place.

    ``velocity = momentum · velocity + gradient``, then ``weight -= lr · velocity``: PyTorch's rule.

    Parameters
    ----------
    network : Layer
        Whose ``parameters()`` are to be trained.
    lr : float
        Learning rate, > 0.
    momentum : float
        0 ≤ momentum < 1; 0 is plain gradient descent.

    Raises
    ------
    ValueError
        If a number is out of its range or the network has nothing to train.

    Examples
    --------
    One step on a network with one weight, 5, whose gradient is 2:

    >>> import numpy as np
    >>> from lessonlib.reference.layers import SGD, Linear
    >>> layer = Linear(1, 1, bias=False)
    >>> layer.weight[:], layer.weight_grad[:] = 5, 2
    >>> SGD(layer, lr=0.1).step()
    >>> layer.weight
    array([[4.8]], dtype=float32)
    """

    def __init__(self, network, lr, momentum=0.9):
        if not (np.isscalar(lr) and np.isfinite(lr) and lr > 0):
            raise ValueError(f"lr must be a number > 0, got {lr!r}")
        if not (np.isscalar(momentum) and 0 <= momentum < 1):
            raise ValueError(f"momentum must lie in 0 <= momentum < 1, got {momentum!r}")
        self.lr, self.momentum = lr, momentum
        self.parameters = network.parameters()
        if not self.parameters:
            raise ValueError("network must have weights to train, got one without any")
        self.velocities = [np.zeros_like(values) for values, _ in self.parameters]

    def step(self):
        """Move every weight once, against its gradient."""
        for (values, grad), velocity in zip(self.parameters, self.velocities, strict=True):
            velocity *= self.momentum
            velocity += grad
            values -= self.lr * velocity


class Step(NamedTuple):
    """What one step of training saw: epoch and step from 1, the batch's loss and accuracy before the step."""

    epoch: int
    step: int
    loss: float
    accuracy: float


def train(network, images, labels, *, epochs=1, batch_size=32, lr=0.02, momentum=0.9, seed=0):
    """Train a network, one batch at a time, and tell how each batch went.

    It is a generator: nothing happens until it is iterated, and the caller may draw between two steps or
    stop early.

    Parameters
    ----------
    network : Layer
        Its weights change in place.
    images : ndarray, shape (N, ...)
        What ``network.forward`` takes, for example (N, 1, 28, 28) with values in 0..1.
    labels : ndarray of int, shape (N,)
    epochs, batch_size : int
        Times that all images are seen, and images in one step. The last batch of an epoch may be smaller.
    lr, momentum : float
        See `SGD`.
    seed : int
        Of the order of the images, new in each epoch.

    Yields
    ------
    Step
        ``epoch``, ``step``, ``loss`` and ``accuracy`` of the batch just used.

    Raises
    ------
    ValueError
        If an argument is out of its range or the lengths differ.
    FloatingPointError
        As soon as the loss is not finite: the learning rate is too high or the data hold NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from lessonlib.reference.layers import Linear, train
    >>> x = np.array([[-1.0], [1.0]])
    >>> steps = list(train(Linear(1, 2), x, np.array([0, 1]), epochs=50, lr=0.5))
    >>> steps[-1].loss < steps[0].loss
    True
    """
    images, labels = np.asarray(images), np.asarray(labels)
    epochs, batch_size = as_count(epochs, "epochs", 1), as_count(batch_size, "batch_size", 1)
    if len(images) == 0 or len(images) != len(labels):
        raise ValueError(f"images and labels must be equally many and not empty, got {len(images)} "
                         f"and {len(labels)}")
    optimizer, rng, step = SGD(network, lr, momentum), np.random.default_rng(seed), 0
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(images))
        for start in range(0, len(images), batch_size):
            batch = order[start:start + batch_size]
            scores = network.forward(images[batch])
            loss, grad = cross_entropy(scores, labels[batch])
            step += 1
            if not np.isfinite(loss):
                raise FloatingPointError(f"the loss became {loss} at step {step}: try an lr below {lr}, and "
                                         "check that the images hold no NaN")
            network.backward(grad)
            optimizer.step()
            yield Step(epoch, step, loss, float((scores.argmax(axis=1) == labels[batch]).mean()))


def predict(network, images, batch_size=256):
    """Return the class with the largest score for each image, an int array (N,).

    Parameters
    ----------
    network : Layer
    images : ndarray, shape (N, ...)
    batch_size : int
        Images at a time: memory stays small however many there are.
    """
    batch_size = as_count(batch_size, "batch_size", 1)
    if len(images) == 0:
        raise ValueError("images must hold at least one image, got none")
    starts = range(0, len(images), batch_size)
    return np.concatenate([network.forward(images[i:i + batch_size]).argmax(axis=1) for i in starts])


def accuracy(network, images, labels, batch_size=256):
    """Return the share of images, 0 to 1, whose largest score is the right class."""
    predictions = predict(network, images, batch_size)
    if len(labels) != len(predictions):
        raise ValueError(f"labels must be one for each of the {len(predictions)} images, got {len(labels)}")
    return float((predictions == np.asarray(labels)).mean())
