"""Checks that every reference function makes of its arguments.

A bad argument stops with a ``ValueError`` that names it, says what it got and
what it wants, so that no function goes on to return a wrong number.
"""

import operator

import numpy as np
from numpy.typing import ArrayLike

# float64 represents every integer up to here; beyond it, neighbours merge.
LARGEST_EXACT_INTEGER = 2**53


def as_array(value: ArrayLike, name: str, ndim: int | tuple[int, ...] | None = None, *,
             allow_nan: bool = False) -> np.ndarray:
    """Return `value` as an int64 or a float64 array, or say why it cannot be used.

    Small integer types are widened, because sums of uint8 pixels would wrap
    around at 256. The result may share memory with `value`: do not write to it.

    Parameters
    ----------
    value : array_like of numbers
        Lists and tuples are welcome.
    name : str
        What the error message calls the argument.
    ndim : int or tuple of int, optional
        The ranks that are allowed; by default any rank from 1 up.
    allow_nan : bool, optional
        Accept NaN, as the mark of a missing sample. Infinities never pass.

    Raises
    ------
    ValueError
        Not numbers, ragged, masked, empty, of another rank, not finite, or
        integers too large for float64.

    Examples
    --------
    >>> as_array((3, 7, 5), "w", 1)
    array([3, 7, 5])
    >>> as_array([1.0, float("nan")], "s")
    Traceback (most recent call last):
    ValueError: s must hold finite numbers, got nan at position 1
    """
    if np.ma.is_masked(value):
        raise ValueError(f"{name} must not be a masked array: fill or drop the masked entries first")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array, got rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got {array.dtype} values")
    check_rank(array, name, ndim)
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if array.dtype.kind in "biu":
        if largest_magnitude(array) > LARGEST_EXACT_INTEGER:
            raise ValueError(f"{name} must hold integers from -2**53 to 2**53, got larger ones")
        return array.astype(np.int64, copy=False)
    array = array.astype(np.float64, copy=False)
    usable = ~np.isinf(array) if allow_nan else np.isfinite(array)
    if not usable.all():
        where = tuple(int(i) for i in np.argwhere(~usable)[0])
        position = where[0] if array.ndim == 1 else where
        raise ValueError(f"{name} must hold finite numbers, got {array[where]} at position {position}")
    return array


def largest_magnitude(array: np.ndarray) -> int | float:
    """Return max |array| as a Python number, which cannot overflow as ``abs(int64)`` can."""
    return max(abs(array.min().item()), abs(array.max().item()))


def check_rank(array: np.ndarray, name: str, ndim: int | tuple[int, ...] | None) -> None:
    """Raise ValueError unless `array` has one of the ranks `ndim` (None: 1 or more)."""
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    fits = array.ndim >= 1 if allowed is None else array.ndim in allowed
    if not fits:
        wanted = "an array" if allowed is None else " or ".join(f"{n}-D" for n in allowed)
        raise ValueError(f"{name} must be {wanted}, got shape {array.shape}")


def as_count(value: int, name: str, minimum: int = 0) -> int:
    """Return `value` as an int that is at least `minimum`, or raise ValueError.

    Examples
    --------
    >>> as_count(0, "stride", minimum=1)
    Traceback (most recent call last):
    ValueError: stride must be an integer of at least 1, got 0
    """
    try:
        count = None if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        count = None
    if count is None or count < minimum:
        raise ValueError(f"{name} must be an integer of at least {minimum}, got {value!r}")
    return count


def as_pair(value: int | tuple[int, int], name: str, minimum: int = 0) -> tuple[int, int]:
    """Return one count for rows and columns, or a (rows, columns) pair, as a pair.

    Examples
    --------
    >>> as_pair(2, "stride"), as_pair((2, 1), "stride")
    ((2, 2), (2, 1))
    """
    if not isinstance(value, (tuple, list)):
        return (as_count(value, name, minimum),) * 2
    if len(value) != 2:
        raise ValueError(f"{name} must be one integer or a (rows, columns) pair, got {value!r}")
    return as_count(value[0], name, minimum), as_count(value[1], name, minimum)


def check_option(value: str, name: str, options: tuple[str, ...]) -> None:
    """Raise ValueError unless `value` is one of `options`."""
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, options))}, got {value!r}")


def check_fits(array: np.ndarray, mask: np.ndarray, name: str, mask_name: str) -> None:
    """Raise ValueError if the mask is longer than the array along any axis."""
    if any(m > n for m, n in zip(mask.shape, array.shape, strict=True)):
        raise ValueError(f"{mask_name} must not be larger than {name}: "
                         f"got {mask_name} of shape {mask.shape} and {name} of shape {array.shape}")


def as_image_and_kernel(image: ArrayLike, kernel: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both as matrices (see `as_array`)."""
    return as_array(image, "image", 2), as_array(kernel, "kernel", 2)
