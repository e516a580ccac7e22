"""Files from which a training that was interrupted goes on, as if nothing had happened."""

import os
from pathlib import Path

import torch
from torch import nn

from . import parallel
from .parallel import Team

FORMAT = 1


def save(path: str | os.PathLike, state: dict) -> None:
    """Write ``state`` so that ``path`` always holds a whole checkpoint, the old one or the new one.

    It is written beside ``path`` first and takes its name only when it is complete and on the disk: a kill
    at any moment spoils nothing.

    Parameters
    ----------
    path : path
        Its folder is made if needed.
    state : dict
        Tensors, numbers, strings, None, and lists, tuples and dicts of them: what `load` can read without
        running anybody's code.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".tmp")
    with open(beside, "wb") as file:
        torch.save({"format": FORMAT, **state}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def load(path: str | os.PathLike) -> dict:
    """Read a checkpoint, on the CPU. Nothing in the file is executed (``weights_only=True``).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a checkpoint of this program, whole.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:  # torch raises half a dozen types for a damaged file
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ValueError(f"checkpoint must be a whole file that fit saved, got {str(path)!r}, which cannot "
                         f"be read: {reason}") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"checkpoint must be a file that fit saved, got {str(path)!r} with something else")
    return state


def load_model(path: str | os.PathLike, model: nn.Module) -> nn.Module:
    """Put the weights of a checkpoint into ``model`` and return it.

    Raises
    ------
    ValueError
        If the checkpoint is of another architecture or cannot be read.
    """
    try:
        model.load_state_dict(load(path)["model"])
    except RuntimeError as error:
        raise ValueError(f"model must have the layers of the checkpoint {str(path)!r}: {error}") from error
    return model


def check_settings(path, saved: dict, wanted: dict) -> None:
    """Refuse to go on with a run of other settings: its result would be neither run's."""
    differing = [f"{name} {saved.get(name)!r} (now {wanted.get(name)!r})"
                 for name in sorted({*saved, *wanted}) if saved.get(name) != wanted.get(name)]
    if differing:
        raise ValueError(f"checkpoint {str(path)!r} is of a run with other settings: {', '.join(differing)}. "
                         "Use those settings, another path, or resume=False to start again")


def random_states(team: Team) -> dict:
    """Return the state of PyTorch's random numbers in every process, CPU's and GPU's."""
    states = {"cpu": torch.stack(parallel.gather(torch.get_rng_state(), team))}
    if team.device.type in ("cuda", "mps"):
        own = torch.get_device_module(team.device).get_rng_state()
        states[team.device.type] = torch.stack(parallel.gather(own, team))
    return states


def restore_random_states(states: dict, team: Team) -> None:
    """Give this process its random numbers back, where the checkpoint holds them."""
    for kind, of_each_rank in states.items():
        if team.rank >= len(of_each_rank):
            continue  # more processes than before: this one goes on with its seed
        if kind == "cpu":
            torch.set_rng_state(of_each_rank[team.rank])
        elif kind == team.device.type:
            torch.get_device_module(team.device).set_rng_state(of_each_rank[team.rank])
