"""Lesson 12, the attacked digit: numbers against the attacks, words for every outcome."""

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.attacked_digit import ATTACKS, LARGEST, attack_digit
from lessonlib.nets import attacks, models, training

IMAGES, LABELS = datasets.digits("test")


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    model = models.digit_cnn(width=4)
    images, labels = datasets.digits("train")
    training.fit(model, (images[:3000], labels[:3000]), epochs=2, progress=False)
    return model


@pytest.fixture
def widget(network):
    return widgets.digit_attack({"padrão": network, "sem treino": models.digit_cnn(width=1)})


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("eps", [0.0, 0.1, LARGEST])
def test_the_change_stays_within_eps_and_the_box(network, attack, eps):
    found = attack_digit(network, IMAGES[3], int(LABELS[3]), attack, eps)
    np.testing.assert_allclose(found.image - IMAGES[3] / 255, found.perturbation, atol=1e-6)
    assert np.abs(found.perturbation).max() <= eps + 1e-6
    assert found.image.min() >= 0 and found.image.max() <= 1
    np.testing.assert_allclose([found.before.sum(), found.after.sum()], 1, atol=1e-5)
    if not eps:
        np.testing.assert_allclose(found.before, found.after, atol=1e-6)


def test_one_step_is_fgsm(network):
    x = torch.from_numpy(IMAGES[:1])[:, None].float().div(255)
    expected = attacks.fgsm(network, x, int(LABELS[0]), 0.15)
    fgsm = next(name for name in ATTACKS if name.startswith("FGSM"))
    found = attack_digit(network, IMAGES[0], int(LABELS[0]), fgsm, 0.15)
    np.testing.assert_array_equal(found.image, expected[0, 0])
    assert found.after[LABELS[0]] < found.before[LABELS[0]]


def test_every_outcome_is_said(widget):
    widget.controls["digit"].value, widget.controls["eps"].value = 0, 0.4
    assert "<b>Enganada</b>: o rótulo diz 0." in widget.caption.value
    fooled = widget.picture.png
    widget.controls["eps"].value = 0
    assert "<b>resistiu</b>" in widget.caption.value and "ε = 0." in widget.caption.value
    assert widget.picture.png != fooled
    widget.controls["network"].value = "sem treino"
    answers = set()
    for digit in range(10):
        widget.controls["digit"].value = digit
        answers.add("já errava" in widget.caption.value)
    assert True in answers
    assert widget.caption.value.startswith("Rede sem treino, ")


def test_controls_reach_the_picture(widget):
    pictures = {widget.picture.png}
    for control, value in (("sample", 3), ("digit", 2), ("attack", list(ATTACKS)[1]), ("eps", 0.1)):
        widget.controls[control].value = value
        pictures.add(widget.picture.png)
    assert len(pictures) == 5


def test_no_network_is_an_error():
    with pytest.raises(ValueError, match="networks"):
        widgets.digit_attack({})
