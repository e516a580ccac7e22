"""The receptive field widget: its fields against PyTorch's gradients, its map of clicks, its pictures."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets import click_map
from lessonlib.classroom.widgets.receptive import look, map_colours, map_sides

LENET = {"C1": (5, 1), "S2": (2, 2), "C3": (5, 1), "S4": (2, 2), "C5": (5, 1)}
ALEXNET = {"conv1": (11, 4), "pool1": (3, 2), "conv2": (5, 1, 1, 2), "pool2": (3, 2), "conv3": (3, 1, 1, 1)}
DIGIT = np.pad(datasets.digits("test")[0][1], 2)
CAT = datasets.photo("chelsea")[20:247, 110:337]

layer = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 2), st.integers(0, 2))


def touched_by(layers, image_side, depth, row, column):
    """Return the pixels that reach a unit, found by PyTorch's gradient of an all-ones network."""
    image = torch.zeros(1, 1, image_side, image_side, dtype=torch.float64, requires_grad=True)
    x = image
    for kernel, stride, dilation, padding in [(*one, *(1, 0)[len(one) - 2 :]) for one in layers[: depth + 1]]:
        ones = torch.ones(1, 1, kernel, kernel, dtype=torch.float64)
        x = torch.nn.functional.conv2d(x, ones, stride=stride, padding=padding, dilation=dilation)
    x[0, 0, row, column].backward()
    return x.shape[-1], np.argwhere(image.grad[0, 0].numpy())


@given(st.lists(layer, min_size=1, max_size=4), st.data())
def test_field_is_where_torch_finds_a_gradient(layers, data):
    names = {str(k): one for k, one in enumerate(layers)}
    side = 32
    try:
        sides = map_sides(names, side)
    except ValueError:
        return  # a kernel that does not fit what is left: another test's subject
    row, column = (data.draw(st.integers(1, sides[-1])) for _ in range(2))
    view = look(names, side, str(len(layers) - 1), row, column)
    torch_side, pixels = touched_by(layers, side, len(layers) - 1, row - 1, column - 1)
    assert view.side == torch_side == sides[-1]
    if pixels.size:  # with dilation the field has holes, and padding may hide its ends
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        assert view.rows.start <= low[0] and high[0] < view.rows.stop
        assert view.columns.start <= low[1] and high[1] < view.columns.stop


@pytest.mark.parametrize(("row", "column"), [(1, 1), (7, 4), (13, 13)])
def test_field_of_alexnet_is_exactly_what_torch_sees(row, column):
    view = look(ALEXNET, 227, "conv3", row, column)
    _, pixels = touched_by(list(ALEXNET.values()), 227, 4, row - 1, column - 1)
    assert view.size == 99
    for axis, part in enumerate((view.rows, view.columns)):
        assert pixels[:, axis].min() == max(part.start, 0)
        assert pixels[:, axis].max() == min(part.stop, 227) - 1
    assert view.inside == pytest.approx(len(pixels) / 99**2)


@pytest.mark.parametrize("layer", ["conv1", "pool2", "conv3"])
def test_colours_are_those_of_the_middle_of_the_field(layer):
    colours = map_colours(CAT, ALEXNET, layer)
    side = len(colours)
    for row, column in [(side // 2, side // 2 + 1), (2, side - 1)]:
        view = look(ALEXNET, 227, layer, row, column)
        top, left = (part.start + (view.size - view.jump) // 2 for part in (view.rows, view.columns))
        part = CAT[top : top + view.jump, left : left + view.jump]
        np.testing.assert_array_equal(colours[row - 1, column - 1], part.mean(axis=(0, 1)).round())


def test_a_map_as_large_as_the_image_is_the_image():
    np.testing.assert_array_equal(map_colours(CAT, {"same": (3, 1, 1, 1)}, "same"), CAT)


@given(st.integers(1, 224), st.floats(-5, 300), st.floats(-5, 300))
def test_a_click_always_finds_a_unit(side, x, y):
    row, column = click_map.unit_at(x, y, side)
    assert 1 <= row <= side and 1 <= column <= side


@given(st.integers(1, 100), st.data())
def test_the_middle_of_a_cell_is_that_unit(side, data):
    row, column = (data.draw(st.integers(1, side)) for _ in range(2))
    cell = click_map.MAP_PIXELS / side
    assert click_map.unit_at((column - 0.5) * cell, (row - 0.5) * cell, side) == (row, column)


@pytest.fixture
def widget():
    return widgets.receptive_field_explorer({"AlexNet": (CAT, ALEXNET), "LeNet-5": (DIGIT, LENET)})


def click(widget, x, y):
    """Send what the front end sends when the map is clicked."""
    canvas = widget.children[1].children[1].children[1]
    canvas._canvases[-1]._handle_frontend_event(None, {"event": "mouse_down", "x": x, "y": y}, [])


def test_a_click_moves_the_sliders_and_the_picture(widget):
    before = widget.picture.png
    click(widget, 239, 1)
    assert widget.controls["row"].value == 1
    assert widget.controls["column"].value == widget.controls["column"].max == 13
    assert "unidade (1, 13)" in widget.caption.value
    assert widget.picture.png != before


def test_every_layer_and_corner_of_every_network_paints(widget):
    for stack, layers in (("LeNet-5", LENET), ("AlexNet", ALEXNET)):
        widget.controls["stack"].value = stack
        for name in layers:
            widget.controls["layer"].value = name
            for row in {1, widget.controls["row"].max}:
                widget.controls["row"].value = row
                assert f"camada {name}" in widget.caption.value and f"({row}, " in widget.caption.value
    widget.controls["layer"].value = "conv1"
    assert widget.controls["row"].max == 55


def test_the_unit_that_sees_everything_says_so(widget):
    widget.controls["stack"].value = "LeNet-5"
    widget.controls["layer"].value = "C5"
    assert "<b>32×32</b>" in widget.caption.value and "imagem inteira" in widget.caption.value


def test_changing_the_layer_stays_over_the_same_part_of_the_photo(widget):
    widget.controls["layer"].value = "conv1"
    widget.controls["row"].value, widget.controls["column"].value = 50, 6
    widget.controls["layer"].value = "conv3"
    assert (widget.controls["row"].value, widget.controls["column"].value) == (12, 2)


@pytest.mark.parametrize("image", [CAT[:100], CAT.astype(float), CAT[0]])
def test_images_that_are_not_square_bytes_are_refused(image):
    with pytest.raises(ValueError, match="square uint8 image"):
        widgets.receptive_field_explorer({"AlexNet": (image, ALEXNET)})
