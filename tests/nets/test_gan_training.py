"""The game: losses against the formulas, turns against a loop written another way, modes of the ring."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lessonlib import datasets
from lessonlib.nets import gan_samples, models, ring
from lessonlib.nets.gan_losses import LOSSES, discriminator_loss, generator_loss
from lessonlib.nets.gan_training import fit_gan
from lessonlib.nets.models.dcgan import dcgan
from lessonlib.reference.gan_theory import game_value

scores = st.lists(st.floats(-15, 15), min_size=1, max_size=8)


@given(scores)
def test_discriminator_loss_is_minus_the_value_of_the_game(values):
    real = torch.tensor(values, dtype=torch.float64)
    share = np.full(len(values), 1 / len(values))
    value = game_value(share, share, real.sigmoid().numpy())
    assert discriminator_loss(real, real).item() == pytest.approx(-value, rel=1e-6, abs=1e-9)


@given(st.floats(-30, 30))
def test_gradients_of_the_generators_losses(value):
    score = torch.tensor([value], dtype=torch.float64, requires_grad=True)
    slopes = {kind: torch.autograd.grad(generator_loss(score, kind), score)[0].item() for kind in LOSSES}
    d = 1 / (1 + math.exp(-value))
    assert slopes["minimax"] == pytest.approx(-d, abs=1e-8)  # torch's softplus is a line beyond 20
    assert slopes["non_saturating"] == pytest.approx(-(1 - d), abs=1e-8)


def pair(seed=0):
    torch.manual_seed(seed)
    return models.point_gan(4, 16)


def by_hand(generator, discriminator, data, steps, batch, lr, penalty, turns, seed=5):
    """Play the same game with nn.BCEWithLogitsLoss, backward through both networks, and per-sample slopes."""
    random = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(data), generator=random) for _ in range(turns)]
    bce = nn.BCEWithLogitsLoss()
    adam_g, adam_d = (torch.optim.Adam(n.parameters(), lr=r, betas=(0.5, 0.999))
                      for n, r in zip((generator, discriminator), lr, strict=True))
    for k in range(steps):
        for order in orders:
            real = data[order[k * batch:(k + 1) * batch]]
            fake = generator(torch.randn(batch, 4, generator=random)).detach()
            loss = bce(discriminator(real), torch.ones(batch)) + bce(discriminator(fake), torch.zeros(batch))
            for x in real:
                x = x[None].clone().requires_grad_()
                (slope,) = torch.autograd.grad(discriminator(x)[0], x, create_graph=True)
                loss = loss + penalty / 2 * (slope**2).sum() / batch
            adam_d.zero_grad()
            loss.backward()
            adam_d.step()
        own = bce(discriminator(generator(torch.randn(batch, 4, generator=random))), torch.ones(batch))
        adam_g.zero_grad()
        own.backward()
        adam_g.step()


@pytest.mark.parametrize(("penalty", "turns"), [(0.0, 1), (0.0, 2), (0.7, 1)])
def test_turns_are_those_of_a_loop_written_by_hand(penalty, turns):
    data = ring.ring(48)
    ours, theirs = pair(), pair()
    history = fit_gan(*ours, data, epochs=1, batch_size=16, lr=(0.01, 0.02), penalty=penalty,
                      discriminator_steps=turns, seed=5, device="cpu", progress=False)
    by_hand(*theirs, data, 3, 16, (0.01, 0.02), penalty, turns)
    for mine, other in zip(ours, theirs, strict=True):
        for a, b in zip(mine.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(a, b, atol=2e-5, rtol=1e-4)
    assert len(history.generator_loss) == 3 and not ours.generator.training


def test_same_seed_same_game():
    runs = []
    for seed in (0, 0, 1):
        runs.append(fit_gan(*pair(), ring.ring(64), epochs=2, batch_size=32, seed=seed, device="cpu",
                            progress=False))
    assert runs[0] == runs[1] != runs[2]


def test_random_numbers_of_the_program_are_left_alone():
    players = pair()
    torch.manual_seed(3)
    before = torch.get_rng_state()
    fit_gan(*players, ring.ring(64), epochs=1, batch_size=32, device="cpu", progress=False)
    assert torch.equal(before, torch.get_rng_state())


def test_hooks_hear_every_step_and_epoch():
    steps, epochs, players = [], [], pair()

    def at_end(epoch):
        epochs.append((epoch, players.generator.training))

    history = fit_gan(*players, ring.ring(100), epochs=2, batch_size=32, device="cpu", progress=False,
                      on_step=steps.append, on_epoch=at_end)
    assert [(s.epoch, s.step, s.steps) for s in steps] == [
        (1, 1, 6), (1, 2, 6), (1, 3, 6), (2, 4, 6), (2, 5, 6), (2, 6, 6)]
    assert epochs == [(1, False), (2, False)]
    assert [s.discriminator_loss for s in steps] == history.discriminator_loss
    assert all(0 < value < 1 for value in history.real_score + history.fake_score)


def test_a_useless_forger_is_found_out_and_the_losses_say_so():
    """The generator stands still (lr tiny): the discriminator learns, V rises towards 0."""
    players = pair()
    history = fit_gan(*players, ring.ring(512), epochs=20, batch_size=64, lr=(1e-12, 0.01), device="cpu",
                      progress=False)
    assert history.discriminator_loss[0] == pytest.approx(math.log(4), abs=0.15)
    assert np.mean(history.discriminator_loss[-20:]) < 0.1
    assert np.mean(history.real_score[-20:]) > 0.9 and np.mean(history.fake_score[-20:]) < 0.1


def test_nan_is_reported_at_once_and_names_the_step():
    data = ring.ring(64)
    data[5] = math.nan
    with pytest.raises(FloatingPointError, match="losses became nan .* at step [12] of 2"):
        fit_gan(*pair(), data, epochs=1, batch_size=32, device="cpu", progress=False)


def test_progress_bar_is_in_portuguese(capsys):
    fit_gan(*pair(), ring.ring(64), epochs=1, batch_size=32, device="cpu")
    bar = capsys.readouterr().err
    assert "época 1/1" in bar and "passo 2/2" in bar and "D(G(z)) 0," in bar


@pytest.mark.parametrize(("options", "message"), [
    ({"epochs": 0}, "epochs must be a whole number >= 1, got 0"),
    ({"batch_size": 65}, "batch_size must be at most the number of samples, 64, got 65"),
    ({"lr": 0}, "lr must be > 0"),
    ({"lr": (0.1, -1)}, "lr must be > 0"),
    ({"beta1": 1}, "beta1 must be in"),
    ({"penalty": -1}, "penalty must be >= 0"),
    ({"penalty": math.inf}, "penalty must be >= 0"),
    ({"loss": "hinge"}, "loss must be one of 'non_saturating', 'minimax', got 'hinge'"),
    ({"discriminator_steps": 0}, "discriminator_steps"),
    ({"device": "abacus"}, "device must be"),
])
def test_bad_options_name_the_argument(options, message):
    with pytest.raises(ValueError, match=message):
        fit_gan(*pair(), ring.ring(64), **options, progress=False)


@pytest.mark.parametrize("data", [np.zeros((64, 2)), torch.zeros(64, 2, dtype=torch.uint8), torch.zeros(64)])
def test_data_must_be_a_tensor_of_floats(data):
    with pytest.raises(ValueError, match="data must be a Tensor of floats"):
        fit_gan(*pair(), data, progress=False)


def test_unknown_loss_is_named():
    with pytest.raises(ValueError, match="kind must be one of"):
        generator_loss(torch.zeros(2), "wasserstein")


def test_samples_repeat_and_leave_the_mode():
    network = dcgan(8, 4).generator.train()
    first, again = (gan_samples.sample(network, 5, seed=2) for _ in range(2))
    assert torch.equal(first, again) and network.training and not first.requires_grad
    assert network.bn1.num_batches_tracked == 0
    with pytest.raises(ValueError, match="count"):
        gan_samples.sample(network, 0)


def test_ranges_of_pixels_there_and_back():
    images = datasets.digits("test")[0][:3]
    signed = gan_samples.to_signed(images)
    assert signed.shape == (3, 1, 28, 28) and signed.min() == -1 and signed.max() == 1
    np.testing.assert_allclose(gan_samples.to_unit(signed)[:, 0].numpy() * 255, images, atol=1e-4)
    with pytest.raises(ValueError, match=r"images must have shape \(N, H, W\)"):
        gan_samples.to_signed(images[0])


def test_ring_is_eight_clouds_of_the_stated_spread():
    points = ring.ring(20_000)
    distance = torch.cdist(points, ring.centers())
    counts = torch.bincount(distance.argmin(dim=1), minlength=8)
    assert counts.min() > 2300 and counts.max() < 2700
    steps = points - ring.centers()[distance.argmin(dim=1)]
    assert steps.std(dim=0).tolist() == pytest.approx([ring.SPREAD] * 2, rel=0.03)
    assert ring.centers().norm(dim=1).tolist() == pytest.approx([ring.RADIUS] * 8)


def test_covered_counts_only_what_is_visited_enough():
    middles = ring.centers()
    assert ring.covered(middles) == 8 and ring.covered(middles[:3]) == 3
    assert ring.covered(torch.zeros(10, 2)) == 0
    many = torch.cat([middles[:1].repeat(199, 1), middles[1:2]])  # one point in 200 is below 1 %
    assert ring.covered(many) == 1 and ring.covered(many, share=0.004) == 2
    assert ring.covered(middles + torch.tensor([0.31, 0])) == 0
    for call, message in ((lambda: ring.covered(torch.zeros(3)), "points must have"),
                          (lambda: ring.ring(0), "count must be")):
        with pytest.raises(ValueError, match=message):
            call()
