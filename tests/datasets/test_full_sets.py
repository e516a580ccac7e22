"""The loaders of full MNIST and CIFAR-10, offline, on real images in the files' own formats."""

import hashlib
import pickle
import socket
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from lessonlib import datasets
from lessonlib.datasets import full_sets
from lessonlib.datasets.files import DataFileError

torchvision_datasets = pytest.importorskip("torchvision.datasets")


def idx(array):
    """The IDX format of MNIST's files: magic number, sizes (big endian), bytes."""
    return (
        struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()
    )


@pytest.fixture
def mnist_root(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, split in (("train", "train"), ("t10k", "test")):
        images, labels = (a[:50] for a in datasets.digits(split))
        (raw / f"{prefix}-images-idx3-ubyte").write_bytes(idx(images))
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(idx(labels))
    return tmp_path


@pytest.fixture
def cifar_root(tmp_path, monkeypatch):
    """32×32 crops of a photograph, in CIFAR-10's layout; the published MD5 replaced by these files' own."""
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    crops = (
        datasets.photo("chelsea")[:288, :448].reshape(9, 32, 14, 32, 3).swapaxes(1, 2).reshape(-1, 32, 32, 3)
    )
    names = [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]
    listed = []
    for name, part in zip(names, np.array_split(crops, 6), strict=True):
        planes = part.transpose(0, 3, 1, 2).reshape(len(part), -1)
        content = pickle.dumps({"data": planes, "labels": [k % 10 for k in range(len(part))]})
        (folder / name).write_bytes(content)
        listed.append([name, hashlib.md5(content).hexdigest()])
    meta = pickle.dumps({"label_names": list("0123456789")})
    (folder / "batches.meta").write_bytes(meta)
    cifar = torchvision_datasets.CIFAR10
    monkeypatch.setattr(cifar, "train_list", listed[:5])
    monkeypatch.setattr(cifar, "test_list", listed[5:])
    monkeypatch.setattr(cifar, "meta", {**cifar.meta, "md5": hashlib.md5(meta).hexdigest()})
    return tmp_path, crops


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("download", [False, True])  # files that are there are not fetched again
def test_mnist_reads_real_digits_offline(mnist_root, split, download, no_network):
    images, labels = datasets.mnist(split, mnist_root, download=download)
    expected_images, expected_labels = (a[:50] for a in datasets.digits(split))
    assert images.dtype == np.uint8 and labels.dtype == np.int64
    np.testing.assert_array_equal(images, expected_images)
    np.testing.assert_array_equal(labels, expected_labels)
    images[:], labels[:] = 1, 1
    np.testing.assert_array_equal(datasets.mnist(split, str(mnist_root))[0], expected_images)


def test_cifar10_reads_photographs_offline(cifar_root, no_network):
    root, crops = cifar_root
    train, train_labels = datasets.cifar10("train", root)
    test, test_labels = datasets.cifar10("test", root)
    assert train.dtype == np.uint8 and train_labels.dtype == np.int64
    np.testing.assert_array_equal(np.concatenate([train, test]), crops)
    assert len(train_labels) == 105 and test_labels.tolist() == [k % 10 for k in range(21)]


@pytest.mark.parametrize(("load", "size"), [(datasets.mnist, "12 MB"), (datasets.cifar10, "170 MB")])
def test_absent_files_say_how_to_download_and_nothing_is_downloaded(load, size, tmp_path, no_network):
    with pytest.raises(DataFileError) as caught:
        load("test", tmp_path)
    assert f'chame datasets.{load.__name__}("test", download=True)' in str(caught.value)
    assert size in str(caught.value) and str(tmp_path) in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_default_folder_is_in_the_course_and_ignored_by_git(data_copy, monkeypatch):
    repository = Path(__file__).resolve().parents[2]
    assert full_sets.DATA_DIR == repository / "data"
    if (repository / ".git").exists():
        command = ["git", "-C", str(repository), "check-ignore", "-q", "data/downloads/MNIST"]
        assert subprocess.run(command).returncode == 0
    monkeypatch.setattr(full_sets, "DATA_DIR", data_copy)
    with pytest.raises(DataFileError, match="downloads"):
        datasets.mnist("train")


@pytest.mark.parametrize(
    "damage", ["truncated", "empty", "one file gone", "other images", "labels too short"]
)
def test_damaged_mnist_says_what_to_delete(mnist_root, damage, no_network):
    path = mnist_root / "MNIST" / "raw" / "train-images-idx3-ubyte"
    if damage == "one file gone":
        path.unlink()
    elif damage == "labels too short":
        path.with_name("train-labels-idx1-ubyte").write_bytes(idx(np.zeros(49)))
    else:
        new = {"truncated": path.read_bytes()[:-1], "empty": b"", "other images": b"\x89PNG" * 9}[damage]
        path.write_bytes(new)
    with pytest.raises(DataFileError, match=r"incompletos ou alterados; apague essa pasta .* download=True"):
        datasets.mnist("train", mnist_root)


def test_altered_cifar10_is_never_unpickled(cifar_root, no_network):
    root, _ = cifar_root

    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("an unverified pickle was opened",))

    (root / "cifar-10-batches-py" / "data_batch_1").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(DataFileError, match="incompletos ou alterados"):
        datasets.cifar10("train", root)


@pytest.mark.parametrize("load", [datasets.mnist, datasets.cifar10])
def test_no_internet_is_one_sentence(load, tmp_path, monkeypatch):
    def unreachable(*args, **kwargs):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    with pytest.raises(DataFileError) as caught:
        load("train", tmp_path, download=True)
    message = str(caught.value)
    assert message.startswith("Não foi possível baixar") and "confira a internet" in message
    assert "name resolution" in message and "\n" not in message
    with pytest.raises(DataFileError, match="para baixá-lo"):  # the failed attempt left nothing half-made
        load("train", tmp_path)


@pytest.mark.parametrize("load", [datasets.mnist, datasets.cifar10])
@pytest.mark.parametrize("split", ["treino", None, "./downloads"])
def test_unknown_split(load, split):
    with pytest.raises(ValueError, match='split deve ser "train" ou "test"; veio'):
        load(split)
