import pytest
import torch
import torch.nn.functional as F

from lessonlib.nets.models.googlenet import Outputs, googlenet, loss_with_auxiliaries

# Table 1 of the paper: output shape, and parameters and MACs counted by an independent script.
STAGES = {
    "inception3a": ((256, 28, 28), 163_696, 128.0e6), "inception3b": ((480, 28, 28), 388_736, 304.3e6),
    "inception4a": ((512, 14, 14), 376_176, 73.6e6), "inception4b": ((512, 14, 14), 449_160, 87.9e6),
    "inception4c": ((512, 14, 14), 510_104, 99.9e6), "inception4d": ((528, 14, 14), 605_376, 118.5e6),
    "inception4e": ((832, 14, 14), 868_352, 170.0e6), "inception5a": ((832, 7, 7), 1_043_456, 51.1e6),
    "inception5b": ((1024, 7, 7), 1_444_080, 70.7e6),
}
POOLS = {"conv1": (64, 112, 112), "pool1": (64, 56, 56), "conv2": (192, 56, 56), "pool2": (192, 28, 28),
         "pool3": (480, 14, 14), "pool4": (832, 7, 7), "avgpool": (1024, 1, 1), "fc": (1000,)}


def test_table_of_the_paper(meta, trace, count_parameters):
    network = googlenet()
    shapes, macs = trace(network)
    for stage, (shape, parameters, multiplications) in STAGES.items():
        assert shapes[stage] == shape, stage
        assert count_parameters(network.get_submodule(stage)) == parameters, stage
        of_stage = sum(count for name, count in macs.items() if name.startswith(stage))
        assert of_stage == pytest.approx(multiplications, abs=5e4), stage
    assert {name: shapes[name] for name in POOLS} == POOLS
    assert count_parameters(network) == 6_998_552
    assert sum(macs.values()) == pytest.approx(1.583e9, rel=5e-4)


def test_heads(meta, count_parameters):
    network = googlenet(aux=True)
    assert count_parameters(network) == 6_998_552 + 6_379_728
    outputs = network(torch.empty(2, 3, 224, 224))
    assert isinstance(outputs, Outputs) and [tuple(scores.shape) for scores in outputs] == [(2, 1000)] * 3
    assert network.aux1.pool(torch.empty(1, 512, 14, 14)).shape == (1, 512, 4, 4)
    assert network.eval()(torch.empty(2, 3, 224, 224)).shape == (2, 1000)
    assert googlenet()(torch.empty(2, 3, 224, 224)).shape == (2, 1000)


def test_heads_change_nothing_in_evaluation(photo):
    with_heads = googlenet(10, aux=True).eval()
    without = googlenet(10).eval()
    without.load_state_dict({name: tensor for name, tensor in with_heads.state_dict().items()
                             if not name.startswith("aux")})
    with torch.no_grad():
        assert torch.equal(with_heads(photo(224)), without(photo(224)))


def test_loss_adds_thirty_percent_of_the_heads():
    torch.manual_seed(0)
    outputs, target = Outputs(*torch.randn(3, 4, 10)), torch.tensor([0, 3, 9, 3])
    main, first, second = (F.cross_entropy(scores, target) for scores in outputs)
    torch.testing.assert_close(loss_with_auxiliaries(outputs, target), main + 0.3 * first + 0.3 * second)


def test_a_module_is_its_four_branches_side_by_side():
    torch.manual_seed(0)
    module, x = googlenet().inception3a, torch.rand(1, 192, 7, 7)
    with torch.no_grad():
        y = module(x)
        ones = F.relu(F.conv2d(x, module.branch1.conv.weight, module.branch1.conv.bias))
        pooled = F.max_pool2d(F.pad(x, (1, 1, 1, 1), value=-torch.inf), 3, 1)
        project = module.branch_pool.project.conv
        projected = F.relu(torch.einsum("oi,nihw->nohw", project.weight[..., 0, 0], pooled)
                           + project.bias[:, None, None])
    assert y.shape == (1, 64 + 128 + 32 + 32, 7, 7)
    torch.testing.assert_close(y[:, :64], ones)
    torch.testing.assert_close(y[:, -32:], projected)


def test_one_by_one_convolutions_make_the_five_by_five_branch_9_68_times_cheaper(meta, trace):
    macs = trace(googlenet())[1]
    branch = sum(count for name, count in macs.items() if name.startswith("inception3a.branch5"))
    assert 28 * 28 * 192 * 32 * 25 / branch == pytest.approx(9.68, abs=5e-3)


def test_22_layers_with_weights(meta):
    network = googlenet()
    deepest = [2 if name.startswith("inception") else 1 for name, layer in network.named_children()
               if any(True for _ in layer.parameters())]  # two convolutions in a row in each module
    assert sum(deepest) == 22


def test_signal_passes_at_the_start(photo):
    torch.manual_seed(0)
    with torch.no_grad():
        scores = googlenet(100).eval()(photo(224))
    assert 1e-2 < scores.std() < 10


@pytest.mark.parametrize("options", [{"image_size": 31}, {"image_size": 192, "aux": True}, {"dropout": 1.0}])
def test_bad_options(meta, options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        googlenet(**options)


def test_images_of_another_shape(meta):
    with pytest.raises(ValueError, match=r"\(N, 3, H, W\), got \(1, 1, 224, 224\)"):
        googlenet()(torch.empty(1, 1, 224, 224))
    with pytest.raises(ValueError, match=r"\(N, 3, 224, 224\), got \(1, 3, 192, 192\)"):
        googlenet(aux=True)(torch.empty(1, 3, 192, 192))
    assert googlenet(aux=True).eval()(torch.empty(1, 3, 192, 192)).shape == (1, 1000)
