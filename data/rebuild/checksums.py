"""Record the sha256 of every shipped data file: ``python data/rebuild/checksums.py``.

Run it only after a rebuild that was meant to change a file.
"""

import hashlib

from common import CHECKSUMS, DATA


def render() -> str:
    """Return the lines of ``sha256sums.txt``, in the format that ``sha256sum -c`` reads."""
    found = [path for kind in ("*.npz", "*.csv", "experiments/*.json") for path in DATA.glob(kind)]
    shipped = sorted((path.relative_to(DATA).as_posix(), path) for path in found)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in shipped)


if __name__ == "__main__":
    CHECKSUMS.write_bytes(render().encode())  # bytes: no CRLF on Windows
    print(render(), end="")
