"""Pooling layers: one number for each window, the largest or the mean. They have no weights."""

import numpy as np

from .._validation import as_pair
from .base import Layer, image_batch, output_side


class _Pool2d(Layer):
    """The windows that both kinds of pooling share."""

    def __init__(self, kernel_size, stride=None):
        self.kernel_size = as_pair(kernel_size, "kernel_size", 1)
        self.stride = self.kernel_size if stride is None else as_pair(stride, "stride", 1)

    def _read(self, x):
        """Check ``x``, note the shapes and return it as floats."""
        x = image_batch(x)
        (kh, kw), (sh, sw) = self.kernel_size, self.stride
        size = output_side("height", x.shape[2], kh, sh), output_side("width", x.shape[3], kw, sw)
        self._shapes = x.shape, x.shape[:2] + size
        return x

    def _places(self, images):
        """Yield, for each place of a window, the pixels that all windows have there: views (N, C, OH, OW)."""
        (kh, kw), (sh, sw), (oh, ow) = self.kernel_size, self.stride, self._shapes[1][2:]
        for i in range(kh):
            for j in range(kw):
                yield images[:, :, i:i + sh * oh:sh, j:j + sw * ow:sw]


class MaxPool2d(_Pool2d):
    """Keep the largest number of each window. Slides S42–S43.

    On the way back the whole gradient goes to the pixel that won; where several are equal, to the first in
    reading order (as PyTorch does). A window with NaN gives NaN.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Step between windows; without it, ``kernel_size`` (windows side by side). Pixels that fill no whole
        window are left out.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the window does not fit the input.

    Examples
    --------
    >>> import numpy as np
    >>> from lessonlib.reference.layers import MaxPool2d
    >>> pool = MaxPool2d(2)
    >>> pool.forward([[[[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]])[0, 0]
    array([[6., 8.],
           [3., 4.]])
    >>> pool.backward(np.array([[[[10.0, 20.0], [30.0, 40.0]]]]))[0, 0]
    array([[ 0.,  0.,  0.,  0.],
           [ 0., 10.,  0., 20.],
           [30.,  0.,  0.,  0.],
           [ 0.,  0.,  0., 40.]])
    """

    def forward(self, x):
        """Return the largest number of each window: (N, C, H, W) → (N, C, OH, OW)."""
        x = self._read(x)
        largest = np.full(self._shapes[1], -np.inf, x.dtype)
        self._winner = np.zeros(self._shapes[1], np.intp)
        for place, pixels in enumerate(self._places(x)):
            better = (pixels > largest) | np.isnan(pixels)
            largest[better] = pixels[better]
            self._winner[better] = place
        return largest

    def backward(self, grad):
        """Give each window's gradient to its winner: (N, C, OH, OW) → (N, C, H, W)."""
        winner = self._recall("_winner")
        grad = self._check_grad(grad, self._shapes[1])
        x_grad = np.zeros(self._shapes[0], grad.dtype)
        for place, pixels in enumerate(self._places(x_grad)):
            pixels += np.where(winner == place, grad, 0)
        return x_grad


class AvgPool2d(_Pool2d):
    """Keep the mean of each window. Slides S42–S43.

    On the way back every pixel of a window gets the same share of its gradient.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Step between windows; without it, ``kernel_size``.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the window does not fit the input.

    Examples
    --------
    >>> from lessonlib.reference.layers import AvgPool2d
    >>> AvgPool2d(2).forward([[[[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]])[0, 0]
    array([[3.25, 5.25],
           [2.  , 2.  ]])
    """

    def forward(self, x):
        """Return the mean of each window: (N, C, H, W) → (N, C, OH, OW)."""
        x = self._read(x)
        return sum(self._places(x)) / (self.kernel_size[0] * self.kernel_size[1])

    def backward(self, grad):
        """Share each window's gradient among its pixels: (N, C, OH, OW) → (N, C, H, W)."""
        x_shape, shape = self._recall("_shapes")
        share = self._check_grad(grad, shape) / (self.kernel_size[0] * self.kernel_size[1])
        x_grad = np.zeros(x_shape, share.dtype)
        for pixels in self._places(x_grad):
            pixels += share
        return x_grad
