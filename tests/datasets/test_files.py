"""Missing and damaged files, verification, checksums, and what importing the package loads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lessonlib import datasets
from lessonlib.datasets import files, photo_files
from lessonlib.datasets.files import DataFileError
from lessonlib.nets import adversarial_training, imagenet_names
from lessonlib.nets.experiments import gan_digits, record

REPOSITORY = Path(__file__).resolve().parents[2]

SHIPPED = {
    "digit_defenders.npz": adversarial_training.defenders,
    "digit_generator.npz": gan_digits.trained_generator,
    "digits_mnist10k.npz": lambda: datasets.digits("train"),
    "smoking_us_1900_2005.csv": datasets.smoking,
    "cars_motor_trend_1974.csv": datasets.cars,
    "imagenet_nomes_ptbr.csv": imagenet_names.portuguese,
    "ilsvrc_timeline.csv": datasets.ilsvrc,
    "experiments/adversarial_training.json": lambda: record.load("adversarial_training"),
    "experiments/cifar10.json": lambda: record.load("cifar10"),
    "experiments/degradation.json": lambda: record.load("degradation"),
    "experiments/gan_digits.json": lambda: record.load("gan_digits"),
}


def damage(path, how):
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "truncated":
        path.write_bytes(content[:-1])
    elif how == "one byte altered":
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    elif how == "Windows line ends":
        path.write_bytes(content.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("how", ["missing", "empty", "truncated", "one byte altered", "Windows line ends"])
@pytest.mark.parametrize("name", SHIPPED)
def test_bad_file_is_one_sentence_with_its_name_and_the_remedy(name, how, data_copy):
    damage(data_copy / name, how)
    with pytest.raises(DataFileError) as caught:
        SHIPPED[name]()
    message = str(caught.value)
    assert str(data_copy / name) in message
    assert f"`git checkout -- data/{name}`" in message
    assert ("não foi encontrado" if how == "missing" else "incompleto ou foi alterado") in message
    assert "\n" not in message and message.endswith(".")


def test_a_folder_in_the_place_of_the_file(data_copy):
    (data_copy / "cars_motor_trend_1974.csv").unlink()
    (data_copy / "cars_motor_trend_1974.csv").mkdir()
    with pytest.raises(DataFileError, match="não pôde ser lido"):
        datasets.cars()


@pytest.mark.parametrize("content", [None, b"one two three\n", b"\xff\xfe\x00"])
def test_checksums_missing_or_unreadable(content, data_copy):
    path = data_copy / files.CHECKSUMS
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DataFileError, match=r"sha256sums\.txt .*git checkout"):
        datasets.digits("train")
    assert [report.ok for report in datasets.verify()] == [False] + [True] * 6


def test_file_that_checksums_do_not_list(data_copy):
    (data_copy / files.CHECKSUMS).write_text("")
    with pytest.raises(DataFileError, match="não consta em"):
        datasets.cars()


def test_checksums_with_windows_line_ends_still_read(data_copy):
    damage(data_copy / files.CHECKSUMS, "Windows line ends")
    assert all(report.ok for report in datasets.verify())


def test_verify_all_well():
    reports = datasets.verify()
    assert [report.file for report in reports] == [f"data/{name}" for name in sorted(SHIPPED)] + [
        f"foto {name}" for name in photo_files.SHA256
    ]
    assert all(report.ok and report.message == "íntegro" for report in reports)


def test_verify_reports_each_bad_file_and_goes_on(data_copy, tmp_path, monkeypatch):
    damage(data_copy / "digits_mnist10k.npz", "truncated")
    monkeypatch.setattr(photo_files, "folder", lambda: tmp_path)
    bad = {report.file: report.message for report in datasets.verify() if not report.ok}
    assert set(bad) == {"data/digits_mnist10k.npz", *(f"foto {name}" for name in photo_files.SHA256)}
    assert all("; " in message for message in bad.values())


def test_works_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(datasets.cars().names) == 32
    assert files.DATA_DIR == REPOSITORY / "data"


def test_shipped_files_and_checksums_are_the_same_set(rebuild):
    assert set(files.checksums(files.DATA_DIR)) == set(SHIPPED)
    assert rebuild("checksums").render() == (files.DATA_DIR / files.CHECKSUMS).read_text("utf-8")


def test_readme_covers_every_file_and_photo_and_repeats_no_digest():
    readme = (files.DATA_DIR / "README.md").read_text("utf-8")
    assert all(f"## {name}" in readme for name in SHIPPED)
    assert all(f"| `{name}` |" in readme for name in photo_files.SHA256)
    digests = [*files.checksums(files.DATA_DIR).values(), *photo_files.SHA256.values()]
    assert not any(digest[:12] in readme for digest in digests)


def test_npz_opens_without_pickle_and_holds_what_readme_says():
    with np.load(files.DATA_DIR / "digits_mnist10k.npz", allow_pickle=False) as arrays:
        assert {name: (a.shape, str(a.dtype)) for name, a in arrays.items()} == {
            "images": ((10000, 28, 28), "uint8"),
            "labels": ((10000,), "uint8"),
            "source": ((10000,), "uint16"),
        }
        assert sorted(arrays["source"]) == list(range(10000))


@pytest.mark.parametrize("name", [*SHIPPED, files.CHECKSUMS])
def test_git_never_converts_line_ends_of_a_verified_file(name):
    command = ["git", "-C", str(REPOSITORY), "check-attr", "text", "--", f"data/{name}"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, or git is not installed")
    assert answer.strip().endswith("text: unset")


def test_importing_loads_nothing_heavy_and_verify_needs_only_the_standard_library():
    code = (
        "import sys; from lessonlib import datasets; assert all(r.ok for r in datasets.verify()); "
        "heavy = lambda *names: set(names) & set(sys.modules); "
        "assert not heavy('numpy', 'torch', 'torchvision', 'skimage', 'PIL'); "
        "datasets.digits('test'); datasets.photo('coins'); datasets.mnist; "
        "assert not heavy('torch', 'torchvision', 'skimage')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_public_names():
    for name in datasets.__all__:
        assert getattr(datasets, name) is not None
        assert name in dir(datasets)
    with pytest.raises(AttributeError, match="fotos"):
        datasets.fotos  # noqa: B018
