import inspect
import socket
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import skimage.data

from lessonlib import datasets
from lessonlib.datasets import photo_files
from lessonlib.datasets.files import DataFileError

SHAPES = {
    "camera": (512, 512),
    "chelsea": (300, 451, 3),
    "coffee": (400, 600, 3),
    "astronaut": (512, 512, 3),
    "rocket": (427, 640, 3),
    "coins": (303, 384),
}


def test_names():
    assert datasets.photo_names() == list(SHAPES) == list(photo_files.SHA256)


@pytest.mark.parametrize("name", SHAPES)
def test_same_pixels_as_skimage(name, no_network):
    image = datasets.photo(name)
    assert image.shape == SHAPES[name] and image.dtype == np.uint8
    np.testing.assert_array_equal(image, getattr(skimage.data, name)())


@pytest.mark.parametrize("name", SHAPES)
def test_file_is_in_the_wheel_and_is_the_one_in_skimage_registry(name):
    """Read from the package's own folder, not from a cache in the user's home."""
    path = next(Path(skimage.__file__).parent.joinpath("data").glob(f"{name}.*"))
    assert photo_files.folder() == path.parent
    assert skimage.data.file_hash(str(path)) == photo_files.SHA256[name]


def test_the_network_guard_of_these_tests_works(no_network):
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("example.org", 80))


def test_fresh_array_at_each_call():
    image = datasets.photo("coins")
    image[:] = 0
    assert datasets.photo("coins").any()


@pytest.mark.parametrize("name", ["lena", "", "Coffee", None])
def test_unknown_name(name):
    with pytest.raises(ValueError, match="camera, chelsea, coffee, astronaut, rocket, coins; veio"):
        datasets.photo(name)


@pytest.mark.parametrize("damage", ["missing", "truncated", "other"])
def test_wrong_file_names_it_and_the_remedy_and_downloads_nothing(damage, tmp_path, monkeypatch, no_network):
    if damage != "missing":
        content = photo_files.read("coffee") if damage == "truncated" else photo_files.read("chelsea")
        (tmp_path / "coffee.png").write_bytes(content[:1000] if damage == "truncated" else content)
    monkeypatch.setattr(photo_files, "folder", lambda: tmp_path)
    with pytest.raises(DataFileError, match=r"coffee\.png .*pip install --force-reinstall .*scikit-image"):
        datasets.photo("coffee")


def test_without_scikit_image(monkeypatch):
    monkeypatch.setattr(photo_files, "find_spec", lambda name: None)
    with pytest.raises(DataFileError, match="scikit-image não está instalado; instale com"):
        datasets.photo("coffee")


@pytest.mark.parametrize("name", SHAPES)
def test_credit_says_what_skimage_says(name):
    credit = datasets.PHOTO_CREDITS[name]
    documentation = inspect.getdoc(getattr(skimage.data, name))
    author = credit.author.split(",")[0]
    assert author in documentation
    said = {
        "CC0": "CC0",
        "domínio público": "public domain",
        "sem restrições autorais conhecidas": "No known",
    }
    assert said[credit.licence] in documentation
    assert credit.caption == f"{credit.title}. Foto: {credit.author} ({credit.licence})."


def test_credits_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        datasets.PHOTO_CREDITS["coffee"] = None


def test_decoding_is_independent_of_pillow():
    import cv2

    content = np.frombuffer(BytesIO(photo_files.read("coffee")).getvalue(), np.uint8)
    np.testing.assert_array_equal(
        datasets.photo("coffee"), cv2.imdecode(content, cv2.IMREAD_COLOR)[..., ::-1]
    )
