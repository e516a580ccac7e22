"""The full MNIST and CIFAR-10, through torchvision, downloaded only when the user asks."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessonlib.datasets.files import DATA_DIR, DataFileError


class _Source(NamedTuple):
    title: str
    call: str
    torchvision_class: str
    folder: str  # what torchvision creates under root
    download: str  # its size, for the message that suggests it


_MNIST = _Source("MNIST completo", "mnist", "MNIST", "MNIST", "cerca de 12 MB")
_CIFAR10 = _Source("CIFAR-10", "cifar10", "CIFAR10", "cifar-10-batches-py", "cerca de 170 MB")


def mnist(
    split: str, root: str | Path | None = None, *, download: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the full MNIST: 60,000 digits to train with or 10,000 to test with.

    Parameters
    ----------
    split : {"train", "test"}
    root : str or pathlib.Path, optional
        Folder with torchvision's ``MNIST/raw``; by default ``data/downloads``, which git ignores.
    download : bool
        Fetch the files (about 12 MB) into `root` if they are not there. Never done by default.

    Returns
    -------
    images : numpy.ndarray of uint8, shape (N, 28, 28)
        Grey levels in [0, 255]: 0 is the background, 255 is full ink.
    labels : numpy.ndarray of int64, shape (N,)

    Raises
    ------
    ValueError
        If `split` is neither of the two.
    DataFileError
        If the files are absent, damaged or cannot be downloaded.

    Notes
    -----
    Source: MNIST, by Yann LeCun and Corinna Cortes, CC BY-SA 3.0. `digits` holds the first 10,000 of the
    training images.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> images, labels = datasets.mnist("test", download=True)  # doctest: +SKIP
    >>> images.shape  # doctest: +SKIP
    (10000, 28, 28)
    """
    return _load(_MNIST, split, root, download)


def cifar10(
    split: str, root: str | Path | None = None, *, download: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return CIFAR-10: 50,000 small colour photographs to train with or 10,000 to test with.

    Parameters
    ----------
    split : {"train", "test"}
    root : str or pathlib.Path, optional
        Folder with torchvision's ``cifar-10-batches-py``; by default ``data/downloads``, which git ignores.
    download : bool
        Fetch the files (about 170 MB) into `root` if they are not there. Never done by default.

    Returns
    -------
    images : numpy.ndarray of uint8, shape (N, 32, 32, 3)
        RGB levels in [0, 255].
    labels : numpy.ndarray of int64, shape (N,)
        0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship, 9 truck.

    Raises
    ------
    ValueError
        If `split` is neither of the two.
    DataFileError
        If the files are absent, damaged or cannot be downloaded.

    Notes
    -----
    Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009). The files are
    pickles; torchvision opens them only after their MD5 matches the published one.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> images, labels = datasets.cifar10("test", download=True)  # doctest: +SKIP
    >>> images.shape  # doctest: +SKIP
    (10000, 32, 32, 3)
    """
    return _load(_CIFAR10, split, root, download)


def _load(
    source: _Source, split: str, root: str | Path | None, download: bool
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if split not in ("train", "test"):
        raise ValueError(f'split deve ser "train" ou "test"; veio {split!r}.')
    root = DATA_DIR / "downloads" if root is None else Path(root).expanduser()
    folder = root / source.folder
    if not download and not _has_files(folder):
        raise DataFileError(
            f"O {source.title} não está em {folder}; para baixá-lo ({source.download}, uma vez só), "
            f'com internet, chame datasets.{source.call}("{split}", download=True).'
        )

    from torchvision import datasets as torchvision_datasets  # loads torch, which most lessons do without

    try:
        loaded = getattr(torchvision_datasets, source.torchvision_class)(
            root, train=split == "train", download=download
        )
        images = np.asarray(loaded.data, dtype=np.uint8)
        labels = np.asarray(loaded.targets, dtype=np.int64)
    except Exception as error:  # whatever is wrong with the files or the network, the remedy is the same
        raise DataFileError(_failure(source, split, folder, download, error)) from error
    if len(images) != len(labels):
        raise DataFileError(_failure(source, split, folder, download, None))
    return images, labels


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


def _failure(source: _Source, split: str, folder: Path, download: bool, error: Exception | None) -> str:
    # OSError covers a dead network (URLError) and a full disk; torchvision wraps MNIST's in a RuntimeError.
    if download and (isinstance(error, OSError) or str(error).startswith("Error downloading")):
        reason = " ".join(str(error).split())
        return (
            f"Não foi possível baixar o {source.title} para {folder} ({reason}); "
            "confira a internet e o espaço em disco e tente de novo."
        )
    return (
        f"Os arquivos do {source.title} em {folder} estão incompletos ou alterados; apague essa pasta "
        f'e, com internet, chame datasets.{source.call}("{split}", download=True).'
    )
