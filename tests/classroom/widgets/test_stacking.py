"""The student's stack against torch's layers and the course's AlexNet; every way in which it cannot fit."""

import ipywidgets
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.stack_text import MAX_LAYERS, build, parse
from lessonlib.classroom.widgets.stacking import PRESETS
from lessonlib.nets.inspection import summary
from lessonlib.nets.models.alexnet import alexnet


def test_alexnet_is_the_library_s_alexnet():
    side, text = PRESETS["AlexNet (2012)"]
    layers = build(text, side)
    with torch.device("meta"):
        table = summary(alexnet(), (3, 227, 227))
    rows = [row for row in table.rows if row.macs or "Pool" in row.kind]
    assert [layer.shape for layer in layers] == [row.output_shape for row in rows]
    assert [layer.params for layer in layers] == [row.params for row in rows]
    assert [layer.macs for layer in layers] == [row.macs for row in rows]
    assert [layer.field for layer in layers[:8]] == [row.receptive_field for row in rows[:8]]
    assert all(layer.left_over == 0 for layer in layers)


windows = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2)).filter(lambda w: w[2] < w[0])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(40, 80),
    st.lists(st.tuples(windows, st.sampled_from([2, 4, 6]), st.sampled_from([1, 2])), min_size=1, max_size=3),
)
def test_sizes_and_weights_are_those_of_torch(side, drawn):
    lines, modules, channels = [], [], 4
    for (kernel, stride, padding), filters, groups in drawn:
        lines.append(f"conv {kernel}x{kernel}/{stride}+{padding} {filters} g{groups}")
        modules.append(nn.Conv2d(channels, filters, kernel, stride, padding, groups=groups, device="meta"))
        channels = filters
    network = nn.Sequential(*modules)
    layers = build("\n".join(lines), side, channels=4)
    assert layers[-1].shape == network(torch.empty(1, 4, side, side, device="meta")).shape[1:]
    assert sum(layer.params for layer in layers) == sum(p.numel() for p in network.parameters())


def test_224_leaves_a_line_over():
    layers = build(PRESETS["AlexNet com entrada 224"][1], 224)
    assert layers[0].shape == (96, 54, 54) and layers[0].left_over == 1
    assert layers[0].formula == "⌊(224 + 2·0 − 11) / 4⌋ + 1 = 54"


@pytest.mark.parametrize(
    ("text", "side", "message"),
    [
        ("conv 9 16", 7, r"Camada 1 \(conv 9 16\): não cabe. O filtro tem lado 9 e o mapa.*7 \+ 2·0 = 7"),
        ("max 3/2\nconv", 32, "Linha 2: não entendi “conv”"),
        ("conv 3x5 8", 32, "não entendi"),
        ("conv 3", 32, "quantos filtros"),
        ("conv 3 0", 32, "quantos filtros"),
        ("max 2/2 16", 32, "pooling não tem filtros"),
        ("conv 3 8 g2", 32, "2 grupos não dividem 3 canais"),
        ("conv 3 9 g0", 32, "0 grupos"),
        ("fc 10\nconv 3 8", 32, "não há mais mapa"),
        ("conv 3+3 8", 32, "só zeros"),
        ("conv 3/0 8", 32, "ao menos 1"),
        ("conv 0 8", 32, "ao menos 1"),
        ("fc 0", 32, "de 1 a"),
        ("fc 99999", 32, "de 1 a"),
        ("  \n", 32, "ao menos uma camada"),
        ("max 1/1\n" * (MAX_LAYERS + 1), 32, "aceita até"),
    ],
)
def test_what_cannot_be_says_why_in_portuguese(text, side, message):
    with pytest.raises(ValueError, match=message):
        build(text, side)


def test_lines_are_read_with_spaces_and_capitals():
    ((line, given_),) = parse("  CONV 3×3 / 2 + 1  64 ")
    assert line.startswith("CONV") and (given_["kernel"], given_["stride"], given_["padding"]) == (3, 2, 1)
    assert parse("média 2")[0][1]["kind"] == "media"
    assert build("media 2", 8)[0].shape == (3, 4, 4)


def test_widget_shows_totals_and_errors_and_comes_back():
    view = widgets.stack_builder()
    assert "<b>60.965.224</b> parâmetros e <b>724.406.816</b> multiplicações" in view.caption.value
    good = view.picture.png
    view.controls["text"].value = "conv 300 8"
    assert "não cabe" in view.caption.value and view.picture.png == good
    (button,) = (w for w in view.children[1].children if isinstance(w, ipywidgets.Button))
    button.click()
    assert view.picture.png == good and view.controls["text"].value == PRESETS["AlexNet (2012)"][1]
    for name, (side, _) in PRESETS.items():
        view.controls["preset"].value = name
        assert view.controls["side"].value == side
        assert ("não cabe" in view.caption.value) == name.startswith("sem zeros")
    view.controls["text"].value = "fc 10"
    for side in (8, 256):
        view.controls["side"].value = side
        assert f"<b>{(3 * side * side + 1) * 10:,}</b>".replace(",", ".") in view.caption.value
    view.controls["text"].value = "<b>"
    assert "&lt;b&gt;" in view.caption.value and "não entendi “<b>" not in view.caption.value


def test_unknown_preset():
    with pytest.raises(ValueError, match="preset deve ser um destes"):
        widgets.stack_builder("ResNet")
