"""The convolution layer: the same small kernels at every place, with stride, padding and groups."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .._validation import as_count, as_pair
from .base import Layer, image_batch, output_side


class Conv2d(Layer):
    """Correlate every image of a batch with every kernel, as a CNN's convolution layer does.

    ``y[n, o, p, q] = bias[o] + Σ_c Σ_i Σ_j weight[o, c, i, j] · x_pad[n, c, stride·p + i, stride·q + j]``:
    no kernel is flipped. Slides S31, S33–S40.

    Parameters
    ----------
    in_channels, out_channels : int
        C of the input and number of kernels (= number of output maps O).
    kernel_size : int or (int, int)
        Height and width (KH, KW) of the kernels.
    stride, padding : int or (int, int)
        Step between neighbouring windows, and rows and columns of zeros added on each side.
    groups : int
        The channels are split in this many parts and each part of the output sees its own part of the
        input only (AlexNet's two GPUs: ``groups=2``). Must divide both channel counts.
    bias : bool
        Whether each kernel has a bias.
    rng : int or numpy.random.Generator
        Seed of the starting values. Give all layers of a network the same generator, so that they differ.
    dtype : numpy dtype
        Of the weights and of the computation: float32, or float64 to check gradients.

    Attributes
    ----------
    weight, weight_grad : ndarray, shape (O, C / groups, KH, KW)
    bias, bias_grad : ndarray, shape (O,), or None

    Raises
    ------
    ValueError
        If an argument is out of its range, or the kernel does not fit the padded input.

    Examples
    --------
    Six 5×5×3 kernels over a 32×32×3 volume (slide S35):

    >>> import numpy as np
    >>> from lessonlib.reference.layers import Conv2d
    >>> layer = Conv2d(3, 6, 5)
    >>> layer.forward(np.zeros((1, 3, 32, 32))).shape
    (1, 6, 28, 28)
    >>> layer.weight.size + layer.bias.size
    456

    Sobel's horizontal mask (slide S31) as the only kernel of a layer:

    >>> sobel = Conv2d(1, 1, 3, bias=False)
    >>> sobel.weight[:] = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    >>> sobel.forward([[[[0, 10, 10], [0, 10, 10], [0, 10, 10]]]]).item()
    40.0
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, groups=1, bias=True,
                 rng=0, dtype=np.float32):
        self.in_channels = as_count(in_channels, "in_channels", 1)
        self.out_channels = as_count(out_channels, "out_channels", 1)
        self.kernel_size, self.stride = as_pair(kernel_size, "kernel_size", 1), as_pair(stride, "stride", 1)
        self.padding, self.groups = as_pair(padding, "padding"), as_count(groups, "groups", 1)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(f"groups must divide in_channels and out_channels, {in_channels} and "
                             f"{out_channels}, got {groups}")
        shape = (self.out_channels, self.in_channels // self.groups, *self.kernel_size)
        self._start_weights(shape, np.prod(shape[1:]), bias, rng, dtype)

    def forward(self, x):
        """Correlate.

        The sum over one row of the kernel, for all images and places at once, is a product of two matrices:
        one line of ``strips`` holds the KW·C numbers that such a row touches. So the only loop is over the
        KH rows of the kernel, and BLAS does the rest.

        Parameters
        ----------
        x : array_like, shape (N, C, H, W)

        Returns
        -------
        ndarray, shape (N, O, OH, OW)
            OH = floor((H + 2·padding - KH) / stride) + 1; OW likewise.
        """
        x = image_batch(x, self.weight.dtype)
        if x.shape[1] != self.in_channels:
            raise ValueError(f"x must have {self.in_channels} channels, got {x.shape[1]} (shape {x.shape})")
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        n, c, h, w = x.shape
        oh, ow = output_side("height", h, kh, sh, ph), output_side("width", w, kw, sw, pw)
        h, w, g = h + 2 * ph, w + 2 * pw, self.groups

        # Channels last, so that the numbers under one row of the kernel are neighbours in memory.
        padded = np.zeros((n, h, w, c), x.dtype)
        padded[:, ph:h - ph, pw:w - pw] = x.transpose(0, 2, 3, 1)
        windows = sliding_window_view(padded, kw, axis=2)[:, :, ::sw]               # (N, H, OW, C, KW)
        strips = windows.reshape(n, h, ow, g, c // g, kw).transpose(3, 1, 0, 2, 5, 4)
        self._strips = strips.reshape(g, h, n * ow, kw * c // g)                    # the one big copy
        self._shapes = (n, c, h, w), (n, self.out_channels, oh, ow)                 # padded input, output

        y = np.zeros((g, oh * n * ow, self.out_channels // g), x.dtype)
        for i, kernel_row in enumerate(self._kernel_rows()):
            y += self._strips_under(i) @ kernel_row
        y = y.reshape(g, oh, n, ow, -1).transpose(2, 0, 4, 1, 3).reshape(n, self.out_channels, oh, ow)
        return y if self.bias is None else y + self.bias[:, None, None]

    def backward(self, grad):
        """Fill ``weight_grad`` and ``bias_grad`` and return the gradient at the input.

        Each output is a sum of products weight · input. So its gradient reaches a weight multiplied by the
        inputs that this weight met, and reaches an input multiplied by the weights that it met.

        Parameters
        ----------
        grad : array_like, shape (N, O, OH, OW)

        Returns
        -------
        ndarray, shape (N, C, H, W)
        """
        (n, c, h, w), shape = self._recall("_shapes")
        grad = self._check_grad(grad, shape).astype(self.weight.dtype, copy=False)
        (kh, kw), (sh, sw), (ph, pw), g = self.kernel_size, self.stride, self.padding, self.groups
        _, o, oh, ow = shape
        if self.bias is not None:
            self.bias_grad[:] = grad.sum(axis=(0, 2, 3))
        grad = grad.reshape(n, g, o // g, oh, ow).transpose(1, 3, 0, 4, 2).reshape(g, oh * n * ow, o // g)

        weight_grad = np.empty((kh, g, kw * c // g, o // g), grad.dtype)
        padded = np.zeros((g, h, n, w, c // g), grad.dtype)
        taps = np.ascontiguousarray(self.weight.reshape(g, o // g, c // g, kh, kw).transpose(3, 4, 0, 1, 2))
        for i in range(kh):
            weight_grad[i] = self._strips_under(i).transpose(0, 2, 1) @ grad
            for j in range(kw):
                seen = padded[:, i:i + sh * oh:sh, :, j:j + sw * ow:sw]  # the pixels that met weight [i, j]
                seen += (grad @ taps[i, j]).reshape(seen.shape)
        weight_grad = weight_grad.reshape(kh, g, kw, c // g, o // g).transpose(1, 4, 3, 0, 2)
        self.weight_grad[:] = weight_grad.reshape(self.weight.shape)
        x_grad = padded.transpose(2, 0, 4, 1, 3).reshape(n, c, h, w)
        return x_grad[:, :, ph:h - ph, pw:w - pw]

    def _kernel_rows(self):
        """Return row i of all kernels as a matrix, for each i: shape (KH, groups, KW·C/groups, O/groups)."""
        o, c, kh, kw = self.weight.shape
        rows = self.weight.reshape(self.groups, o // self.groups, c, kh, kw).transpose(3, 0, 4, 2, 1)
        return rows.reshape(kh, self.groups, kw * c, o // self.groups)

    def _strips_under(self, i):
        """Return the strips that row i of the kernel touches, shape (groups, OH·N·OW, KW·C/groups)."""
        oh, step = self._shapes[1][2], self.stride[0]
        strips = self._strips[:, i:i + step * oh:step]  # a view; below, only a step > 1 needs a copy
        return strips.reshape(self.groups, -1, strips.shape[-1])
