"""What holds for every attack on every input: the ball, the box, and a model that is left as it was."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lessonlib import datasets
from lessonlib.nets import adversarial_training, attacks
from lessonlib.nets.data import ArrayDataset

ATTACKS = {
    "fgsm": lambda model, x, y, eps: attacks.fgsm(model, x, y, eps),
    "pgd": lambda model, x, y, eps: attacks.pgd(model, x, y, eps, steps=3),
    "pgd, two restarts": lambda model, x, y, eps: attacks.pgd(model, x, y, eps, steps=2, restarts=2),
    "pgd in l2": lambda model, x, y, eps: attacks.pgd(model, x, y, eps, steps=3, norm="l2"),
    "targeted": lambda model, x, y, eps: attacks.targeted(model, x, y, eps, max_steps=3).images,
    "minimum_norm": lambda model, x, y, eps: attacks.minimum_norm(
        model, x, y, max_eps=eps or 1.0, iterations=2, steps=2).images,
    "minimum_norm in l2": lambda model, x, y, eps: attacks.minimum_norm(
        model, x, y, norm="l2", max_eps=eps or 1.0, iterations=2, steps=2, seed=1).images,
}


def small_model(seed, channels, dtype=torch.float32):
    """Convolution, batch normalisation and dropout: all that a training mode changes."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return nn.Sequential(nn.Conv2d(channels, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.Dropout(),
                             nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 4)).to(dtype)


@st.composite
def cases(draw):
    sides = st.integers(2, 6)
    shape = draw(st.tuples(st.integers(1, 4), st.sampled_from([1, 3]), sides, sides))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 999)))
    dtype = draw(st.sampled_from([torch.float32, torch.float64]))
    x = torch.rand(shape, generator=generator, dtype=dtype)
    if draw(st.booleans()):
        x = x.round()  # black and white: every pixel is on the edge of the box
    y = torch.randint(4, shape[:1], generator=generator)
    eps = draw(st.one_of(st.sampled_from([0.0, 1 / 255, 1.0]), st.floats(0, 2)))
    return small_model(draw(st.integers(0, 99)), shape[1], dtype), x, y, eps


@pytest.mark.parametrize("name", ATTACKS)
@given(case=cases())
@settings(max_examples=40)
def test_the_result_is_in_the_ball_and_in_the_box(name, case):
    model, x, y, eps = case
    before = x.clone()
    result = ATTACKS[name](model, x, y, eps)
    assert torch.equal(x, before) and result is not x
    assert result.shape == x.shape and result.dtype == x.dtype and not result.requires_grad
    assert result.grad_fn is None
    assert result.min() >= 0 and result.max() <= 1
    radius = 1.0 if "minimum" in name and eps == 0 else eps
    change = (result - x).flatten(1)
    if "l2" in name:
        assert change.norm(dim=1).max() <= radius * (1 + 1e-6) + 1e-7
    else:
        assert change.abs().max() <= radius + 1e-7


@pytest.mark.parametrize("name", [name for name in ATTACKS if "minimum" not in name])
@given(case=cases())
@settings(max_examples=20)
def test_without_room_nothing_changes(name, case):
    model, x, y, _ = case
    assert torch.equal(ATTACKS[name](model, x, y, 0.0), x)


@given(case=cases(), seed=st.integers(0, 10**6))
def test_a_seed_repeats_itself_and_leaves_the_programs_random_numbers(case, seed):
    model, x, y, _ = case
    state = torch.get_rng_state()
    first, again = (attacks.pgd(model, x, y, 0.3, steps=2, seed=seed) for _ in range(2))
    assert torch.equal(first, again) and torch.equal(state, torch.get_rng_state())


@given(case=cases())
def test_the_gradient_is_that_of_each_image_alone(case):
    model, x, y, _ = case
    model.eval()
    whole = attacks.input_gradient(model, x, y)
    alone = torch.cat([attacks.input_gradient(model, x[[i]], int(y[i])) for i in range(len(x))])
    torch.testing.assert_close(whole, alone, rtol=1e-4, atol=1e-7)


def state_of(model):
    return ([module.training for module in model.modules()],
            [(p.requires_grad, None if p.grad is None else p.grad.clone(), p._version)
             for p in model.parameters()],
            [buffer.clone() for buffer in model.buffers()], torch.is_grad_enabled())


def same(a, b):
    return a[0] == b[0] and a[3] == b[3] and all(torch.equal(p, q) for p, q in zip(a[2], b[2], strict=True)
                                                 ) and all(
        p[0] == q[0] and p[2] == q[2] and (p[1] is q[1] is None or torch.equal(p[1], q[1]))
        for p, q in zip(a[1], b[1], strict=True))


@pytest.fixture
def used_model():
    """In training mode with one part in evaluation mode, one weight fixed, and gradients waiting."""
    model = small_model(0, 1).train()
    model[1].eval()
    model[0].weight.requires_grad_(False)
    model[6](torch.rand(5, 12)).sum().backward()
    return model


@pytest.mark.parametrize("name", ATTACKS)
def test_the_model_is_left_as_it_was(name, used_model):
    before = state_of(used_model)
    x = torch.rand(3, 1, 5, 5, requires_grad=True)
    ATTACKS[name](used_model, x, torch.tensor([0, 1, 2]), 0.1)
    attacks.input_gradient(used_model, x, 0)
    attacks.robust_accuracy(used_model, x, torch.tensor([0, 1, 2]))
    assert same(before, state_of(used_model)) and x.grad is None and x.requires_grad


@pytest.mark.parametrize("name", ATTACKS)
def test_the_model_is_left_as_it_was_after_an_error(name, used_model):
    calls = []

    def fail(*_):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    handle = used_model[6].register_forward_hook(fail)
    before = state_of(used_model)
    y = used_model.eval()(torch.rand(3, 1, 5, 5)).argmax(1)
    calls.clear()
    for module, mode in zip(used_model.modules(), before[0], strict=True):
        module.training = mode
    if name == "fgsm":
        calls.append(1)
    with pytest.raises(KeyboardInterrupt):
        ATTACKS[name](used_model, torch.rand(3, 1, 5, 5), y, 0.1)
    handle.remove()
    assert same(before, state_of(used_model))


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("without", [torch.no_grad, torch.inference_mode])
def test_attacks_work_where_gradients_are_off(name, without):
    network = adversarial_training.defenders()["standard"]
    x, y = ArrayDataset(*datasets.digits("test"))[:5]
    plain = ATTACKS[name](network, x, y, 0.2)
    with without():
        x, y = x.clone(), y.clone()
        assert torch.equal(ATTACKS[name](network, x, y, 0.2), plain)
        assert not torch.is_grad_enabled()


X, Y = torch.rand(2, 1, 4, 4), torch.tensor([0, 1])
BAD = {
    "x must be a tensor": [X[0], X.double().numpy(), (X * 255).byte(), X[:0], X.flatten(1)],
    "x must hold pixels in 0..1": [X - 0.5, X * 255, torch.full_like(X, torch.nan)],
    "y must be a tensor": [Y.int(), Y[:1], Y[:, None], [0, 1], 1.0, True],
    "y must lie in 0..3": [Y + 3, Y - 1, 4, -1],
    "eps must be a finite number": [-0.1, float("nan"), float("inf"), "1", None],
}


@pytest.mark.parametrize("message", BAD)
def test_wrong_arguments_are_named(message):
    model, name = small_model(0, 1), message.split()[0]
    for wrong in BAD[message]:
        arguments = {"x": X, "y": Y, "eps": 0.1} | {name: wrong}
        calls = [attacks.fgsm, attacks.pgd]
        if name != "eps":
            calls += [lambda model, x, y, eps: attacks.input_gradient(model, x, y),
                      lambda model, x, y, eps: attacks.minimum_norm(model, x, y)]
        for call in calls:
            with pytest.raises(ValueError, match=message):
                call(model, **arguments)


@pytest.mark.parametrize(("call", "message"), [
    (lambda m: attacks.pgd(m, X, Y, 0.1, 0.0), "step must be a finite number > 0, got 0.0"),
    (lambda m: attacks.pgd(m, X, Y, 0.1, steps=0), "steps must be a whole number >= 1, got 0"),
    (lambda m: attacks.pgd(m, X, Y, 0.1, steps=2.0), "steps must be a whole number >= 1, got 2.0"),
    (lambda m: attacks.pgd(m, X, Y, 0.1, norm="l1"), "norm must be one of 'linf', 'l2', got 'l1'"),
    (lambda m: attacks.pgd(m, X, Y, 0.1, restarts=0), "restarts must be a whole number >= 1"),
    (lambda m: attacks.pgd(m, X, Y, 0.1, seed=-1), "seed must be a whole number >= 0"),
    (lambda m: attacks.pgd(m, X, Y, 0.1, restarts=2, random_start=False), "restarts must be 1 without"),
    (lambda m: attacks.targeted(m, X, 4, 0.1), "target must lie in 0..3, got 4 to 4"),
    (lambda m: attacks.targeted(m, X, Y[:1], 0.1), "target must be a tensor of int64 of shape"),
    (lambda m: attacks.targeted(m, X, 1, 0.1, max_steps=0), "max_steps must be a whole number >= 1"),
    (lambda m: attacks.targeted(m, X, 1, 0.1, confidence=1), "confidence must be above 0 and below 1"),
    (lambda m: attacks.targeted(m, X, 1, 0.1, confidence=0), "confidence must be above 0 and below 1"),
    (lambda m: attacks.minimum_norm(m, X, Y, norm="inf"), "norm must be one of"),
    (lambda m: attacks.minimum_norm(m, X, Y, max_eps=0), "max_eps must be a finite number > 0, got 0"),
    (lambda m: attacks.minimum_norm(m, X, Y, iterations=0), "iterations must be a whole number >= 1"),
    (lambda m: attacks.minimum_norm(m, X, Y, steps=0), "steps must be a whole number >= 1"),
    (lambda m: attacks.robust_accuracy(m, X, Y, batch_size=0), "batch_size must be a whole number >= 1"),
    (lambda m: attacks.fgsm(nn.Flatten(2), X, Y, 0.1), "model must return scores of shape"),
])
def test_wrong_options_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(small_model(0, 1))


def test_a_model_full_of_nan_is_an_error_and_not_an_attack():
    model = small_model(0, 1)
    nn.init.constant_(model[6].weight, torch.nan)
    with pytest.raises(FloatingPointError, match="look for NaN"):
        attacks.fgsm(model, X, Y, 0.1)


def test_pixels_must_be_where_the_model_is():
    with pytest.raises(ValueError, match="x must be where the model is, on meta, got cpu"):
        attacks.fgsm(small_model(0, 1).to("meta"), X, Y, 0.1)


def test_a_sure_network_still_shows_the_way():
    """A gradient of 1e-30 has a direction, though its square is zero in 32 bits."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2, bias=False))
    with torch.no_grad():
        model[1].weight.copy_(torch.stack([torch.ones(16), -torch.ones(16)]) * 2.2)
    x, y = torch.full((1, 1, 4, 4), 0.98), torch.tensor([0])
    assert 0 < attacks.input_gradient(model, x, y).abs().max() < 1e-25
    changed = attacks.pgd(model, x, y, 0.4, 0.4, 1, norm="l2", random_start=False)
    assert (changed - x).norm() == pytest.approx(0.4, rel=1e-5)
