"""Convolution in 1-D and 2-D, its sizes and its cost (slides S28-S31).

A convolution is a correlation with the mask flipped. What a CNN calls a
convolution is `correlate2d`: it does not flip.
"""

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference import _sliding
from lessonlib.reference._validation import as_array, as_count, as_image_and_kernel, as_pair
from lessonlib.reference.correlation import correlate
from lessonlib.reference.fast_convolution import (
    correlate2d_separable,
    fft_correlate2d,
    is_separable,
    separate,
)

__all__ = ["convolve", "convolve2d", "correlate2d", "correlate2d_loops", "correlate2d_separable",
           "count_multiplications", "fft_correlate2d", "flip", "is_separable", "output_size", "separate"]


def flip(w: ArrayLike) -> np.ndarray:
    """Return w_r, the mask reversed along every axis (slide S28).

    Parameters
    ----------
    w : array_like of any rank

    Returns
    -------
    ndarray of the same shape

    Raises
    ------
    ValueError
        Empty, or not finite numbers.

    Examples
    --------
    >>> flip((3, 7, 5))
    array([5, 7, 3])
    >>> flip([[1, 2], [3, 4]])
    array([[4, 3],
           [2, 1]])
    """
    return np.flip(as_array(w, "w")).copy()


def convolve(s: ArrayLike, w: ArrayLike, mode: str = "full") -> np.ndarray:
    """Return the convolution s * w = s o w_r of a signal with a mask (slide S28).

    The slide writes the symbol of the normalised correlation; the unnormalised
    one is meant.

    Parameters
    ----------
    s : array_like, shape (N,)
    w : array_like, shape (M,)
    mode : {"full", "same", "valid"}
        As in `correlation.correlate`; the default is "full", as in `numpy.convolve`.

    Returns
    -------
    ndarray
        N + M - 1, N or N - M + 1 values; integers if both are integers.

    Raises
    ------
    ValueError
        As in `correlation.correlate`.

    Examples
    --------
    >>> s, w = (4, 1, 3, 8, 4, 0, 3, 8, 0, 7, 7, 7, 1, 2), (3, 7, 5)
    >>> print(convolve(s, w, "valid"))
    [ 36  50  83  68  29  45  71  61  70 105  87  48]
    >>> print(convolve(s, w, "same"))
    [ 31  36  50  83  68  29  45  71  61  70 105  87  48  19]
    """
    return correlate(s, flip(w), mode)


def output_size(n: int, k: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return how many places a mask of k samples takes along an axis of n samples.

    floor((n + 2 padding - dilation (k - 1) - 1) / stride) + 1. With the
    defaults it is n - k + 1, slide S26; samples that no full step reaches are left out.

    Parameters
    ----------
    n, k : int
        Sizes of the signal and of the mask, from 1.
    stride : int, optional
        Samples from one place to the next, from 1.
    padding : int, optional
        Zeros added at each end, from 0.
    dilation : int, optional
        Samples from one element of the mask to the next, from 1.

    Raises
    ------
    ValueError
        An argument that is not such an integer, or a mask that does not fit.

    Examples
    --------
    The signal of slide S26, with and without padding; the volume of slide S35; AlexNet's first layer:

    >>> output_size(14, 3), output_size(14, 3, padding=1), output_size(32, 5), output_size(227, 11, stride=4)
    (12, 14, 28, 55)
    """
    n, k = as_count(n, "n", minimum=1), as_count(k, "k", minimum=1)
    stride, padding = as_count(stride, "stride", minimum=1), as_count(padding, "padding")
    span = as_count(dilation, "dilation", minimum=1) * (k - 1) + 1
    if span > n + 2 * padding:
        raise ValueError(f"k must fit in the signal: a mask of {k} spans {span} samples, "
                         f"the padded signal has {n + 2 * padding}")
    return (n + 2 * padding - span) // stride + 1


def correlate2d(image: ArrayLike, kernel: ArrayLike, padding: int | tuple[int, int] = 0,
                stride: int | tuple[int, int] = 1, dilation: int | tuple[int, int] = 1) -> np.ndarray:
    """Return the 2-D correlation of an image with a kernel (slides S29-S31).

    `correlate2d_loops` is the definition, to read; this one is fast.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (K, L)
    padding : int or (int, int), optional
        Zeros added on each side: above and below, left and right.
    stride : int or (int, int), optional
        Pixels from one output to the next, down and across.
    dilation : int or (int, int), optional
        Pixels from one kernel element to the next, down and across.

    Returns
    -------
    ndarray, shape (rows, columns)
        Sizes from `output_size`. Integers if both are integers (float64 if a
        sum could pass 2**53).

    Raises
    ------
    ValueError
        Ranks other than 2, empty or not finite, a kernel larger than the
        padded image, or counts that are not integers from 0 (padding) or 1.

    Examples
    --------
    The third patch of slide S30 under Sobel's Gx:

    >>> correlate2d([[10, 10, 10], [0, 10, 10], [0, 0, 10]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    array([[30]])
    """
    image, kernel = as_image_and_kernel(image, kernel)
    padding, stride = as_pair(padding, "padding"), as_pair(stride, "stride", minimum=1)
    dilation = as_pair(dilation, "dilation", minimum=1)
    for n, k, s, p, d in zip(image.shape, kernel.shape, stride, padding, dilation, strict=True):
        output_size(n, k, s, p, d)   # says so if the kernel does not fit
    return _sliding.correlate_direct(_sliding.pad(image, padding), kernel, stride, dilation)


def convolve2d(image: ArrayLike, kernel: ArrayLike, padding: int | tuple[int, int] = 0,
               stride: int | tuple[int, int] = 1) -> np.ndarray:
    """Return the true 2-D convolution: `correlate2d` with the kernel flipped in both axes.

    Parameters, result and errors are those of `correlate2d`.

    Examples
    --------
    The same patch as above: flipping Sobel's Gx turns its sign, and slide S30 shows 30.

    >>> convolve2d([[10, 10, 10], [0, 10, 10], [0, 0, 10]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    array([[-30]])
    """
    image, kernel = as_image_and_kernel(image, kernel)
    return correlate2d(image, flip(kernel), padding, stride)


def correlate2d_loops(image: ArrayLike, kernel: ArrayLike, padding: int | tuple[int, int] = 0,
                      stride: int | tuple[int, int] = 1) -> np.ndarray:
    """Return what `correlate2d` returns, by four loops: the definition, to read.

    Examples
    --------
    >>> correlate2d_loops([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0], [0, -1]])
    array([[-4, -4],
           [-4, -4]])
    """
    image, kernel = as_image_and_kernel(image, kernel)
    padding, stride = as_pair(padding, "padding"), as_pair(stride, "stride", minimum=1)
    (height, width), (row_step, column_step) = kernel.shape, stride
    rows, columns = map(output_size, image.shape, kernel.shape, stride, padding)
    image = _sliding.pad(image, padding)
    output = np.zeros((rows, columns), dtype=np.result_type(image, kernel))
    for i in range(rows):
        for j in range(columns):
            for a in range(height):
                for b in range(width):
                    output[i, j] += kernel[a, b] * image[i * row_step + a, j * column_step + b]
    return output


def count_multiplications(kernel_size: int | tuple[int, int], output_size: int | tuple[int, int],
                          in_channels: int = 1, out_channels: int = 1) -> int:
    """Return the multiplications of a 2-D convolution: D_K**2 M N D_F**2.

    Slide S29 gives D_w**2 D_f**2, the case of one input channel and one filter.

    Parameters
    ----------
    kernel_size : int or (int, int)
        D_K, or (rows, columns).
    output_size : int or (int, int)
        D_F, the side of the output map, or (rows, columns).
    in_channels, out_channels : int, optional
        M channels of the input, N filters.

    Raises
    ------
    ValueError
        A size or a channel count that is not an integer from 1.

    Examples
    --------
    Sobel on a 512 x 512 photo; slide S35, six filters 5 x 5 x 3 that give 28 x 28 x 6:

    >>> count_multiplications(3, 510), count_multiplications(5, 28, in_channels=3, out_channels=6)
    (2340900, 352800)
    """
    rows, columns = as_pair(output_size, "output_size", minimum=1)
    height, width = as_pair(kernel_size, "kernel_size", minimum=1)
    m, n = as_count(in_channels, "in_channels", minimum=1), as_count(out_channels, "out_channels", minimum=1)
    return height * width * m * n * rows * columns
