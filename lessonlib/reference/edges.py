"""Sobel's filter: how fast, and in which direction, an image gets brighter (slides S30-S31)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from lessonlib.reference._validation import as_array
from lessonlib.reference.convolution import correlate2d

SOBEL_X = np.array([[-1, 0, 1],
                    [-2, 0, 2],
                    [-1, 0, 1]])
SOBEL_X.flags.writeable = False

SOBEL_Y = SOBEL_X.T


class Gradient(NamedTuple):
    """What `sobel` finds at every pixel."""

    gx: np.ndarray
    """Brightening from left to right: answers to vertical edges."""
    gy: np.ndarray
    """Brightening from top to bottom: answers to horizontal edges."""
    magnitude: np.ndarray
    """Square root of gx**2 + gy**2: the strength of the edge, whatever its direction."""

    @property
    def orientation(self) -> np.ndarray:
        """Angle of the gradient in degrees, from -180 (excluded) to 180; NaN where it is zero.

        0 points right, 90 points down, since rows count downwards. The edge itself runs across it.
        """
        angle = np.degrees(np.arctan2(self.gy, self.gx))
        # -0.0 in gy would give -180 for the direction that is called 180.
        angle[angle == -180] = 180
        angle[self.magnitude == 0] = np.nan
        return angle


def sobel(image: ArrayLike, padding: int = 0) -> Gradient:
    """Return the gradient of a grey image with Sobel's two kernels.

    They are correlated with the image, as a CNN does. A true convolution would turn
    the signs of gx and gy and leave the magnitude.

    Parameters
    ----------
    image : array_like, shape (H, W)
        Grey levels; H and W at least 3, padding included.
    padding : int, optional
        Zeros around the image. 1 keeps its size, and draws a false edge along
        the border of any image that is not black there.

    Returns
    -------
    Gradient
        gx, gy and magnitude, each of shape (H - 2, W - 2) without padding, and
        the property `orientation`. gx and gy are integers for integer images, up to
        4 times the grey range in either sign.

    Raises
    ------
    ValueError
        Rank other than 2 (use `signals.rgb_to_gray` for colour), smaller than
        3 x 3, or values that are not finite.

    Examples
    --------
    The four patches of slide S30. The last one has an edge too, but a horizontal one: only gy sees it.

    >>> patches = [[[10, 10, 10], [10, 10, 10], [10, 10, 10]],
    ...            [[0, 10, 10], [0, 10, 10], [0, 10, 10]],
    ...            [[10, 10, 10], [0, 10, 10], [0, 0, 10]],
    ...            [[10, 10, 10], [10, 10, 10], [0, 0, 0]]]
    >>> for patch in patches:
    ...     gx, gy, magnitude = sobel(patch)
    ...     print(gx.item(), gy.item(), round(magnitude.item(), 2))
    0 0 0.0
    40 0 40.0
    30 -30 42.43
    0 -40 40.0
    """
    image = as_array(image, "image", 2)
    gx, gy = correlate2d(image, SOBEL_X, padding), correlate2d(image, SOBEL_Y, padding)
    return Gradient(gx, gy, np.hypot(gx, gy))
