"""Two cheaper ways to a 2-D correlation: separable kernels, and the FFT.

`convolution.correlate2d` multiplies K L times for every output of a K x L
kernel. Lesson 04 measures when each of these beats it.
"""

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference import _sliding
from lessonlib.reference._validation import as_array, as_image_and_kernel, as_pair, check_fits

# Second singular value, relative to the first, up to which a kernel counts as separable.
_RANK_ONE = 1e-10


def fft_correlate2d(image: ArrayLike, kernel: ArrayLike, padding: int | tuple[int, int] = 0) -> np.ndarray:
    """Return the 2-D correlation by the correlation theorem: a product of spectra.

    Its cost hardly depends on the size of the kernel, so it wins for large ones.

    Parameters
    ----------
    image : array_like, shape (H, W)
    kernel : array_like, shape (K, L)
    padding : int or (int, int), optional
        Zeros added on each side, as in `correlate2d`.

    Returns
    -------
    ndarray of float64
        As `correlate2d`, with rounding errors of some 1e-16 |image| |kernel|
        (Euclidean norms), also for integers.

    Raises
    ------
    ValueError
        As `correlate2d`.

    Examples
    --------
    >>> patch, sobel_x = [[10, 10, 10], [0, 10, 10], [0, 0, 10]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    >>> fft_correlate2d(patch, sobel_x).round(6)
    array([[30.]])
    """
    image, kernel = as_image_and_kernel(image, kernel)
    image = _sliding.pad(image, as_pair(padding, "padding"))
    check_fits(image, kernel, "the padded image", "kernel")
    return _sliding.correlate_fft(image, kernel)


def is_separable(kernel: ArrayLike) -> bool:
    """Say whether a kernel is the outer product of a column and a row.

    It is when its rank is at most 1: its second singular value is zero, up to
    1e-10 of the first.

    Parameters
    ----------
    kernel : array_like, shape (K, L)

    Raises
    ------
    ValueError
        Rank other than 2, empty or not finite.

    Examples
    --------
    >>> is_separable([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), is_separable([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    (True, False)
    """
    singular = np.linalg.svd(as_array(kernel, "kernel", 2), compute_uv=False)
    return bool((singular[1:] <= _RANK_ONE * singular[0]).all())


def separate(kernel: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return a column and a row whose outer product is the kernel.

    Correlating with the row and then with the column costs K + L
    multiplications an output instead of K L.

    Parameters
    ----------
    kernel : array_like, shape (K, L)

    Returns
    -------
    column, row : ndarray of float64, shapes (K,) and (L,)
        The column is the kernel's own one that holds its largest element, that element made positive.

    Raises
    ------
    ValueError
        The kernel is not separable, or not a finite matrix.

    Examples
    --------
    Sobel's Gx smooths down the column and differentiates along the row:

    >>> separate([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    (array([1., 2., 1.]), array([-1.,  0.,  1.]))
    """
    kernel = as_array(kernel, "kernel", 2).astype(np.float64, copy=False)
    if not is_separable(kernel):
        raise ValueError(f"kernel must have rank 1 to separate, got rank {np.linalg.matrix_rank(kernel)}")
    # In a matrix of rank 1 every row is a multiple of every other: one row and one column say it all.
    i, j = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    largest = kernel[i, j]
    if largest == 0:
        return np.zeros(len(kernel)), np.zeros(kernel.shape[1])
    return kernel[:, j] * np.sign(largest) + 0.0, kernel[i] / abs(largest) + 0.0   # + 0.0 turns -0.0 into 0.0


def correlate2d_separable(image: ArrayLike, kernel: ArrayLike,
                          padding: int | tuple[int, int] = 0) -> np.ndarray:
    """Return the 2-D correlation with a separable kernel in two passes: rows, then columns.

    Parameters and errors are those of `correlate2d`, and of `separate`. The
    result is float64.

    Examples
    --------
    >>> correlate2d_separable([[10, 10, 10], [0, 10, 10], [0, 0, 10]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    array([[30.]])
    """
    image, kernel = as_image_and_kernel(image, kernel)
    column, row = separate(kernel)
    image = _sliding.pad(image, as_pair(padding, "padding"))
    check_fits(image, kernel, "the padded image", "kernel")
    filtered = _sliding.correlate_direct(image.astype(np.float64), row[np.newaxis, :])
    return _sliding.correlate_direct(filtered, column[:, np.newaxis])
