"""From arrays of pixels to batches for a network, in an order that any number of processes can share."""

import math
from collections.abc import Iterator
from numbers import Integral

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, DistributedSampler

from lessonlib import datasets

from .parallel import Team

SOURCES = ("digits", "mnist", "cifar10")


class ArrayDataset(Dataset):
    """Images and labels in memory, handed out a whole batch at a time.

    Parameters
    ----------
    images : array_like or torch.Tensor
        uint8 pixels, (N, H, W) or (N, H, W, C) as `lessonlib.datasets` returns them: they stay uint8 and
        each batch is turned into floats in 0..1, (N, C, H, W). Or floats, (N, ...), used as they are.
    labels : array_like or torch.Tensor of int, shape (N,)

    Raises
    ------
    ValueError
        If there is no image, the lengths differ, or the types are not those above.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> from lessonlib.nets.data import ArrayDataset
    >>> images, labels = ArrayDataset(*datasets.digits("test"))[[0, 1, 2]]
    >>> images.shape, images.dtype, labels.dtype
    (torch.Size([3, 1, 28, 28]), torch.float32, torch.int64)
    """

    def __init__(self, images, labels):
        self.images, self.labels = _as_tensor(images), _as_tensor(labels)
        if len(self.images) == 0 or self.labels.shape != self.images.shape[:1]:
            raise ValueError(f"labels must have shape (N,) for N >= 1 images, got {tuple(self.labels.shape)} "
                             f"for images of shape {tuple(self.images.shape)}")
        if self.labels.is_floating_point():
            raise ValueError(f"labels must be whole numbers, got {self.labels.dtype}")
        self.labels = self.labels.long()
        if self.images.dtype == torch.uint8:
            if self.images.ndim == 3:
                self.images = self.images[..., None]
            if self.images.ndim != 4 or self.images.shape[3] not in (1, 3):
                raise ValueError("images of uint8 must have shape (N, H, W), (N, H, W, 1) or (N, H, W, 3), "
                                 f"got {tuple(self.images.shape)}")
        elif not self.images.is_floating_point():
            raise ValueError(f"images must be uint8 or floats, got {self.images.dtype}")

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index) -> tuple[Tensor, Tensor]:
        images = self.images[index]
        if images.dtype == torch.uint8:
            images = images.movedim(-1, -3).float() / 255
        return images, self.labels[index]

    __getitems__ = __getitem__  # DataLoader asks for a whole batch when a dataset offers it


def as_count(name: str, value: int, least: int = 1) -> int:
    """Return ``value`` as an int >= ``least``, or say what is wrong with the argument ``name``."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} must be a whole number >= {least}, got {value!r}")
    return int(value)


def as_dataset(data) -> Dataset:
    """Return ``data`` if it is a Dataset already, or make one of a pair (images, labels)."""
    if isinstance(data, Dataset):
        if len(data) == 0:
            raise ValueError("data must hold at least one image, got an empty Dataset")
        return data
    if isinstance(data, (tuple, list)) and len(data) == 2:
        return ArrayDataset(*data)
    raise ValueError(f"data must be a torch Dataset or a pair (images, labels), got {type(data).__name__}")


def load(name: str, root=None, download: bool = False) -> tuple[ArrayDataset, ArrayDataset]:
    """Return a data set by name, the part to train with and the part to test with.

    Parameters
    ----------
    name : {"digits", "mnist", "cifar10"}
        See `lessonlib.datasets`.
    root : path, optional
        Where mnist and cifar10 lie.
    download : bool
        Fetch them if they are not there. Never done by default.

    Raises
    ------
    ValueError
        If there is no such data set.
    lessonlib.datasets.DataFileError
        If its files are missing or damaged.
    """
    if name not in SOURCES:
        raise ValueError(f"name must be one of {', '.join(SOURCES)}, got {name!r}")
    options = {} if name == "digits" else {"root": root, "download": download}
    source = getattr(datasets, name)
    return ArrayDataset(*source("train", **options)), ArrayDataset(*source("test", **options))


def shuffled_batches(data: Dataset, batch_size: int, epoch: int, seed: int, team: Team, workers: int = 0,
                     first: int = 0) -> DataLoader:
    """Return this process's batches of one epoch, from batch number ``first`` on.

    The order depends on ``seed`` and ``epoch`` only, never on how many processes share it: batch k of one
    process is made of the batches k of all the processes of a team. So a run can go on from any batch.

    Parameters
    ----------
    batch_size : int
        Of the whole team: each process takes its share.
    """
    sampler = DistributedSampler(data, team.size, team.rank, shuffle=True, seed=seed)
    sampler.set_epoch(epoch)
    order, share = list(sampler), batch_size // team.size
    batches = [order[i:i + share] for i in range(first * share, len(order), share)]
    return _loader(data, batches, team, workers, seed + epoch)


def in_order(data: Dataset, batch_size: int, team: Team, workers: int = 0) -> DataLoader:
    """Return this process's part of all the images, each image once, for measuring."""
    batch_size, order = as_count("batch_size", batch_size), range(team.rank, len(data), team.size)
    batches = [order[i:i + batch_size] for i in range(0, len(order), batch_size)]
    return _loader(data, batches, team, workers, seed=0)


def count_batches(data: Dataset, batch_size: int, team: Team) -> int:
    """Return how many batches an epoch of `shuffled_batches` has."""
    of_each_process = math.ceil(len(data) / team.size)
    return math.ceil(of_each_process / (batch_size // team.size))


def to_device(batches: DataLoader, like: nn.Module, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the batches on ``device``, images in the number type of the network's weights."""
    dtype = next((p.dtype for p in like.parameters()), torch.float32)
    for images, labels in batches:
        images = images.to(device, dtype, non_blocking=True)
        if device.type == "cuda" and images.ndim == 4:
            images = images.contiguous(memory_format=torch.channels_last)
        yield images, labels.to(device, non_blocking=True)


def _loader(data, batches, team, workers, seed):
    # Its own generator, so that loading never disturbs the random numbers of the network.
    return DataLoader(data, batch_sampler=batches, num_workers=workers, pin_memory=team.device.type == "cuda",
                      collate_fn=_as_it_is if isinstance(data, ArrayDataset) else None,
                      generator=torch.Generator().manual_seed(seed))


def _as_it_is(batch):
    return batch


def _as_tensor(values):
    """Share the memory of ``values`` if possible; PyTorch warns about arrays that must not be written to."""
    if isinstance(values, Tensor):
        return values
    values = np.asarray(values)
    return torch.from_numpy(values if values.flags.writeable else values.copy())
