"""Photographs for the lessons: the ones that ship inside scikit-image's wheel."""

from io import BytesIO
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessonlib.datasets import photo_files


class PhotoCredit(NamedTuple):
    """Title, author and licence of a photograph, in Portuguese, ready for a caption."""

    title: str
    author: str
    licence: str

    @property
    def caption(self) -> str:
        """One line with all three."""
        return f"{self.title}. Foto: {self.author} ({self.licence})."


# As scikit-image's own docstrings state them.
PHOTO_CREDITS = MappingProxyType(
    {
        "camera": PhotoCredit("Fotógrafo com câmera no tripé", "Lav Varshney", "CC0"),
        "chelsea": PhotoCredit("A gata Chelsea", "Stefan van der Walt", "CC0"),
        "coffee": PhotoCredit("Xícara de café", "Rachel Michetti, cortesia do Pikolo Espresso Bar", "CC0"),
        "astronaut": PhotoCredit("A astronauta Eileen Collins", "NASA", "domínio público"),
        "rocket": PhotoCredit(
            "Lançamento do satélite DSCOVR por um foguete Falcon 9", "SpaceX", "domínio público"
        ),
        "coins": PhotoCredit(
            "Moedas gregas de Pompeia", "Brooklyn Museum", "sem restrições autorais conhecidas"
        ),
    }
)


def photo_names() -> list[str]:
    """Return the names that `photo` knows.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> datasets.photo_names()
    ['camera', 'chelsea', 'coffee', 'astronaut', 'rocket', 'coins']
    """
    return list(PHOTO_CREDITS)


def photo(name: str) -> NDArray[np.uint8]:
    """Return one photograph as an array.

    Parameters
    ----------
    name : str
        One of `photo_names`. Title, author and licence are in ``PHOTO_CREDITS[name]``.

    Returns
    -------
    numpy.ndarray of uint8, shape (H, W) or (H, W, 3)
        Grey (``camera``, ``coins``) or RGB levels in [0, 255]; a fresh array at each call.

    Raises
    ------
    ValueError
        If the name is unknown.
    DataFileError
        If the file is not in the installed scikit-image, or not the expected one. It is never downloaded.

    Notes
    -----
    Source: ``skimage.data`` of scikit-image. ``rocket`` is a JPEG, so another decoder may differ from
    this one by a level or two; the others are lossless.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> datasets.photo("coffee").shape
    (400, 600, 3)
    >>> datasets.photo("coins").shape
    (303, 384)
    """
    if name not in PHOTO_CREDITS:
        raise ValueError(f"name deve ser uma destas fotos: {', '.join(PHOTO_CREDITS)}; veio {name!r}.")
    from PIL import Image  # only here: the rest of a lesson may not need it

    with Image.open(BytesIO(photo_files.read(name))) as image:
        return np.array(image)
