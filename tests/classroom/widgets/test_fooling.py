"""Lesson 12, any photo to any class: the trail of the attack, the pictures, the student's own file."""

import io
from datetime import UTC, datetime

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets import fooling
from lessonlib.nets import attacks
from lessonlib.nets.pretrained import ImageNetClassifier

PHOTOS = {"gata": datasets.photo("chelsea"), "câmera": datasets.photo("camera")}
GIBBON, OSTRICH = 368, 9


class Chequered(nn.Module):
    """Blind to what a photo shows: neighbouring pixels cancel, unless somebody changes them on purpose."""

    def __init__(self):
        super().__init__()
        self.board = 1 - 2 * ((torch.arange(224)[:, None] + torch.arange(224)) % 2)
        self.scores = nn.Linear(192, 1000)
        nn.init.normal_(self.scores.weight, std=6)

    def forward(self, x):
        return self.scores(nn.functional.avg_pool2d(x * self.board, 28).flatten(1))


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return ImageNetClassifier(Chequered()).eval().requires_grad_(False)


@pytest.fixture
def widget(network):
    return widgets.fool_network(network, PHOTOS)


def name_of(index):
    return fooling.class_names()[index]


def png(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, **{"format": "PNG"} | options)
    return buffer.getvalue()


def test_names_are_a_thousand_different_ones():
    names = fooling.class_names()
    assert len(names) == len(set(names)) == 1000
    assert names[GIBBON] == "gibão (gibbon), nº 368" and names[605] == "iPod, nº 605"
    assert names[134].startswith("crane") and names[517].startswith("crane")


def test_levels_and_pixels_undo_each_other():
    levels = np.random.default_rng(0).integers(0, 256, (5, 4, 3)).astype(np.uint8)
    np.testing.assert_array_equal(fooling.to_levels(fooling.to_pixels(levels)), levels)


def test_no_difference_is_grey_and_a_difference_grows():
    photo = np.array([0, 100, 255], np.uint8)
    assert fooling.amplify(photo, photo, 10).tolist() == [128] * 3
    changed = np.array([3, 98, 254], np.uint8)
    assert fooling.amplify(photo, changed).tolist() == [131, 126, 127]
    assert fooling.amplify(photo, changed, 10).tolist() == [158, 108, 118]


def test_a_file_is_read_as_its_camera_says():
    pixels = np.random.default_rng(0).integers(0, 256, (4, 6, 3)).astype(np.uint8)
    np.testing.assert_array_equal(fooling.read_photo(png(pixels)), pixels)
    turned = Image.Exif()
    turned[0x0112] = 3  # upside down
    np.testing.assert_array_equal(fooling.read_photo(png(pixels, exif=turned)), pixels[::-1, ::-1])
    grey = pixels[..., 0]
    np.testing.assert_array_equal(fooling.read_photo(png(grey)), np.repeat(grey[..., None], 3, axis=2))
    for content in (b"", b"nothing", png(pixels)[:40]):
        with pytest.raises(ValueError, match="imagem"):
            fooling.read_photo(content)


def test_the_trail_is_that_of_the_targeted_attack(network):
    photo = fooling.to_levels(network.preprocess(PHOTOS["gata"]))
    seen = []
    trail = fooling.fool(network, photo, GIBBON, 4, 50, on_step=lambda now: seen.append(len(now.frames)))
    expected = attacks.targeted(network, fooling.to_pixels(photo), GIBBON, 4 / 255)
    assert expected.succeeded.all() and len(trail.frames) == expected.steps.item() + 1
    np.testing.assert_array_equal(trail.frames[0], photo)
    np.testing.assert_array_equal(trail.frames[-1], fooling.to_levels(expected.images))
    assert trail.probabilities[-1] == pytest.approx(expected.confidence.item())
    assert seen == list(range(2, len(trail.frames) + 1))
    assert max(np.abs(frame.astype(int) - photo).max() for frame in trail.frames) <= 4


def test_it_starts_with_a_gibbon_and_the_steps_can_be_seen_again(widget):
    last = widget.controls["step"].max
    assert widget.controls["step"].value == last > 1
    assert "“gibão” com <b>9" in widget.caption.value
    assert widget.caption.value.startswith(f"Passo {last} de {last}.")
    pictures = {widget.picture.png}
    for step in (0, 1):
        widget.controls["step"].value = step
        pictures.add(widget.picture.png)
    assert len(pictures) == 3
    widget.controls["step"].value = 0
    assert "mudou mais de 0 níveis" in widget.caption.value and "“gibão”" not in widget.caption.value


@pytest.mark.parametrize(
    ("control", "value"),
    [("photo", "câmera"), ("target", name_of(OSTRICH)), ("levels", 5), ("max_steps", 10)],
)
def test_another_setting_forgets_the_attack(widget, control, value):
    attacked = widget.picture.png
    widget.controls[control].value = value
    assert "Aperte <b>Atacar</b>" in widget.caption.value and not widget.trail.frames
    assert widget.picture.png != attacked
    widget.button.click()
    assert widget.caption.value.startswith("Passo ") and not widget.button.disabled
    assert widget.button.description == "Atacar"


def test_the_target_is_reached_or_it_says_what_to_do(widget):
    widget.controls["target"].value = name_of(OSTRICH)
    widget.button.click()
    assert "“avestruz” com <b>9" in widget.caption.value
    widget.controls["levels"].value = 1
    widget.controls["max_steps"].value = 5
    widget.button.click()
    assert widget.controls["step"].max == 5 and "dê mais passos, ou um ε maior" in widget.caption.value


def upload(widget, content):
    file = {"name": "x", "type": "", "size": len(content), "content": memoryview(content)}
    widget.upload.value = (file | {"last_modified": datetime.now(UTC)},)


def test_a_photo_of_the_student(widget):
    upload(widget, png(datasets.photo("coffee")))
    assert widget.controls["photo"].value == "sua foto" and not widget.trail.frames
    first = widget.picture.png
    widget.button.click()
    assert "“gibão”" in widget.caption.value
    upload(widget, png(datasets.photo("rocket")))  # another one takes its place
    assert not widget.trail.frames and widget.picture.png != first
    assert list(widget.controls["photo"].options) == ["gata", "câmera", "sua foto"]


def test_a_file_that_is_no_photo_is_refused_in_words(widget):
    shown = widget.picture.png
    upload(widget, b"GIF89a, or so it says")
    assert "Tente um JPEG" in widget.caption.value and widget.picture.png == shown
    assert widget.controls["photo"].value == "gata"


def test_no_photo_is_an_error(network):
    with pytest.raises(ValueError, match="photos"):
        widgets.fool_network(network, {})
