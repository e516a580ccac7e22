"""The photographs as files inside the installed scikit-image (standard library only).

``skimage.data`` downloads what it does not find. Reading the file ourselves cannot reach the network.
"""

from importlib.util import find_spec
from pathlib import Path

from lessonlib.datasets.files import DataFileError, read_verified

# The digests that scikit-image publishes in its own registry: the same files in 0.24, 0.25 and 0.26.
SHA256 = {
    "camera": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "chelsea": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "coffee": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "astronaut": "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
    "rocket": "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
    "coins": "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba",
}

_REMEDY = "reinstale com `pip install --force-reinstall --no-deps scikit-image`"


def folder() -> Path:
    """Return the ``data`` folder of the installed scikit-image, without importing it."""
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise DataFileError(
            "O pacote scikit-image não está instalado; instale com `pip install scikit-image`."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def read(name: str) -> bytes:
    """Return the verified bytes of one photograph's file."""
    extension = "jpg" if name == "rocket" else "png"
    return read_verified(folder() / f"{name}.{extension}", SHA256[name], _REMEDY)
