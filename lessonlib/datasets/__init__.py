"""Real data for the lessons: arrays whose source, licence and sha256 are known (``data/README.md``).

=============================  =====================================================================
``digits(split)``              10,000 MNIST digits that ship with the course
``photo(name)``                photographs that ship inside scikit-image; ``photo_names()`` lists them
``smoking()``, ``cars()``      two small series for Pearson correlation
``ilsvrc()``                   results of the ImageNet challenge, 2010 to 2017
``mnist``, ``cifar10``         the full sets, through torchvision, downloaded only when asked
``verify()``                   is every file here and intact?
=============================  =====================================================================

Every call returns arrays of its own, so writing into them never changes a later call. Nothing here
imports torch, and only ``mnist(download=True)`` and ``cifar10(download=True)`` reach the network.

Names load on first use, so that ``verify`` also answers on a machine where NumPy is missing.
"""

from importlib import import_module

_HOME = {
    "DataFileError": "files",
    "FileReport": "files",
    "verify": "verification",
    "digits": "handwritten",
    "photo": "photos",
    "photo_names": "photos",
    "PHOTO_CREDITS": "photos",
    "PhotoCredit": "photos",
    "smoking": "series",
    "Smoking": "series",
    "cars": "series",
    "Cars": "series",
    "ilsvrc": "challenge",
    "Entry": "challenge",
    "mnist": "full_sets",
    "cifar10": "full_sets",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
