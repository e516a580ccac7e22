"""Adversarial training: what it adds to ordinary training, and the three networks that ship."""

import math

import numpy as np
import pytest
import torch

from lessonlib import datasets
from lessonlib.nets import adversarial_training, attacks, models, training
from lessonlib.nets.data import ArrayDataset


def some_digits(count):
    images, labels = datasets.digits("train")
    return images[:count], labels[:count]


def small_network(seed=0):
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return models.digit_cnn(width=2)


def same_weights(a, b):
    return all(torch.equal(p, q) for p, q in zip(a.state_dict().values(), b.state_dict().values(),
                                                 strict=True))


def fit(network, **options):
    defaults = {"epochs": 2, "batch_size": 40, "progress": False, "device": "cpu", "attack_steps": 2}
    return adversarial_training.fit(network, some_digits(200), **{**defaults, **options})


@pytest.fixture
def spied(monkeypatch):
    """The attacks that training asks for: (kind, ε, seed)."""
    calls = []

    def spy(kind, real):
        def attack(model, x, y, eps, **options):
            assert model.training and len(x) == len(y)
            calls.append((kind, eps, options.get("seed")))
            return real(model, x, y, eps, **options)
        return attack

    monkeypatch.setattr(attacks, "fgsm", spy("fgsm", attacks.fgsm))
    monkeypatch.setattr(attacks, "pgd", spy("pgd", attacks.pgd))
    return calls


@pytest.mark.parametrize("options", [{"attack": "none"}, {"eps": 0.0}, {"attack": "fgsm", "eps": 0.0}])
def test_without_attack_it_is_ordinary_training(options):
    ours, plain = small_network(), small_network()
    val = ArrayDataset(*datasets.digits("test"))[:60]
    images = some_digits(200)
    history = adversarial_training.fit(ours, images, val, epochs=2, batch_size=40, device="cpu", seed=3,
                                       progress=False, **options)
    expected = training.fit(plain, images, val, epochs=2, batch_size=40, device="cpu", seed=3, progress=False)
    assert history == expected and same_weights(ours, plain)
    assert not ours.training


def test_the_losses_are_those_of_the_attacked_images_and_the_validation_is_clean(monkeypatch):
    monkeypatch.setattr(attacks, "fgsm", lambda model, x, y, eps: torch.zeros_like(x))
    network = small_network()
    val = some_digits(50)
    history = adversarial_training.fit(network, some_digits(40), val, attack="fgsm", warm_up=0, epochs=1,
                                       batch_size=40, device="cpu", progress=False)
    blank = small_network()(torch.zeros(1, 1, 28, 28)).expand(40, -1)
    labels = torch.from_numpy(some_digits(40)[1])
    assert history.step_loss == pytest.approx([torch.nn.functional.cross_entropy(blank, labels).item()])
    assert history.val_accuracy == [training.evaluate(network, val).accuracy]


def test_eps_grows_during_the_warm_up(spied):
    fit(small_network(), attack="fgsm", eps=0.2, warm_up=0.5, epochs=4)  # 20 steps; at ε = 0 no attack
    assert [eps for _, eps, _ in spied] == pytest.approx([0.02 * k for k in range(1, 10)] + [0.2] * 10)
    spied.clear()
    fit(small_network(), attack="fgsm", eps=0.2, warm_up=0)
    assert [eps for _, eps, _ in spied] == [0.2] * 10


def test_each_batch_starts_from_its_own_random_point(spied):
    fit(small_network(), warm_up=0, seed=0)
    fit(small_network(), warm_up=0, seed=1)
    assert [kind for kind, _, _ in spied] == ["pgd"] * 20
    assert len({seed for _, _, seed in spied}) == 20


def test_a_seed_repeats_the_run_and_the_model_is_left_ready():
    first, second = small_network(), small_network()
    a, b = fit(first), fit(second)
    assert a == b and same_weights(first, second) and math.isfinite(a.step_loss[-1])
    assert not any(module.training for module in first.modules())
    other = small_network()
    fit(other, seed=1)
    assert not same_weights(first, other)


def test_steps_are_reported(capfd):
    seen = []
    fit(small_network(), on_step=seen.append, progress=True, epochs=1)
    assert [step.step for step in seen] == [1, 2, 3, 4, 5]
    assert "lote 5/5" in capfd.readouterr().err


@pytest.mark.parametrize(("options", "message"), [
    ({"attack": "cw"}, "attack must be one of 'none', 'fgsm', 'pgd', got 'cw'"),
    ({"eps": -0.1}, "eps must be a finite number >= 0"),
    ({"attack_steps": 0}, "attack_steps must be a whole number >= 1"),
    ({"warm_up": 1.5}, "warm_up must be in 0..1, got 1.5"),
    ({"warm_up": -1}, "warm_up must be a finite number >= 0"),
    ({"epochs": 0}, "epochs must be a whole number >= 1"),
    ({"batch_size": 0}, "batch_size must be a whole number >= 1"),
    ({"lr": 0}, "lr must be > 0"),
])
def test_wrong_options_are_named(options, message):
    network = small_network()
    before = small_network()
    with pytest.raises(ValueError, match=message):
        fit(network, **options)
    assert same_weights(network, before)


@pytest.mark.parametrize("options", [{"image_size": 30}, {"width": 0}, {"num_classes": True}])
def test_digit_cnn_names_wrong_options(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        models.digit_cnn(**options)


def test_digit_cnn_takes_other_images():
    network = models.digit_cnn(7, in_channels=3, image_size=32, width=4)
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 7)
    with pytest.raises(ValueError, match=r"x must have shape \(N, 3, 32, 32\), got \(2, 3, 28, 28\)"):
        network(torch.zeros(2, 3, 28, 28))


def test_weights_come_back_as_they_were_saved(tmp_path, monkeypatch):
    networks = {name: models.digit_cnn() for name in reversed(adversarial_training.DEFENDERS)}
    path = tmp_path / "weights.npz"
    adversarial_training.save_weights(networks, path)
    content = path.read_bytes()
    adversarial_training.save_weights(networks, path)
    assert path.read_bytes() == content  # no date inside
    monkeypatch.setattr(adversarial_training, "read_data_file", lambda name: content)
    loaded = adversarial_training.defenders()
    assert all(same_weights(loaded[name], networks[name]) for name in networks)


def test_defenders_are_ready_to_use_and_new_each_time():
    first, second = adversarial_training.defenders(), adversarial_training.defenders()
    for name, network in first.items():
        assert not network.training and same_weights(network, second[name])
        assert not any(p.requires_grad for p in network.parameters())
        with torch.no_grad():
            network.c1.weight.zero_()
        assert not same_weights(network, second[name])
    with np.load(datasets.files.DATA_DIR / "digit_defenders.npz", allow_pickle=False) as arrays:
        assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
        assert {name.split("/")[0] for name in arrays} == set(adversarial_training.DEFENDERS)


def test_the_defenders_do_what_the_lesson_says():
    x, y = ArrayDataset(*datasets.digits("test"))[:100]
    networks = adversarial_training.defenders()

    def accuracy(name, attack=None):
        return attacks.robust_accuracy(networks[name], x, y, attack)

    def fgsm(*batch):
        return attacks.fgsm(*batch, 0.3)

    def pgd(*batch):
        return attacks.pgd(*batch, 0.3, steps=10)

    assert min(accuracy(name) for name in networks) > 0.9
    assert accuracy("standard", fgsm) < 0.4 and accuracy("standard", pgd) < 0.05
    assert accuracy("fgsm", fgsm) > 0.9 and accuracy("fgsm", pgd) < 0.1  # the trap
    assert accuracy("pgd", pgd) > 0.6
