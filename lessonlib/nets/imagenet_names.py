"""The names of ImageNet's 1000 classes, in English, and in Portuguese for those that the lessons show."""

import csv
from io import StringIO

from lessonlib.datasets.files import read_data_file


def english() -> list[str]:
    """Return the 1000 English names, by class index; torchvision's list.

    Examples
    --------
    >>> from lessonlib.nets import imagenet_names
    >>> imagenet_names.english()[967]
    'espresso'
    """
    from torchvision.models import AlexNet_Weights  # only here: it takes a second, and few lessons need it

    return list(AlexNet_Weights.IMAGENET1K_V1.meta["categories"])


def portuguese() -> dict[int, str]:
    """Return the Portuguese names that exist, from class index to name.

    Raises
    ------
    DataFileError
        If ``data/imagenet_nomes_ptbr.csv`` is missing or altered.

    Examples
    --------
    >>> from lessonlib.nets import imagenet_names
    >>> imagenet_names.portuguese()[282]
    'gato tigrado'
    """
    rows = csv.DictReader(StringIO(read_data_file("imagenet_nomes_ptbr.csv").decode("utf-8")))
    return {int(row["index"]): row["portuguese"] for row in rows}


def index_of(name: str) -> int:
    """Return the index of the class with this English or Portuguese name.

    Raises
    ------
    ValueError
        If no class has the name.

    Examples
    --------
    >>> from lessonlib.nets import imagenet_names
    >>> imagenet_names.index_of("avestruz"), imagenet_names.index_of("ostrich")
    (9, 9)
    """
    for index, portuguese_name in portuguese().items():
        if name == portuguese_name:
            return index
    if name in english():
        return english().index(name)
    raise ValueError(f"name must be an ImageNet class in English or Portuguese, got {name!r}")
