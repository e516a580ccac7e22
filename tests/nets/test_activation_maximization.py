"""Ascending a class score: a linear network has a known answer, and regularisation does what it says."""

import pytest
import torch
from torch import nn

from lessonlib.nets.activation_maximization import Regularization, maximize_class

NOTHING = Regularization(0, 0, 0, 0)


class Linear(nn.Module):
    """Two classes: one likes white on the left and black on the right, the other the opposite."""

    input_size = (3, 16, 16)

    def __init__(self):
        super().__init__()
        mask = torch.ones(3, 16, 16)
        mask[..., 8:] = -1
        self.weight = nn.Parameter(torch.stack([mask, -mask]))

    def forward(self, x):
        return (x[:, None] * self.weight).sum((2, 3, 4))


def test_without_regularization_a_linear_network_gets_its_own_mask():
    ascent = maximize_class(Linear(), 0, 30, regularization=NOTHING, every=10)
    assert ascent.steps == [0, 10, 20, 30] and ascent.frames.shape == (4, 3, 16, 16)
    assert torch.equal(ascent.frames[-1][..., :8], torch.ones(3, 16, 8))
    assert torch.equal(ascent.frames[-1][..., 8:], torch.zeros(3, 16, 8))
    assert ascent.probabilities[-1] == pytest.approx(1)


def test_the_first_step_is_the_gradient_at_a_known_size():
    ascent = maximize_class(Linear(), 1, 1, rate=0.1, regularization=NOTHING)
    change = ascent.frames[1] - ascent.frames[0]
    mask = Linear().weight[1].detach()
    torch.testing.assert_close(change, 0.1 * mask / mask.std(), atol=1e-6, rtol=0)


def test_decay_pulls_towards_grey():
    free = maximize_class(Linear(), 0, 5, regularization=NOTHING).frames[-1]
    held = maximize_class(Linear(), 0, 5, regularization=Regularization(0, 0, 0.5, 0)).frames[-1]
    assert (held - 0.5).abs().max() < 0.5 * (free - 0.5).abs().max()


def test_smoothing_divides_by_frequency():
    ascent = maximize_class(Linear(), 0, 1, rate=0.01, regularization=Regularization(0, 1.0, 0, 0))
    spectrum = torch.fft.fft(ascent.frames[1] - ascent.frames[0], dim=-1)[0, 0].abs()
    square = torch.fft.fft(Linear().weight[0].detach(), dim=-1)[0, 0].abs()
    odd = torch.tensor([1, 3, 5, 7])  # a square wave has no even harmonics
    ratio = spectrum[odd] / square[odd] * odd
    torch.testing.assert_close(ratio, ratio[0].expand(4), rtol=1e-3, atol=0)


def test_same_seed_same_film_and_the_network_is_left_as_it_was():
    network = Linear().train()
    before = network.weight.detach().clone()
    films = [maximize_class(network, 0, 3, seed=s).frames for s in (0, 0, 1)]
    assert torch.equal(films[0], films[1]) and not torch.equal(films[0], films[2])
    assert network.training and torch.equal(network.weight, before) and network.weight.grad is None
    assert not films[0].requires_grad and films[0].min() >= 0 and films[0].max() <= 1


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"target": 2}, "target"),
        ({"target": -1}, "target"),
        ({"target": 0, "steps": 0}, "steps"),
        ({"target": 0, "every": 0}, "every"),
        ({"target": 0, "rate": 0}, "rate"),
        ({"target": 0, "regularization": Regularization(-1)}, "regularization"),
        ({"target": 0, "regularization": Regularization(decay=1)}, "regularization"),
    ],
)
def test_bad_input_is_named(arguments, name):
    with pytest.raises(ValueError, match=name):
        maximize_class(Linear(), **arguments)
