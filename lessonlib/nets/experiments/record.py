"""Result files of long runs: the numbers, and what is needed to get them again."""

import json
import os
import platform
from pathlib import Path

import numpy as np
import torch

from lessonlib.datasets.files import DATA_DIR, read_data_file

FOLDER = "experiments"


def machine() -> dict:
    """Describe what the run ran on: processor, cores, threads, system, versions. No names, no paths.

    Examples
    --------
    >>> sorted(machine())
    ['cores', 'device', 'numpy', 'processor', 'python', 'system', 'threads', 'torch']
    """
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    return {
        "processor": _processor(), "cores": os.cpu_count(), "threads": torch.get_num_threads(),
        "device": device, "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def save(result: dict, path: str | os.PathLike) -> None:
    """Write a result file in one step, one short list a line, the same bytes on every system.

    Parameters
    ----------
    result : dict
        Numbers, strings, lists and dicts of them.
    path : path
        Its folder is made if it does not exist.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in result["runs"])
    head = json.dumps({k: v for k, v in result.items() if k != "runs"}, ensure_ascii=False, indent=1)
    text = head.removesuffix("\n}") + f',\n "runs": [\n{rows}\n ]\n}}\n'
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(text.encode())
    os.replace(temporary, path)


def load(name: str) -> dict:
    """Return the verified result file ``name`` of ``data/experiments/``.

    Raises
    ------
    lessonlib.datasets.DataFileError
        If it is missing or was changed.

    Examples
    --------
    >>> load("degradation")["command"]
    'python -m lessonlib.nets.experiments.degradation'
    """
    return json.loads(read_data_file(f"{FOLDER}/{name}.json"))


def default_path(name: str) -> Path:
    """Return where the result file ``name`` ships."""
    return DATA_DIR / FOLDER / f"{name}.json"
