"""The layer table against the fact sheet's totals, torchvision's models, and gradients."""

from html.parser import HTMLParser

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lessonlib.nets import inspection, models


def on_meta(name, **options):
    """Make a torchvision model without memory for its weights: only shapes matter here."""
    with torch.device("meta"):
        return getattr(torchvision.models, name)(weights=None, **options).eval()


@pytest.mark.parametrize(("name", "options", "params", "macs"), [
    ("alexnet", {}, 61_100_840, 714_188_480),
    ("vgg16", {}, 138_357_544, 15_470_264_320),
    ("googlenet", {"init_weights": False}, 6_624_904, 1_498_376_192),
    ("resnet34", {}, 21_797_672, 3_663_761_408),
    ("resnet50", {}, 25_557_032, 4_089_184_256),
    ("densenet121", {}, 7_978_856, 2_834_161_664),
])
def test_totals_of_torchvision_models(name, options, params, macs):
    table = inspection.summary(on_meta(name, **options), (3, 224, 224))
    assert (table.params, table.macs) == (params, macs)
    by_block = inspection.summary(on_meta(name, **options), (3, 224, 224), depth=1)
    assert (by_block.params, by_block.macs) == (params, macs) and len(by_block.rows) < len(table.rows)


def test_googlenet_tells_of_the_classifiers_that_evaluation_leaves_out():
    table = inspection.summary(on_meta("googlenet", init_weights=False), (3, 224, 224))
    assert table.all_params == 13_004_888
    assert "fora desta passagem há mais 6.379.984 parâmetros" in str(table)


def test_lenet_row_by_row():
    table = inspection.summary(models.lenet5(), (1, 28, 28))
    rows = {row.name: (row.output_shape, row.params, row.macs, row.receptive_field) for row in table.rows}
    assert rows["c1"] == ((6, 28, 28), 156, 117_600, 5)
    assert rows["s2"] == ((6, 14, 14), 0, 0, 6)
    assert rows["c3"] == ((16, 10, 10), 2_416, 240_000, 14)
    assert rows["s4"] == ((16, 5, 5), 0, 0, 16)
    assert rows["c5"] == ((120, 1, 1), 48_120, 48_000, 32)
    assert rows["output"] == ((10,), 850, 840, 32)
    assert (table.params, table.macs) == (61_706, 416_520)
    assert "conexões" not in str(table)


@pytest.mark.parametrize(("name", "layer", "side"), [
    ("alexnet", "features.10", 163), ("alexnet", "features.12", 195), ("vgg16", "features.30", 212),
])
def test_receptive_fields_of_the_fact_sheet(name, layer, side):
    assert inspection.summary(on_meta(name), (3, 224, 224))[layer].receptive_field == side


class Branches(nn.Module):
    """A residual block whose branches are concatenated: the field must follow the widest way."""

    def __init__(self, kernels, strides, dilation):
        super().__init__()
        self.stem = nn.Conv2d(1, 2, kernels[0], strides[0], padding=kernels[0] // 2)
        self.wide = nn.Conv2d(2, 2, kernels[1], padding=dilation * (kernels[1] - 1) // 2, dilation=dilation)
        self.narrow = nn.Conv2d(2, 2, 1)
        self.pool = nn.AvgPool2d(kernels[2], strides[1])
        self.last = nn.Conv2d(4, 1, kernels[3])

    def forward(self, x):
        x = self.stem(x)
        x = x + self.wide(x)
        x = torch.cat([self.narrow(x), torch.relu(x)], dim=1)
        return self.last(self.pool(x))


@settings(max_examples=30)
@given(st.lists(st.sampled_from([1, 3, 5]), min_size=4, max_size=4),
       st.lists(st.integers(1, 3), min_size=2, max_size=2), st.integers(1, 2))
def test_receptive_field_is_where_the_gradient_reaches(kernels, strides, dilation):
    model = Branches(kernels, strides, dilation).double()
    for parameter in model.parameters():
        nn.init.ones_(parameter)  # all positive: no gradient cancels, no ReLU closes
    image = torch.ones(1, 1, 160, 160, dtype=torch.float64, requires_grad=True)
    output = model(image)
    middle = output.shape[2] // 2
    output[0, 0, middle, middle].backward()
    reached = image.grad[0, 0].sum(dim=0).nonzero()
    side = (reached.max() - reached.min() + 1).item()
    assert inspection.summary(model, (1, 160, 160))["last"].receptive_field == side


def test_receptive_field_may_differ_by_side_and_cover_a_whole_map():
    model = nn.Sequential(nn.Conv2d(1, 1, (3, 5), stride=(1, 2)), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                          nn.Linear(1, 2))
    table = inspection.summary(model, (1, 10, 21))
    assert [row.receptive_field for row in table.rows] == [(3, 5), (10, 21), (10, 21), (10, 21)]
    assert "10×21" in str(table) and "Conv2d 3×5/1×2" in str(table)


def test_spatial_mean_and_functional_pooling_are_followed():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(4, 2)

        def forward(self, x):
            return self.fc(nn.functional.max_pool2d(self.conv(x), 2).mean(dim=(2, 3)))

    table = inspection.summary(Net(), (1, 10, 10))
    assert (table["conv"].receptive_field, table["fc"].receptive_field) == (3, 10)


def test_groups_transposed_convolutions_and_biases_are_counted():
    model = nn.Sequential(nn.Conv2d(8, 12, 3, groups=4),
                          nn.ConvTranspose2d(12, 6, 4, stride=2, groups=2, bias=False))
    grouped, transposed = inspection.summary(model, (8, 10, 10)).rows
    assert grouped.macs == 12 * 8 * 8 * (8 // 4) * 9 and grouped.connections == grouped.macs + 12 * 8 * 8
    assert transposed.macs == 12 * 8 * 8 * (6 // 2) * 16 and transposed.connections == transposed.macs
    assert grouped.kind == "Conv2d 3×3/1, 4 grupos"


def test_shared_weights_count_once_but_their_work_twice():
    layer = nn.Linear(5, 5)
    table = inspection.summary(nn.Sequential(layer, layer), (5,))
    assert (table.params, table.macs, table.all_params) == (30, 50, 30)
    assert table.rows[0].receptive_field is None


def test_the_model_is_left_as_it_was():
    model = models.lenet5()
    model.train()
    model.c5.eval()
    inspection.summary(model, (1, 28, 28))
    inspection.activations(model, torch.zeros(1, 1, 28, 28))
    assert model.training and not model.c5.training
    assert not any(module._forward_hooks for module in model.modules())


def test_activations_are_those_of_the_forward_pass():
    torch.manual_seed(0)
    model, x = models.lenet5(), torch.rand(2, 1, 28, 28)
    maps = inspection.activations(model, x)
    assert list(maps) == [name for name, _ in model.named_children()]
    torch.testing.assert_close(maps["a1"], torch.relu(model.c1(x)))
    torch.testing.assert_close(maps["output"], model(x))
    assert not maps["output"].requires_grad


class Outline(HTMLParser):
    """The tags of a document, in order, with their scope."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append((tag, dict(attrs).get("scope")))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_an_accessible_table():
    table = inspection.summary(models.lenet5_1998(), (1, 28, 28))
    html = table._repr_html_()
    tags = Outline(html).tags
    assert tags[:2] == [("table", None), ("caption", None)]
    assert tags.count(("th", "col")) == 7 and tags.count(("th", "row")) == len(table.rows) + 1
    assert all(scope for tag, scope in tags if tag == "th")
    assert "340.908" in html and "60.000" in html and "conexões" in html


def test_text_has_aligned_columns():
    lines = str(inspection.summary(models.lenet5(), (1, 28, 28))).splitlines()
    assert lines[0] == "LeNet5, entrada 1×28×28"
    assert "61.706" in lines[-1] and "416.520" in lines[-1]
    assert lines[2].index("parâmetros") + len("parâmetros") == lines[-1].index("61.706") + len("61.706")
    assert repr(inspection.summary(models.lenet5(), (1, 28, 28))) == "\n".join(lines)


@pytest.mark.parametrize(("size", "depth", "message"), [
    (28, None, "input_size"), ((), None, "input_size"), ((1, 0, 28), None, "input_size"),
    ((3, 28, 28), None, "input_size must be one that the model accepts"), ((1, 28, 28), 0, "depth"),
])
def test_bad_arguments_are_named(size, depth, message):
    with pytest.raises(ValueError, match=message):
        inspection.summary(models.lenet5(), size, depth)
