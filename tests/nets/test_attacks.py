"""The attacks, step by step against torchattacks, on a network that knows the digits."""

import copy
import functools

import pytest
import torch
import torchattacks
from torch import nn

from lessonlib import datasets
from lessonlib.nets import adversarial_training, attacks, pretrained
from lessonlib.nets.data import ArrayDataset


@functools.cache
def digit_network():
    return adversarial_training.defenders()["standard"]


def digit_batch(count=24):
    return ArrayDataset(*datasets.digits("test"))[:count]


@functools.cache
def exact_network():
    """Return the network in 64 bits: the gradient of a digit that it is sure of is lost in 32."""
    return copy.deepcopy(digit_network()).double()


def theirs(kind, x, y, seed=0, **options):
    """What torchattacks makes; it draws from the program's random numbers."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        network = exact_network() if x.dtype == torch.float64 else digit_network()
        return getattr(torchattacks, kind)(network, **options)(x, y)


def assert_close(ours, other):
    torch.testing.assert_close(ours, other, rtol=0, atol=1e-6)


@pytest.mark.parametrize("eps", [0.0, 1 / 255, 0.1, 0.3, 1.0])
def test_fgsm_is_that_of_torchattacks(eps):
    x, y = digit_batch()
    assert_close(attacks.fgsm(digit_network(), x, y, eps), theirs("FGSM", x, y, eps=eps))


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("seed", [None, 0, 5])
def test_pgd_is_that_of_torchattacks_after_every_step(steps, seed):
    x, y = digit_batch()
    ours = attacks.pgd(digit_network(), x, y, 0.2, 0.03, steps, random_start=seed is not None, seed=seed or 0)
    assert_close(ours, theirs("PGD", x, y, seed or 0, eps=0.2, alpha=0.03, steps=steps,
                              random_start=seed is not None))


@pytest.mark.parametrize("steps", [1, 2, 3, 7])
@pytest.mark.parametrize("seed", [None, 0, 5])
def test_pgd_in_l2_is_that_of_torchattacks_after_every_step(steps, seed):
    x, y = digit_batch()
    x = x.double()
    ours = attacks.pgd(exact_network(), x, y, 1.5, 0.4, steps, norm="l2", random_start=seed is not None,
                       seed=seed or 0)
    # 1e-10 is what they add to the norm of a gradient; the mean loss of 24 images makes it matter more.
    other = theirs("PGDL2", x, y, seed or 0, eps=1.5, alpha=0.4, steps=steps, eps_for_division=0,
                   random_start=seed is not None)
    assert_close(ours, other)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_targeted_is_pgd_toward_a_label_of_torchattacks(steps):
    x, _ = digit_batch(8)
    target = torch.full((8,), 3)
    attack = torchattacks.PGD(digit_network(), eps=0.25, alpha=0.05, steps=steps, random_start=False)
    attack.set_mode_targeted_by_function(lambda images, labels: labels)
    frames = []
    result = attacks.targeted(digit_network(), x, target, 0.25, 0.05, steps, confidence=1 - 1e-12,
                              on_step=lambda *news: frames.append(news))
    closest = frames[-1][2]
    rising = result.steps == steps
    assert_close(result.images, closest)
    assert rising.all() and not result.succeeded.any()
    # Where every step helped, the closest image is the last one, which is theirs.
    helped = torch.stack([b[1] > a[1] for a, b in zip(frames, frames[1:], strict=False)]).all(0)
    assert helped.sum() >= 4
    assert_close(result.images[helped], attack(x, target)[helped])


def test_an_attack_on_a_batch_is_the_attack_on_each_image():
    x, y = digit_batch(6)
    network = digit_network()
    for attack in (lambda *b: attacks.fgsm(network, *b, 0.2),
                   lambda *b: attacks.pgd(network, *b, 0.2, steps=5, random_start=False),
                   lambda *b: attacks.pgd(network, *b, 2.0, steps=5, norm="l2", random_start=False),
                   lambda *b: attacks.targeted(network, *b, 0.3).images,
                   lambda *b: attacks.minimum_norm(network, *b, iterations=4, steps=5).images):
        single = torch.cat([attack(x[i : i + 1], y[i : i + 1]) for i in range(6)])
        different = (attack(x, y) - single).abs().flatten(1).amax(1) > 1e-5
        assert different.sum() <= 1  # a gradient of nearly zero may change its sign with the batch


def test_more_restarts_never_leave_a_weaker_image():
    x, y = digit_batch(60)
    network, last = digit_network(), None
    for restarts in (1, 2, 4):
        with torch.no_grad():
            scores = network(attacks.pgd(network, x, y, 0.08, steps=3, restarts=restarts))
        wrong, loss = scores.argmax(1) != y, nn.functional.cross_entropy(scores, y, reduction="none")
        if last is not None:
            assert ((wrong & ~last[0]) | ((wrong == last[0]) & (loss >= last[1]))).all()
            assert (loss > last[1]).any()
        last = wrong, loss


def test_a_wrong_answer_is_stronger_than_a_larger_loss():
    """Three classes: image 0 may end with less loss yet wrong, which is what counts as strong."""
    class Fixed(nn.Module):
        def forward(self, x):
            first = x[:, 0, 0, 0]  # 0: right with a large loss; 1: wrong with a smaller loss
            right = torch.stack([0.34 + 0 * first, 0.33 + 0 * first, 0.33 + 0 * first], 1)
            wrong = torch.stack([0.45 + 0 * first, 0.55 + 0 * first, 1e-6 + 0 * first], 1)
            return torch.where(first[:, None] > 0.5, wrong, right).log()

    x, y = torch.full((40, 1, 1, 1), 0.5), torch.zeros(40, dtype=torch.int64)
    images = attacks.pgd(Fixed(), x, y, 0.5, 0.01, 1, restarts=12)
    assert (Fixed()(images).argmax(1) == 1).all()


def test_minimum_norm_brackets_the_exact_distance_of_a_linear_model():
    """For scores (0, w·x + b) the nearest image is |w·x + b| / ‖w‖ away, in the dual norm."""
    torch.manual_seed(1)
    w, x = torch.randn(12, dtype=torch.float64) / 4, torch.rand(50, 1, 3, 4, dtype=torch.float64) / 5 + 0.4
    model = nn.Sequential(nn.Flatten(), nn.Linear(12, 2)).double()
    with torch.no_grad():
        model[1].weight.copy_(torch.stack([0 * w, w]))
        model[1].bias.copy_(torch.tensor([0.0, 0.05 - 0.5 * w.sum()]))
    margin = (model(x)[:, 1]).detach()
    y = (margin > 0).long()
    for norm, dual in (("linf", w.abs().sum()), ("l2", w.norm())):
        result = attacks.minimum_norm(model, x, y, norm=norm, max_eps=0.5, iterations=16, steps=10)
        exact = margin.abs() / dual
        inside = exact < 0.3  # there the box is not in the way
        assert inside.sum() > 20 and result.found[inside].all()
        torch.testing.assert_close(result.eps[inside], exact[inside], rtol=1e-3, atol=2e-5)
        assert (result.eps[inside] >= exact[inside] - 1e-9).all()
        assert (model(result.images).argmax(1) != y)[result.found].all()


def test_minimum_norm_says_what_it_did_not_find():
    x, y = digit_batch(30)
    network = digit_network()
    right = network(x).argmax(1) == y
    y[right.nonzero()[0, 0]] += 1
    y %= 10
    right = network(x).argmax(1) == y
    none = attacks.minimum_norm(network, x, y, max_eps=1e-4, iterations=2, steps=2)
    assert torch.equal(none.eps == 0, ~right) and torch.equal(none.eps.isnan(), right)
    assert torch.equal(none.images, x) and torch.equal(none.found, ~right)
    some = attacks.minimum_norm(network, x, y, norm="l2", iterations=6, steps=5, seed=3)
    assert some.found.all() and (network(some.images).argmax(1) != y).all()
    torch.testing.assert_close(some.eps, (some.images - x).flatten(1).norm(dim=1))


def test_targeted_goes_on_only_with_the_images_that_need_it():
    x, _ = digit_batch(12)
    told = []
    result = attacks.targeted(digit_network(), x, 8, 0.5, 0.02, 40, 0.9,
                              on_step=lambda *news: told.append(news))
    assert [step for step, _, _ in told] == list(range(int(result.steps.max()) + 1))
    assert result.succeeded.all() and len(set(result.steps.tolist())) > 2
    torch.testing.assert_close(digit_network()(result.images).softmax(1)[:, 8], result.confidence)
    for step, confidence, images in told:  # whoever has arrived moves no more
        there = result.steps <= step
        assert torch.equal(images[there], result.images[there])
        assert torch.equal(confidence >= 0.9, there)


def test_targeted_leaves_alone_what_is_sure_already():
    x, _ = digit_batch(20)
    sure = digit_network()(x).softmax(1).max(1)
    result = attacks.targeted(digit_network(), x, sure.indices, 0.2, confidence=0.5)
    at_once = sure.values >= 0.5
    assert (result.steps[at_once] == 0).all() and torch.equal(result.images[at_once], x[at_once])


def test_the_cat_becomes_a_gibbon_on_a_real_network():
    network = pretrained.imagenet_classifier()
    x = network.preprocess(datasets.photo("chelsea"))
    result = attacks.targeted(network, x, 368, 4 / 255)
    assert result.succeeded.item() and result.steps.item() <= 15
    assert (result.images - x).abs().max() <= 4 / 255 + 1e-7
    eight_bits = (result.images * 255).round() / 255
    assert network.predict(eight_bits, top=1)[0].english == "gibbon"


def test_robust_accuracy_counts_in_batches():
    x, y = digit_batch(50)
    network = digit_network()
    right = (network(x).argmax(1) == y).float().mean().item()
    assert attacks.robust_accuracy(network, x, y, batch_size=7) == pytest.approx(right)
    sizes = []

    def weak(model, images, labels):
        sizes.append(len(images))
        return attacks.fgsm(model, images, labels, 0.1)

    under = attacks.robust_accuracy(network, x, y, weak, batch_size=20)
    assert sizes == [20, 20, 10] and under < right
    assert under == pytest.approx((network(attacks.fgsm(network, x, y, 0.1)).argmax(1) == y).float().mean())
