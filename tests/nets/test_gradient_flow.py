"""Gradients on their way back: against autograd on the model itself and against a tower written out."""

import copy

import pytest
import torch
import torch.nn.functional as F

from lessonlib.nets.gradient_flow import INITS, tower_flow, weight_gradients
from lessonlib.nets.models.cifar_resnet import cifar_resnet


def test_weight_gradients_are_autograds_and_leave_the_model_alone():
    torch.manual_seed(0)
    model = cifar_resnet(8, in_channels=1, width=4, shortcut="B").eval()
    before = copy.deepcopy(model.state_dict())
    x, y = torch.rand(6, 1, 14, 14), torch.tensor([0, 1, 2, 3, 4, 5])
    norms = weight_gradients(model, x, y)
    assert not model.training and all(p.grad is None for p in model.parameters())
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    model.train()
    F.cross_entropy(model(x), y).backward()
    assert len(norms) == 8  # the two projections are not on the way through the blocks
    for name, norm in norms.items():
        assert norm == pytest.approx(model.get_submodule(name).weight.grad.norm().item(), rel=1e-5)


def test_frozen_layers_are_measured_too():
    model = cifar_resnet(8, in_channels=1, width=4).requires_grad_(False)
    norms = weight_gradients(model, torch.rand(4, 1, 14, 14), torch.tensor([0, 1, 2, 3]))
    assert min(norms.values()) > 0 and not any(p.requires_grad for p in model.parameters())


@pytest.mark.parametrize("residual", [False, True])
def test_paper_depth_56_plain_gradients_explode_and_residual_do_not(residual):
    """Measured in the lesson: batch normalisation without shortcuts lets the gradient grow backwards."""
    torch.manual_seed(0)
    model = cifar_resnet(56, residual, in_channels=1, width=4)
    norms = list(weight_gradients(model, torch.rand(32, 1, 14, 14), torch.arange(32) % 10).values())
    ratio = norms[0] / norms[-2]
    assert ratio < 50 if residual else ratio > 100


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("residual", [False, True])
def test_flow_has_a_value_at_every_place(init, residual):
    flow = tower_flow(torch.rand(16, 9), 4, residual, init)
    assert len(flow.signal) == len(flow.gradient) == 5
    assert flow.signal[0] == flow.gradient[-1] == 1


def test_shortcuts_carry_and_plain_towers_lose():
    images = torch.rand(32, 50)
    assert tower_flow(images, 30, False, "small").gradient[0] == 0
    assert 0.3 < tower_flow(images, 30, True, "small").gradient[0] < 1.5
    assert tower_flow(images, 30, True, "zero") == ([1.0] * 31, [1.0] * 31)
    assert tower_flow(images, 30, True, "he").gradient[0] > 1e4
    plain, residual = (tower_flow(images, 30, way, "he+bn").gradient[0] for way in (False, True))
    assert plain > 100 * residual


@pytest.mark.parametrize(("options", "name"), [((0, True, "he"), "blocks"), ((3, True, "xavier"), "init")])
def test_bad_input(options, name):
    with pytest.raises(ValueError, match=name):
        tower_flow(torch.rand(4, 9), *options)
