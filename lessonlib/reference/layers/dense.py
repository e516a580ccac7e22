"""The layers that mix no neighbours: fully connected, non-linearities, and the flattening between them."""

import numpy as np

from .._validation import as_count
from .base import Layer, floats


class Linear(Layer):
    """Connect every output to every input: ``y = x @ weight.T + bias``. Slide S41.

    Parameters
    ----------
    in_features, out_features : int
        Numbers that enter and leave.
    bias : bool
        Whether each output has a bias.
    rng : int or numpy.random.Generator
        Seed of the starting values. Give all layers of a network the same generator, so that they differ.
    dtype : numpy dtype
        Of the weights and of the computation.

    Attributes
    ----------
    weight, weight_grad : ndarray, shape (out_features, in_features)
    bias, bias_grad : ndarray, shape (out_features,), or None

    Raises
    ------
    ValueError
        If a size is not a whole number >= 1, or ``x`` is not (N, in_features).

    Examples
    --------
    The fully connected layer of slide S41 has 16·784 weights:

    >>> from lessonlib.reference.layers import Linear
    >>> layer = Linear(784, 16)
    >>> layer.weight.size, layer.bias.size
    (12544, 16)
    """

    def __init__(self, in_features, out_features, bias=True, rng=0, dtype=np.float32):
        shape = as_count(out_features, "out_features", 1), as_count(in_features, "in_features", 1)
        self._start_weights(shape, shape[1], bias, rng, dtype)

    def forward(self, x):
        """Return ``x @ weight.T + bias``: (N, in_features) → (N, out_features)."""
        x = floats(x, self.weight.dtype)
        if x.ndim != 2 or x.shape[1] != self.weight.shape[1]:
            raise ValueError(f"x must have shape (N, {self.weight.shape[1]}), got {x.shape}")
        self._x = x
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def backward(self, grad):
        """Fill ``weight_grad`` and ``bias_grad``; return the gradient at the input, (N, in_features)."""
        x = self._recall("_x")
        grad = self._check_grad(grad, (len(x), len(self.weight))).astype(self.weight.dtype, copy=False)
        self.weight_grad[:] = grad.T @ x
        if self.bias is not None:
            self.bias_grad[:] = grad.sum(axis=0)
        return grad @ self.weight


class ReLU(Layer):
    """Keep what is positive, replace the rest by zero: ``max(x, 0)``.

    The gradient passes where the input was positive (at exactly 0 it does not, as in PyTorch).

    Examples
    --------
    >>> import numpy as np
    >>> from lessonlib.reference.layers import ReLU
    >>> relu = ReLU()
    >>> relu.forward([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    >>> relu.backward(np.array([5.0, 5.0, 5.0]))
    array([0., 0., 5.])
    """

    def forward(self, x):
        """Return ``max(x, 0)``, any shape."""
        x = floats(x)
        self._positive = x > 0
        return np.maximum(x, 0)  # not x·positive: NaN must stay NaN

    def backward(self, grad):
        """Return the gradient where the input was positive, 0 elsewhere."""
        positive = self._recall("_positive")
        return self._check_grad(grad, positive.shape) * positive


class Tanh(Layer):
    """Squash to ]-1, 1[ with the hyperbolic tangent. Slide S46.

    The gradient is multiplied by ``1 - tanh(x)²``: nearly nothing passes where the unit is saturated.

    Examples
    --------
    >>> import numpy as np
    >>> from lessonlib.reference.layers import Tanh
    >>> tanh = Tanh()
    >>> tanh.forward([0.0, 3.0]).round(4)
    array([0.    , 0.9951])
    >>> tanh.backward(np.array([1.0, 1.0])).round(4)
    array([1.    , 0.0099])
    """

    def forward(self, x):
        """Return ``tanh(x)``, any shape."""
        self._y = np.tanh(floats(x))
        return self._y

    def backward(self, grad):
        """Return ``grad · (1 - tanh(x)²)``."""
        y = self._recall("_y")
        return self._check_grad(grad, y.shape) * (1 - y**2)


class Flatten(Layer):
    """Lay the maps of each image out as one row: (N, C, H, W) → (N, C·H·W)."""

    def forward(self, x):
        """Return ``x`` with one row for each of its N entries."""
        x = np.asarray(x)
        if x.ndim < 2 or 0 in x.shape:
            raise ValueError(f"x must have 2 or more axes, none empty, got shape {x.shape}")
        self._shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad):
        """Return ``grad`` in the shape of the input."""
        shape = self._recall("_shape")
        return self._check_grad(grad, (shape[0], int(np.prod(shape[1:])))).reshape(shape)
