"""One process or several: which device each one uses, and how they agree.

Under ``torchrun`` every process runs the same program. `join` makes them one team, with gloo on CPUs and
NCCL on GPUs; outside ``torchrun`` the team is this process alone, and all functions here do nothing.
"""

import atexit
import os
from collections.abc import Iterable
from typing import NamedTuple

import torch
import torch.distributed as dist


class Team(NamedTuple):
    """The processes that train together: this one's rank (0 ≤ rank < size), how many, and its device."""

    rank: int
    size: int
    device: torch.device


def device(name: str | torch.device | None = None) -> torch.device:
    """Choose where to compute: the name given or, without one, cuda, mps or cpu, the first that works.

    Under ``torchrun`` each process gets its own GPU.

    Parameters
    ----------
    name : str or torch.device, optional
        For example ``"cpu"``, ``"cuda:1"``.

    Returns
    -------
    torch.device

    Raises
    ------
    ValueError
        If the name is unknown, or this machine has no such device.

    Examples
    --------
    >>> from lessonlib.nets import training
    >>> training.device("cpu")
    device(type='cpu')
    """
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        chosen = torch.device(name)
    except (RuntimeError, TypeError) as error:
        raise ValueError(f"device must be a device's name such as 'cpu' or 'cuda', got {name!r}") from error
    if chosen.type == "cuda" and chosen.index is None:
        chosen = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    available = {"cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}
    if chosen.type in available and (chosen.index or 0) >= available[chosen.type]:
        raise ValueError(f"device must exist here, got {str(chosen)!r} and this machine has "
                         f"{available[chosen.type]} of type {chosen.type!r}")
    return chosen


def join(name: str | torch.device | None = None) -> Team:
    """Make this process one of a team, if ``torchrun`` started it (once; later calls are free).

    Parameters
    ----------
    name : str or torch.device, optional
        See `device`.
    """
    chosen = device(name)
    if not _started() and int(os.environ.get("WORLD_SIZE", 1)) > 1:
        if chosen.type == "cuda":
            torch.cuda.set_device(chosen)
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
        atexit.register(leave)
    if not _started():
        return Team(0, 1, chosen)
    return Team(dist.get_rank(), dist.get_world_size(), chosen)


def leave() -> None:
    """Take the team apart; it happens by itself when the program ends."""
    if _started():
        dist.destroy_process_group()


def add_up(values: list[float], team: Team) -> list[float]:
    """Add each number over all the processes of the team."""
    if team.size == 1:
        return list(values)
    total = torch.tensor(values, dtype=torch.float32 if team.device.type == "mps" else torch.float64,
                         device=team.device)
    dist.all_reduce(total)
    return total.tolist()


def gather(tensor: torch.Tensor, team: Team) -> list[torch.Tensor]:
    """Return every process's tensor, rank 0's first; all must have the same shape."""
    if team.size == 1:
        return [tensor]
    everyone = [torch.empty_like(tensor, device=team.device) for _ in range(team.size)]
    dist.all_gather(everyone, tensor.to(team.device))
    return [one.to(tensor.device) for one in everyone]


def copy_from_first(tensors: Iterable[torch.Tensor], team: Team) -> None:
    """Overwrite the tensors of all the processes with those of rank 0."""
    if team.size > 1:
        for tensor in tensors:
            dist.broadcast(tensor, src=0)


def wait(team: Team) -> None:
    """Go on when every process of the team has come here."""
    if team.size > 1:
        dist.barrier()


def _started():
    return dist.is_available() and dist.is_initialized()
