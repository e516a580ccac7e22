"""Drawing a digit: the preparation against MNIST itself, the sheet of maps, and every control."""

import asyncio

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from torch import nn

from lessonlib import datasets
from lessonlib.classroom import widgets
from lessonlib.classroom.widgets.drawing import NONE, SAMPLES, confidence, pick_samples, verdict
from lessonlib.classroom.widgets.ink import Ink, like_mnist
from lessonlib.classroom.widgets.layer_sheet import HEIGHT, PLACES, WIDTH, colour, lay_out, stages
from lessonlib.nets import models

IMAGES, LABELS = datasets.digits("test")


def with_none(scores):
    return F.pad(scores, (0, 1), value=-20.0) / 5


@pytest.fixture(scope="module")
def networks():
    torch.manual_seed(0)
    return {"moderna": models.lenet5().eval(), "de 1998": models.lenet5_1998().eval()}


@pytest.fixture
def view(networks):
    return widgets.draw_digit(networks, prepare={"de 1998": with_none})


# --- the preparation: MNIST's own files say what is right ------------------------------------------------


def box(image):
    """Return height and width of the ink."""
    return tuple(int(np.ptp(np.flatnonzero(image.any(axis=axis)))) + 1 for axis in (1, 0))


def test_real_digits_are_already_as_mnist_wants_them():
    full = [image for image in IMAGES if max(box(image)) == 20]
    assert len(full) >= 0.999 * len(IMAGES)  # in one or two, a stroke's end was too faint for a grey level
    for image in full:
        assert np.abs(np.array(ndimage.center_of_mass(image.astype(float))) - 14).max() <= 0.5
        np.testing.assert_array_equal(like_mnist(image), image)


@pytest.mark.parametrize("factor", [1, 2, 7])
def test_a_real_digit_anywhere_on_a_large_sheet_comes_back_unchanged(factor):
    rng = np.random.default_rng(factor)
    for image in IMAGES[:60]:
        rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
        digit = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        large = np.kron(digit, np.ones((factor, factor), np.uint8))
        sheet = np.zeros((280, 280), np.uint8)
        top, left = (int(rng.integers(0, 281 - side)) for side in large.shape)
        sheet[top : top + large.shape[0], left : left + large.shape[1]] = large
        np.testing.assert_array_equal(like_mnist(sheet), image)


points = st.tuples(st.integers(0, 279), st.integers(0, 279))


@settings(max_examples=60, deadline=None)
@given(st.lists(points, min_size=2, max_size=8), st.integers(6, 40))
def test_any_drawing_fits_the_box_and_has_its_centre_in_the_middle(path, width):
    ink = Ink(280)
    for start, end in zip(path, path[1:], strict=False):
        ink.line(start, end, width)
    image = like_mnist(ink.pixels)
    assert max(box(image)) == 20
    centre = np.array(ndimage.center_of_mass(image.astype(float)))
    edges = [np.flatnonzero(image.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    for value, (first, last) in zip(centre, edges, strict=True):
        assert abs(value - 14) <= 0.5 + 1e-9 or first == 0 or last == 27


def test_mass_far_to_one_side_stops_at_the_frame():
    sheet = np.zeros((280, 280), np.uint8)
    sheet[:200, :200] = np.eye(200, dtype=np.uint8) * 60  # a thin line ...
    sheet[:10, :10] = 255  # ... and all the mass at its end
    image = like_mnist(sheet)
    assert max(box(image)) == 20 and image[8:, 8:].any() and not image[:, :8].any()


@pytest.mark.parametrize("ink", [np.zeros((280, 280), np.uint8), np.zeros((1, 1), np.uint8)])
def test_no_ink_gives_a_blank_image(ink):
    assert like_mnist(ink).shape == (28, 28) and not like_mnist(ink).any()


def test_ink_too_thin_for_a_grey_level_gives_a_blank_image():
    sheet = np.zeros((3000, 3000), np.uint8)
    sheet[0, 0] = sheet[-1, -1] = 1
    assert not like_mnist(sheet).any()


@pytest.mark.parametrize("ink", [np.zeros((28, 28)), np.zeros((28, 28, 3), np.uint8), np.zeros(28, np.uint8)])
def test_other_kinds_of_image_are_refused(ink):
    with pytest.raises(ValueError, match="ink must be a grey image of uint8"):
        like_mnist(ink)


def test_ink_draws_clears_and_knows_when_it_is_blank():
    ink = Ink(100)
    assert ink.blank
    ink.line((20, 50), (80, 50), 10)
    rows, columns = ink.pixels.nonzero()
    assert abs(np.ptp(rows) + 1 - 10) <= 2 and abs(np.ptp(columns) + 1 - 70) <= 2  # round ends
    ink.clear()
    assert ink.blank and not ink.pixels.any()


# --- what the layers compute and how it is shown ---------------------------------------------------------


def test_stages_of_the_modern_network_step_by_step(networks):
    net, image = networks["moderna"], IMAGES[0]
    with torch.no_grad():
        x = torch.from_numpy(image / np.float32(255))[None, None]
        c1 = F.relu(F.conv2d(x, net.c1.weight, net.c1.bias, padding=2))
        s2 = F.max_pool2d(c1, 2)
        c3 = F.relu(F.conv2d(s2, net.c3.weight, net.c3.bias))
        s4 = F.max_pool2d(c3, 2)
        c5 = F.relu(F.conv2d(s4, net.c5.weight, net.c5.bias))
        f6 = F.relu(F.linear(c5.flatten(1), net.f6.weight, net.f6.bias))
        scores = F.linear(f6, net.output.weight, net.output.bias)
    found = stages(net, image)
    for name, values in {"c1": c1, "s2": s2, "c3": c3, "s4": s4}.items():
        np.testing.assert_allclose(found[name], values[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["c5"].ravel(), c5.ravel(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["f6"].ravel(), f6.ravel(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["output"], scores[0], rtol=1e-5, atol=1e-6)


def test_stages_of_1998_come_after_the_squashing(networks):
    found = stages(networks["de 1998"], IMAGES[0])
    shapes = {name: values.shape for name, values in found.items()}
    assert shapes == {
        "input": (1, 28, 28),
        "c1": (6, 28, 28),
        "s2": (6, 14, 14),
        "c3": (16, 10, 10),
        "s4": (16, 5, 5),
        "c5": (1, 6, 20),
        "f6": (1, 12, 7),
        "output": (10,),
    }
    for name in ("c1", "s2", "c3", "s4", "c5", "f6"):
        assert np.abs(found[name]).max() <= 1.7159


def test_another_network_is_refused_at_once():
    with pytest.raises(ValueError, match="model deve ser uma LeNet"):
        widgets.draw_digit(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))


def test_places_do_not_overlap_and_stay_on_the_sheet(networks):
    covered = np.zeros((HEIGHT, WIDTH), int)
    for name, values in stages(networks["moderna"], IMAGES[0]).items():
        if name == "output":
            continue
        alone = {other: np.zeros_like(v) for other, v in stages(networks["moderna"], IMAGES[0]).items()}
        place, (count, height, width) = PLACES[name], values.shape
        assert place.left + min(count, place.across) * (width * place.scale + 5) - 5 <= WIDTH
        alone[name] = np.ones_like(values)
        lit = lay_out(alone)[..., 0] == 255
        assert lit.sum() == count * height * width * place.scale**2
        covered += lit
    assert covered.max() == 1


def test_colours_share_one_scale_and_zero_is_neutral():
    np.testing.assert_array_equal(colour(np.array([0.0, 1.0, 2.0]))[:, 0], [0, 128, 255])
    red, white, blue = colour(np.array([2.0, 0.0, -2.0])).astype(int)
    assert red[0] > red[2] and blue[2] > blue[0] and white[:3].min() > 240
    assert colour(np.zeros((2, 3))).shape == (2, 3, 4)  # no division by zero


def test_confidence_is_softmax_after_what_the_loss_does():
    scores = np.array([-12.0, *[-90.0] * 9])
    np.testing.assert_allclose(confidence(scores)[:10], torch.from_numpy(scores).softmax(0), rtol=1e-12)
    assert confidence(scores)[NONE] == 0
    shares = confidence(scores, with_none)
    assert shares.argmax() == 0 and shares.sum() == pytest.approx(1)
    assert shares[0] / shares[NONE] == pytest.approx(np.exp((20 - 12) / 5))
    assert confidence(scores - 20, with_none).argmax() == NONE


def test_verdict_in_words():
    shares = np.zeros(11)
    shares[4], shares[9] = 0.995, 0.005
    assert verdict(shares) == "A rede responde <b>4</b>, com mais de 99% de confiança."
    shares[[4, 10]] = 0.2, 0.79
    assert verdict(shares).startswith("A rede responde <b>nenhum dos dez</b>, com 79%")
    assert "depois vem 4, com 20%" in verdict(shares)


def test_samples_are_the_first_of_each_digit():
    for digit, images in pick_samples(IMAGES, LABELS).items():
        assert images.shape == (SAMPLES, 28, 28)
        np.testing.assert_array_equal(images[0], IMAGES[LABELS.tolist().index(digit)])


# --- the widget ------------------------------------------------------------------------------------------


def test_it_starts_on_a_real_digit_and_every_sample_changes_the_picture(view):
    assert "Exemplo 1 do dígito 7" in view.caption.value and not view.paper.drawn
    pictures = {view.picture.png}
    for digit in range(10):
        view.controls["digit"].value = digit
        for sample in (1, SAMPLES):
            view.controls["sample"].value = sample
            assert f"Exemplo {sample} do dígito {digit}" in view.caption.value
            pictures.add(view.picture.png)
    assert len(pictures) >= 20
    expected = IMAGES[LABELS == 9][SAMPLES - 1]
    np.testing.assert_array_equal(view.paper.image, expected)


def test_the_other_network_gives_another_picture_of_the_same_digit(view):
    before, image = view.picture.png, view.paper.image
    view.controls["network"].value = "de 1998"
    assert view.picture.png != before
    np.testing.assert_array_equal(view.paper.image, image)


def test_one_network_has_no_menu_of_networks(networks):
    assert set(widgets.draw_digit(networks["moderna"]).controls) == {"digit", "sample"}


def stroke(paper, points):
    paper.press(*points[0])
    for point in points[1:]:
        paper.move(*point)
    paper.lift()


def test_drawing_clearing_and_going_back(view):
    sample = view.paper.image
    stroke(view.paper, [(140, y) for y in range(40, 241, 10)])
    assert view.paper.drawn and "Seu desenho" in view.caption.value
    drawn = view.paper.image
    assert box(drawn)[0] == 20 and box(drawn)[1] <= 3  # the first stroke wiped the sample
    stroke(view.paper, [(60, 240), (220, 240)])
    assert box(view.paper.image)[1] > 10  # the second one did not wipe the first
    view.clear_button.click()
    assert "em branco" in view.caption.value and not view.paper.image.any()
    view.back_button.click()
    assert "Exemplo 1" in view.caption.value
    np.testing.assert_array_equal(view.paper.image, sample)


def test_choosing_a_sample_replaces_the_drawing(view):
    stroke(view.paper, [(140, 40), (140, 240)])
    view.controls["sample"].value = 2
    assert not view.paper.drawn and "Exemplo 2" in view.caption.value


def test_the_pen_draws_only_while_it_is_down(view):
    view.clear_button.click()
    view.paper.move(100, 100)
    assert not view.paper.image.any()
    view.paper.press(100, 100)
    view.paper.lift(100, 100)
    dot = view.paper.image
    view.paper.move(200, 200)
    np.testing.assert_array_equal(view.paper.image, dot)


def test_mouse_and_finger_reach_the_paper(view):
    canvas = view.paper.widget
    for events in (
        [{"event": "mouse_down", "x": 140, "y": 40}, {"event": "mouse_move", "x": 140, "y": 240}]
        + [{"event": "mouse_out", "x": 140, "y": 281}, {"event": "mouse_move", "x": 10, "y": 10}],
        [{"event": "touch_start", "touches": [{"x": 140, "y": 40}]}]
        + [{"event": "touch_move", "touches": [{"x": 140, "y": 240}, {"x": 9, "y": 9}]}]
        + [{"event": "touch_end", "touches": []}, {"event": "mouse_move", "x": 10, "y": 10}],
    ):
        view.clear_button.click()
        for event in events:
            canvas._handle_frontend_event(canvas, event, [])
        assert box(view.paper.image)[0] == 20 and box(view.paper.image)[1] <= 3


def test_the_tab_key_leaves_the_canvas(view, monkeypatch):
    canvas, moves = view.paper.widget, []
    monkeypatch.setattr(type(view.controls["digit"]), "focus", lambda self: moves.append("next"))
    monkeypatch.setattr(type(canvas), "blur", lambda self: moves.append("out"))
    for key, shift in (("Tab", False), ("Tab", True), ("Escape", False), ("a", False), ("ArrowUp", True)):
        event = {"event": "key_down", "key": key, "shift_key": shift, "ctrl_key": False, "meta_key": False}
        canvas._handle_frontend_event(canvas, event, [])
    assert moves == ["next", "out", "out"]


def test_a_new_page_gets_the_sheet(view, monkeypatch):
    sheets = []
    monkeypatch.setattr(
        type(view.paper.widget), "put_image_data", lambda self, pixels, *_: sheets.append(pixels)
    )
    view.paper.widget._handle_frontend_event(view.paper.widget, {"event": "client_ready"}, [])
    np.testing.assert_array_equal(sheets[0][::10, ::10, 0], view.paper.image)
    stroke(view.paper, [(140, 40), (140, 240)])
    view.paper.widget._handle_frontend_event(view.paper.widget, {"event": "client_ready"}, [])
    assert sheets[-1][140, 140].tolist() == [255] * 3 and not sheets[-1][140, 100].any()


def test_the_pen_width_changes_the_next_stroke(view):
    thin, thick = [], []
    for width, kept in ((8, thin), (40, thick)):
        view.pen_slider.value = width
        view.clear_button.click()
        stroke(view.paper, [(140, 40), (140, 240)])
        kept.append(view.paper.image)
    assert (thick[0] > 0).sum() > 2 * (thin[0] > 0).sum()


def test_strokes_in_an_event_loop_share_one_picture(view):
    shown = []
    view.picture.observe(lambda change: shown.append(change["new"]), names="value")

    async def draw():
        stroke(view.paper, [(140, y) for y in range(40, 241, 4)])
        assert not shown  # nothing has been painted while strokes were coming in
        for _ in range(100):
            await asyncio.sleep(0.01)
            if shown:
                return

    asyncio.run(draw())
    assert len(shown) == 1 and "Seu desenho" in view.caption.value


def test_static_twin_for_readers_without_a_kernel(view):
    data, _ = view._repr_mimebundle_()
    assert data["text/plain"].startswith("[experimento]") and "Exemplo 1 do dígito 7" in data["text/html"]
