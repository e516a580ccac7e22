"""Small pieces of photos, prepared for learning filters: contrast normalised and whitened (slide 68).

The recipe is that of Coates and Ng (2012): take patches at random, give them all the same brightness and
contrast, and rotate and scale them so that their components are uncorrelated, with unit variance.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array


class Whitening(NamedTuple):
    """A linear map that makes patches white.

    Attributes
    ----------
    mean : ndarray, shape (D,)
        Mean patch.
    directions : ndarray, shape (K, D)
        Principal directions, unit length, strongest first: the filters that PCA learns.
    variances : ndarray, shape (K,)
        Variance of the patches along each direction.
    """

    mean: np.ndarray
    directions: np.ndarray
    variances: np.ndarray

    def apply(self, patches: ArrayLike) -> np.ndarray:
        """Return the white coordinates of patches: (N, D) → (N, K)."""
        return (np.asarray(patches) - self.mean) @ self.directions.T / np.sqrt(self.variances)


def color_patches(photos: Sequence[np.ndarray], side: int, count: int, seed: int = 0) -> np.ndarray:
    """Cut square patches at random places, the same number from each photo.

    Parameters
    ----------
    photos : sequence of ndarray, shape (H, W) or (H, W, 3)
        Levels in [0, 255]; a grey photo counts as three equal channels.
    side : int
        Height and width of a patch, in pixels.
    count : int
        Patches of each photo.
    seed : int
        Chooses the places.

    Returns
    -------
    ndarray of float, shape (len(photos) * count, 3 * side * side)
        Channel, row and column in that order, as in a layer's weights; levels in [0, 255].

    Raises
    ------
    ValueError
        If there is no photo, a photo has another shape or is smaller than a patch, or a number is below 1.

    Examples
    --------
    >>> color_patches([np.arange(12.0).reshape(3, 4)], side=2, count=5).shape
    (5, 12)
    """
    if not len(photos):
        raise ValueError("photos must hold at least one photo, got none")
    if side < 1 or count < 1:
        raise ValueError(f"side and count must be at least 1, got {side} and {count}")
    rng = np.random.default_rng(seed)
    pieces = []
    for photo in photos:
        photo = as_array(photo, "photo", (2, 3))
        if photo.ndim == 3 and photo.shape[2] != 3:
            raise ValueError(f"photo must have shape (H, W) or (H, W, 3), got {photo.shape}")
        if min(photo.shape[:2]) < side:
            raise ValueError(f"side must fit in every photo, got {side} for a photo of shape {photo.shape}")
        color = np.broadcast_to(photo[..., None], (*photo.shape, 3)) if photo.ndim == 2 else photo
        windows = np.lib.stride_tricks.sliding_window_view(color, (side, side), axis=(0, 1))
        rows, columns = (rng.integers(0, size, count) for size in windows.shape[:2])
        pieces.append(windows[rows, columns].reshape(count, -1).astype(float))
    return np.concatenate(pieces)


def normalize_contrast(patches: ArrayLike, floor: float = 10.0) -> np.ndarray:
    """Give every patch mean 0 and the same contrast.

    Parameters
    ----------
    patches : array_like, shape (N, D)
        One patch a row, levels in [0, 255].
    floor : float
        Added to the variance, so that a nearly flat patch does not become pure noise; > 0.

    Returns
    -------
    ndarray, shape (N, D)
        (x - mean) / sqrt(variance + floor), row by row; 0 where a patch is constant.

    Raises
    ------
    ValueError
        If patches has another rank or holds what is not a finite number, or floor is not above 0.

    Examples
    --------
    >>> normalize_contrast([[0, 12], [5, 5]], floor=28)
    array([[-0.75,  0.75],
           [ 0.  ,  0.  ]])
    """
    patches = as_array(patches, "patches", 2).astype(float)
    if not floor > 0:
        raise ValueError(f"floor must be above 0, got {floor!r}")
    centred = patches - patches.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + floor)


def whiten(patches: ArrayLike, components: int) -> Whitening:
    """Find the map that makes patches white, keeping their strongest principal directions.

    Parameters
    ----------
    patches : array_like, shape (N, D)
    components : int
        How many directions to keep, 1 to D. The weakest ones are mostly the camera's noise.

    Returns
    -------
    Whitening
        A direction's largest entry is positive, so that the signs do not depend on the machine.

    Raises
    ------
    ValueError
        If there are fewer than two patches, components is out of range, or a kept direction has no variance.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> patches = rng.normal(size=(500, 2)) @ [[3, 1], [0, 1]]
    >>> white = whiten(patches, 2).apply(patches)
    >>> np.allclose(np.cov(white.T), np.eye(2))
    True
    """
    patches = as_array(patches, "patches", 2).astype(float)
    if len(patches) < 2:
        raise ValueError(f"patches must hold at least two patches, got {len(patches)}")
    if not 1 <= components <= patches.shape[1]:
        raise ValueError(f"components must be 1 to {patches.shape[1]}, got {components!r}")
    variances, vectors = np.linalg.eigh(np.cov(patches.T).reshape(patches.shape[1], -1))
    variances, directions = variances[::-1][:components], vectors[:, ::-1][:, :components].T
    if variances[-1] <= 1e-10 * variances[0] or variances[0] <= 0:
        raise ValueError(f"components must leave out directions without variance, got {components}")
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    return Whitening(patches.mean(axis=0), directions * np.sign(largest), variances)
