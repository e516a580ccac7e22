"""Find, read and verify the files behind the data sets (standard library only)."""

import hashlib
from pathlib import Path
from typing import NamedTuple

# The course is installed in place (``pip install -e .``), so the data lie beside the package.
DATA_DIR = Path(__file__).resolve().parents[2] / "data"
CHECKSUMS = "sha256sums.txt"


class DataFileError(RuntimeError):
    """A data file is missing or is not the one that the lessons were written with.

    The message is one sentence in Portuguese that names the file and says how to mend it.
    """


class FileReport(NamedTuple):
    """What `verify` found about one file."""

    file: str
    """Name to show, for example ``data/digits_mnist10k.npz``."""
    ok: bool
    message: str
    """In Portuguese; when not ok, it says how to mend the file."""


def read_verified(path: Path, sha256: str, remedy: str) -> bytes:
    """Return the whole content of a file after checking it against its sha256.

    Parameters
    ----------
    path : pathlib.Path
    sha256 : str
        Expected digest, 64 hexadecimal digits.
    remedy : str
        In Portuguese, an imperative clause without a full stop: what to do if the file is not right.

    Raises
    ------
    DataFileError
        If the file is missing, unreadable, truncated or altered.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataFileError(f"O arquivo {path} não foi encontrado; {remedy}.") from None
    except OSError as error:
        raise DataFileError(f"O arquivo {path} não pôde ser lido ({error.strerror}); {remedy}.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataFileError(f"O arquivo {path} está incompleto ou foi alterado; {remedy}.")
    return content


def checksums(data_dir: Path) -> dict[str, str]:
    """Read ``sha256sums.txt`` (the format of ``sha256sum -c``) as a dict from file name to digest."""
    path = data_dir / CHECKSUMS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return {name.lstrip("*"): digest for digest, name in (line.split() for line in lines if line.strip())}
    except (OSError, ValueError) as error:
        raise DataFileError(
            f"O arquivo {path} não foi encontrado ou está corrompido; {_remedy(CHECKSUMS)}."
        ) from error


def read_data_file(name: str) -> bytes:
    """Return the verified content of one of the files of ``data/``, by its name there."""
    expected = checksums(DATA_DIR)
    if name not in expected:
        raise DataFileError(f"O arquivo {name} não consta em {DATA_DIR / CHECKSUMS}; {_remedy(CHECKSUMS)}.")
    return read_verified(DATA_DIR / name, expected[name], _remedy(name))


def _remedy(name: str) -> str:
    return f"na pasta do curso, recupere-o com `git checkout -- data/{name}`, ou baixe o curso de novo"
