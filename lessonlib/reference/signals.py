"""Signals and images as arrays: positions, grey levels and colour channels (slides S08-S13)."""

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array, as_count, check_rank

# Rec. ITU-R BT.601 luma in thousandths: what JPEG, Pillow and OpenCV use.
_LUMA = (299, 587, 114)


def at(x: ArrayLike, *index: int):
    """Return the sample at a position counted from 1, as the slides count.

    The slides write s[1] for the first sample and I(1, 1) for the top left
    pixel; Python counts from 0. ``at(s, n)`` is ``s[n - 1]`` and ``at(I, i, j)``
    is ``I[i - 1, j - 1]``.

    Parameters
    ----------
    x : array_like
        A signal (N), an image (H, W) or (H, W, C), or any other array.
    *index : int
        From 1 to the size of each axis: one index for a signal, row and column
        for an image. Axes left out are returned whole: ``at(rgb, i, j)`` is the
        pixel with its C channels.

    Returns
    -------
    number or ndarray
        A Python number where every axis got an index, else a copy of what is there.

    Raises
    ------
    ValueError
        No index, more indices than axes, or an index that is not an integer
        between 1 and the size of its axis. Negative indices are errors here.

    Examples
    --------
    Slides S09 and S10:

    >>> at((4.5, 7, 8, -4, 3), 1)
    4.5
    >>> I = [[4, 7, 6],
    ...      [2, 0, 0],
    ...      [7, 1, 1]]
    >>> at(I, 1, 1), at(I, 1, 2), at(I, 2, 1)
    (4, 7, 2)
    >>> at(I, 0, 1)
    Traceback (most recent call last):
    ValueError: index 1 must be from 1 to 3, as the slides count, got 0
    """
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError("x must be a rectangular array, got rows of different lengths") from None
    check_rank(x, "x", None)
    if not 1 <= len(index) <= x.ndim:
        raise ValueError(f"x of shape {x.shape} needs 1 to {x.ndim} indices, got {len(index)}")
    for axis, (i, size) in enumerate(zip(index, x.shape, strict=False), start=1):
        if not isinstance(i, (int, np.integer)) or isinstance(i, bool) or not 1 <= i <= size:
            raise ValueError(f"index {axis} must be from 1 to {size}, as the slides count, got {i!r}")
    found = x[tuple(int(i) - 1 for i in index)]
    return found.copy() if found.ndim else found.item()


def quantize(image: ArrayLike, levels: int) -> np.ndarray:
    """Reduce the grey levels of an image to `levels` evenly spaced ones.

    The range 0-255 is cut into `levels` intervals of equal width; every value
    of an interval becomes the same level, and the levels spread from 0 (black)
    to 255 (white). Slide S11: a pixel is a quantised light intensity.

    Parameters
    ----------
    image : array_like of integers in 0-255
        Any shape: (H, W), (H, W, C), or a signal.
    levels : int
        From 2 (black and white) to 256 (unchanged).

    Returns
    -------
    ndarray of uint8
        Same shape; at most `levels` different values, among them 0 and 255.

    Raises
    ------
    ValueError
        `image` holds something else than integers from 0 to 255, or `levels`
        is not an integer from 2 to 256.

    Examples
    --------
    >>> quantize([0, 100, 127, 128, 255], 2)
    array([  0,   0,   0, 255, 255], dtype=uint8)
    >>> np.unique(quantize(np.arange(256), 4))
    array([  0,  85, 170, 255], dtype=uint8)
    """
    image = _as_bytes(image, "image")
    levels = as_count(levels, "levels", minimum=2)
    if levels > 256:
        raise ValueError(f"levels must be at most 256, the values of a byte, got {levels}")
    interval = np.arange(256) * levels // 256
    level = np.rint(interval * 255 / (levels - 1)).astype(np.uint8)
    return level[image]


def rgb_to_gray(image: ArrayLike) -> np.ndarray:
    """Return the luma of an RGB image: 0.299 R + 0.587 G + 0.114 B.

    The weights are those of Rec. ITU-R BT.601. Green weighs most because the
    eye is most sensitive to it; the plain mean would make blue look too bright.

    Parameters
    ----------
    image : array_like, shape (H, W, 3)
        Integers in 0-255 or floats in any unit.

    Returns
    -------
    ndarray, shape (H, W)
        uint8, rounded, for integers; float64 in the same unit for floats.

    Raises
    ------
    ValueError
        Another shape, integers outside 0-255, or values that are not finite.

    Examples
    --------
    White, grey and black keep their value; pure red, green and blue do not look equally bright:

    >>> rgb_to_gray([[(255, 255, 255), (128, 128, 128), (0, 0, 0)],
    ...              [(255, 0, 0), (0, 255, 0), (0, 0, 255)]])
    array([[255, 128,   0],
           [ 76, 150,  29]], dtype=uint8)
    """
    image = as_array(image, "image", 3)
    if image.shape[2] != 3:
        raise ValueError(f"image must have shape (H, W, 3), got {image.shape}")
    if image.dtype.kind == "f":
        return image @ np.divide(_LUMA, 1000)
    r, g, b = np.moveaxis(_as_bytes(image, "image"), -1, 0)
    thousandths = _LUMA[0] * r + _LUMA[1] * g + _LUMA[2] * b
    return ((thousandths + 500) // 1000).astype(np.uint8)


def merge_channels(*channels: ArrayLike) -> np.ndarray:
    """Stack matrices of one size into one image H x W x C.

    Parameters
    ----------
    *channels : array_like, shape (H, W)
        One matrix a channel: R, G and B for a colour image (slide S12).

    Returns
    -------
    ndarray, shape (H, W, C)
        Its type holds all the channels exactly.

    Raises
    ------
    ValueError
        No channel, or channels that are not matrices of the same shape.

    Examples
    --------
    The first row of the image of slide S12:

    >>> merge_channels([[255, 128, 0]], [[255, 128, 0]], [[255, 128, 0]]).tolist()
    [[[255, 255, 255], [128, 128, 128], [0, 0, 0]]]
    """
    if not channels:
        raise ValueError("channels must be one or more matrices, got none")
    for number, channel in enumerate(channels, start=1):
        as_array(channel, f"channel {number}", 2)
    matrices = [np.asarray(channel) for channel in channels]
    shapes = [matrix.shape for matrix in matrices]
    if len(set(shapes)) > 1:
        raise ValueError(f"channels must have the same shape, got {', '.join(map(str, shapes))}")
    return np.stack(matrices, axis=-1)


def split_channels(image: ArrayLike) -> tuple[np.ndarray, ...]:
    """Return the C matrices of an image H x W x C, the inverse of `merge_channels`.

    Parameters
    ----------
    image : array_like, shape (H, W, C)

    Returns
    -------
    tuple of ndarray, shape (H, W)
        C copies, in the image's type: ``r, g, b = split_channels(image)``.

    Raises
    ------
    ValueError
        `image` is not of rank 3, or is empty, or does not hold finite numbers.

    Examples
    --------
    >>> r, g, b = split_channels([[(255, 0, 0), (0, 255, 255)]])
    >>> r.tolist(), g.tolist(), b.tolist()
    ([[255, 0]], [[0, 255]], [[0, 255]])
    """
    as_array(image, "image", 3)
    return tuple(np.moveaxis(np.asarray(image), -1, 0).copy())


def _as_bytes(values: ArrayLike, name: str) -> np.ndarray:
    array = as_array(values, name)
    if array.dtype.kind != "i" or array.min() < 0 or array.max() > 255:
        raise ValueError(f"{name} must hold integers from 0 to 255, "
                         f"got {np.asarray(values).dtype} from {array.min():g} to {array.max():g}")
    return array
