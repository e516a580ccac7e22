"""What all layers share: the two methods, the chain of them, and the checks on what comes in."""

import numpy as np


class Layer:
    """One step of a network: ``forward`` there, ``backward`` back.

    A layer with weights keeps them in ``weight`` and ``bias`` and, after ``backward``, their gradients in
    ``weight_grad`` and ``bias_grad`` (arrays of the same shapes).
    """

    def __call__(self, x):
        """Same as ``forward(x)``."""
        return self.forward(x)

    def forward(self, x):
        """Compute the layer's output for the batch ``x``."""
        raise NotImplementedError

    def backward(self, grad):
        """Turn the gradient of the loss at the output into the gradient at the input."""
        raise NotImplementedError

    def parameters(self):
        """Pairs ``(array, gradient)``, one for each array that training changes."""
        if getattr(self, "weight", None) is None:
            return []
        pairs = [(self.weight, self.weight_grad)]
        return pairs if self.bias is None else [*pairs, (self.bias, self.bias_grad)]

    def _start_weights(self, shape, fan_in, bias, rng, dtype):
        """Fill ``weight`` and ``bias`` uniformly within ±1/sqrt(fan_in), PyTorch's own starting range.

        Starting values must differ, or all filters would learn the same thing, and must be smaller the more
        inputs a unit adds up, or its sum would grow from layer to layer.
        """
        if np.dtype(dtype).kind != "f":
            raise ValueError(f"dtype must be a floating type, got {dtype!r}")
        rng = np.random.default_rng(rng)  # a seed gives a new generator; a generator passes through
        bound = 1 / np.sqrt(fan_in)
        self.weight = rng.uniform(-bound, bound, shape).astype(dtype)
        self.bias = rng.uniform(-bound, bound, shape[0]).astype(dtype) if bias else None
        self.weight_grad = np.zeros_like(self.weight)
        self.bias_grad = np.zeros_like(self.bias) if bias else None

    def _check_grad(self, grad, shape):
        """Return ``grad`` as an array, after checking that it has the shape of the last output."""
        grad = np.asarray(grad)
        if grad.shape != shape:
            raise ValueError(f"grad must have the shape of the last output, {shape}, got {grad.shape}")
        return grad

    def _recall(self, name):
        """Return what ``forward`` kept under ``name``."""
        try:
            return getattr(self, name)
        except AttributeError:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward before it") from None


class Sequential(Layer):
    """Layers one after the other; on the way back, in reverse order.

    Parameters
    ----------
    *layers : Layer
        At least one, in the order of the forward pass.

    Attributes
    ----------
    layers : list of Layer

    Raises
    ------
    ValueError
        If there is no layer, or one of them has no ``forward`` and ``backward``.

    Examples
    --------
    >>> import numpy as np
    >>> from lessonlib.reference.layers import Flatten, ReLU, Sequential
    >>> network = Sequential(ReLU(), Flatten())
    >>> network.forward(np.array([[[-1.0, 2.0], [3.0, -4.0]]]))
    array([[0., 2., 3., 0.]])
    >>> network.backward(np.array([[1.0, 1.0, 1.0, 1.0]]))
    array([[[0., 1.],
            [1., 0.]]])
    """

    def __init__(self, *layers):
        if not layers:
            raise ValueError("layers must hold at least one layer, got none")
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"layers must hold Layer objects, got {layer!r}")
        self.layers = list(layers)

    def forward(self, x):
        """Send ``x`` through every layer and return the last output."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        """Send the gradient back through every layer, last layer first."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def parameters(self):
        """All the layers' pairs ``(array, gradient)``, first layer first."""
        return [pair for layer in self.layers for pair in layer.parameters()]


def image_batch(x, dtype=None):
    """Return ``x`` as a float array (N, C, H, W) without empty axes."""
    x = np.asarray(x)
    if x.ndim != 4 or 0 in x.shape:
        raise ValueError(f"x must be a batch (N, C, H, W) without empty axes, got shape {x.shape}")
    return floats(x, dtype)


def floats(x, dtype=None):
    """Return ``x`` as an array of real numbers with decimals; pixels stored as integers become float64."""
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise ValueError(f"x must hold real numbers, got dtype {x.dtype}")
    return np.asarray(x, dtype=dtype or (x.dtype if x.dtype.kind == "f" else np.float64))


def output_side(name, size, kernel, stride, padding=0):
    """Return floor((size + 2·padding - kernel) / stride) + 1, checking that the kernel fits."""
    room = size + 2 * padding - kernel
    if room < 0:
        raise ValueError(f"kernel_size must fit the padded {name} {size + 2 * padding} of x, got {kernel}")
    return room // stride + 1
