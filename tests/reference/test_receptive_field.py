"""receptive_field: against what PyTorch's gradients say that a neuron sees, and against the papers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessonlib.reference.receptive_field import ReceptiveField, receptive_field

LAYERS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2)),
                  min_size=1, max_size=4)


@given(LAYERS, st.integers(0, 3))
def test_is_what_the_gradient_reaches(layers, output):
    field = receptive_field(layers)[-1]
    seen = field.pixels(output)
    x = torch.zeros(1, 1, max(seen.stop, 50), dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, dilation, padding in layers:
        y = torch.nn.functional.conv1d(y, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride,
                                       padding=padding, dilation=dilation)
    y[0, 0, output].backward()
    reached = x.grad[0, 0].nonzero().ravel().tolist()
    assert set(reached) <= set(seen)    # dilation leaves holes, padding hides ends
    if not any(padding for *_, padding in layers):
        assert (reached[0], reached[-1]) == (seen[0], seen[-1])


@given(LAYERS)
def test_one_result_a_layer_and_defaults(layers):
    whole = receptive_field(layers)
    assert len(whole) == len(layers)
    assert whole[0] == receptive_field(layers[:1])[0]
    for length, rest in ((2, (1, 0)), (3, (0,))):
        short = [layer[:length] for layer in layers]
        assert receptive_field(short) == receptive_field([layer + rest for layer in short])


def test_slide_s32():
    assert receptive_field([(3, 1), (3, 1)]) == [(3, 1, 0), (5, 1, 0)]
    assert receptive_field([(3, 1)] * 3)[-1].size == 7


def test_known_networks():
    lenet = [(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)]
    assert [field.size for field in receptive_field(lenet)][3:] == [16, 32]
    alexnet = [(11, 4), (3, 2), (5, 1, 1, 2), (3, 2), (3, 1, 1, 1), (3, 1, 1, 1), (3, 1, 1, 1), (3, 2)]
    assert [field.size for field in receptive_field(alexnet)][-2:] == [163, 195]
    vgg16 = [(3, 1, 1, 1), (3, 1, 1, 1), (2, 2)] * 2 + [(3, 1, 1, 1), (3, 1, 1, 1), (3, 1, 1, 1), (2, 2)] * 3
    assert receptive_field(vgg16)[-1].size == 212
    assert receptive_field(vgg16)[-1].jump == 32


def test_stride_padding_and_dilation_by_hand():
    assert receptive_field([(3, 2, 1, 1), (3, 1, 2)]) == [
        ReceptiveField(size=3, jump=2, start=-1), ReceptiveField(size=11, jump=2, start=-1)]
    assert list(receptive_field([(3, 2, 1, 1)])[0].pixels(1)) == [1, 2, 3]


@pytest.mark.parametrize(("layers", "name"), [
    ([], "layers"), ([(3,)], "layer 1"), ([(3, 1), 3], "layer 2"), ([(3, 1, 1, 0, 0)], "layer 1"),
    (["31"], "layer 1"), ([(0, 1)], "the kernel of layer 1"), ([(3, 1), (3, 0)], "the stride of layer 2"),
    ([(3, 1.0)], "the stride of layer 1"), ([(3, 1, 0)], "the dilation of layer 1"),
    ([(3, 1, 1, -1)], "the padding of layer 1")])
def test_refuses(layers, name):
    with pytest.raises(ValueError, match=f"^{name}.* must"):
        receptive_field(layers)
