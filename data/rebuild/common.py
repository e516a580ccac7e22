"""What the rebuild scripts share: writing a file and comparing it with the recorded sha256."""

import hashlib
from pathlib import Path

DATA = Path(__file__).resolve().parents[1]
CHECKSUMS = DATA / "sha256sums.txt"


def write(path: Path, content: bytes) -> None:
    """Write a rebuilt file and print whether it is the recorded one, byte for byte."""
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    recorded = dict(reversed(line.split()) for line in CHECKSUMS.read_text("utf-8").splitlines())
    verdict = "as recorded" if recorded.get(path.name) == digest else "DIFFERS from what is recorded"
    print(f"{path}: {len(content):,} bytes, sha256 {digest}, {verdict}")
