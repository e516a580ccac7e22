"""Figures: alternative text, identical bytes from run to run, PNG for photos, no global state."""

import ast
import base64
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lessonlib import datasets
from lessonlib.classroom import figures, plots, style
from lessonlib.classroom.exercises import view as exercises_view

CLASSROOM = Path(style.__file__).parent


@pytest.fixture
def shown(monkeypatch):
    """Collect what a plot displays as (data, alt, html)."""
    outputs = []

    def display(bundle, raw):
        tag = bundle["text/html"]
        found = re.search(r'<img alt="([^"]*)".*?base64,([^"]+)"', tag)
        outputs.append((base64.b64decode(found[2]) if found else None, found[1] if found else "", bundle))

    monkeypatch.setattr("IPython.display.display", display)
    return outputs


def _curve():
    plots.lines([0, 1, 2], {"a": [3, 4, 8]}, title="Sinal", xlabel="n", ylabel="valor", alt="Sobe de 3 a 8")


def test_line_art_is_valid_svg_and_identical_twice(shown):
    _curve(), _curve()
    assert shown[0][0] == shown[1][0]
    assert ET.fromstring(shown[0][0]).tag.endswith("svg")
    assert shown[0][1] == "Sobe de 3 a 8"
    assert shown[0][2]["text/plain"] == "[figura] Sobe de 3 a 8"


def test_photos_become_png_of_the_right_size(shown):
    plots.image(datasets.photo("camera"), title="Foto", alt="Um fotógrafo e seu tripé")
    picture = Image.open(io.BytesIO(shown[0][0]))
    assert picture.format == "PNG" and min(picture.size) >= 600
    width = int(re.search(r'width="(\d+)"', shown[0][2]["text/html"])[1])
    assert picture.width == pytest.approx(1.5 * width, rel=0.01)  # sharp on dense screens


@pytest.mark.parametrize("alt", ["", "   "])
def test_figure_without_alternative_text_is_refused(alt):
    with pytest.raises(ValueError, match="alt must describe the figure"):
        figures.image_tag(b"<svg/>", alt)


def test_alternative_text_is_escaped():
    assert 'alt="a &lt; b &quot;c&quot;"' in figures.image_tag(b"<svg/>", 'a < b "c"')


def test_a_students_matplotlib_settings_do_not_leak_in_or_out(shown):
    _curve()
    before = dict(mpl.rcParams)
    with mpl.rc_context({"lines.linewidth": 20, "axes.titlesize": 40, "svg.hashsalt": None}):
        _curve()
    assert shown[0][0] == shown[1][0]
    assert dict(mpl.rcParams) == before


def test_images_and_titles_must_pair():
    with pytest.raises(ValueError, match="one text per picture"):
        plots.images([np.zeros((2, 2))], titles=["a", "b"], alt="x")


def test_table_is_accessible_and_keeps_nan_and_gaps(shown):
    plots.table({"g": [None, -0.98, float("nan")]}, columns=["1", "2", "3"], caption="Saída <g>")
    bundle = shown[0][2]
    assert bundle["text/plain"] == "Saída <g>\ng: · −0,98 NaN"
    assert "<caption>Saída &lt;g&gt;</caption>" in bundle["text/html"]
    assert bundle["text/html"].count('scope="col"') == 3 and 'scope="row"' in bundle["text/html"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0,50"),
        (-0.5, "−0,50"),
        (-0.0001, "0,00"),
        (12544, "12.544"),
        (-3, "−3"),
        (np.nan, "NaN"),
        (1e6, "1.000.000"),
    ],
)
def test_numbers_read_as_in_portuguese(value, text):
    assert style.number(value) == text


def _contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, success criterion 1.4.3."""

    def luminance(color):
        channels = np.array(mpl.colors.to_rgb(color))
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", [style.INK, style.GREY, style.BLUE])
def test_text_colours_are_readable_on_white(color):
    assert _contrast(color, "white") >= 4.5


@given(st.tuples(*[st.floats(0, 1)] * 3))
def test_words_are_readable_on_any_colour_and_in_any_colour(color):
    assert _contrast(style.ink_on(color), color) >= 4.5
    assert _contrast(style.for_words(color), "white") >= 4.5


@pytest.mark.parametrize("ink, paper", [(ink, paper) for _, ink, paper in exercises_view._LOOK.values()])
def test_the_feedback_of_exercises_is_readable(ink, paper):
    assert _contrast(ink, paper) >= 4.5 and _contrast(style.INK, paper) >= 4.5


TEXT_CALLS = {"text", "annotate", "set_title", "suptitle", "set_xlabel", "set_ylabel"}
READABLE = {"white", "black", "style.INK", "style.GREY", "style.BLUE"}  # white: on a dark box or cell


def _text_colours(tree):
    """Return the ``color=`` of each call that writes words, as source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in TEXT_CALLS:
            yield from (ast.unparse(k.value).strip("'") for k in node.keywords if k.arg == "color")


@pytest.mark.parametrize("path", sorted(CLASSROOM.rglob("*.py")), ids=lambda p: str(p.relative_to(CLASSROOM)))
def test_no_words_are_written_in_the_colour_of_a_line(path):
    """Where the colour comes in a variable, the author has chosen it with ink_on or for_words."""
    for color in _text_colours(ast.parse(path.read_text(encoding="utf-8"))):
        lines_only = re.findall(r"(?<!for_words\()style\.[A-Z]+", color)
        assert set(lines_only) <= READABLE, f"{color}: use style.for_words or style.ink_on"


def test_that_rule_can_fail():
    assert list(_text_colours(ast.parse("ax.text(0, 0, 'a', color=style.RED)"))) == ["style.RED"]


@pytest.mark.parametrize("color", [style.BLUE, style.RED, style.GREEN])
def test_line_colours_are_visible_on_white(color):
    assert _contrast(color, "white") >= 3.0


# letters


def drawn_sizes(figure):
    """Return the sizes, in points, of all the text that matplotlib really draws."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg

    sizes = []

    class Listening(RendererAgg):
        def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
            if s.strip():
                sizes.append(prop.get_size_in_points())

    FigureCanvasAgg(figure).draw()
    figure.draw(Listening(*map(int, figure.bbox.size), figure.dpi))
    return sizes


def test_the_smallest_text_is_the_smallest_that_is_drawn():
    figure, (left, right) = style.new_figure(1, 2)
    left.plot([0, 1]), left.set_xlabel("n"), left.legend(["uma"], fontsize=9)
    right.text(0.5, 0.5, "escondido", fontsize=3, visible=False)
    right.text(0.5, 0.5, "dez", fontsize=10)
    right.tick_params(labelsize=2)
    right.set_axis_off()  # hides its tick labels
    assert min(drawn_sizes(figure)) == 9
    assert figures.smallest_text(figure) == pytest.approx(9 * 96 / 72)
    right.set_axis_on()
    assert min(drawn_sizes(figure)) == 2
    assert figures.smallest_text(figure) == pytest.approx(2 * 96 / 72)


def test_a_picture_without_text_has_no_smallest_text():
    figure, ax = style.new_figure()
    style.bare(ax)
    assert figures.smallest_text(figure) == float("inf") and drawn_sizes(figure) == []
    assert "data-text" not in figures.image_tag(b"<svg/>", "nada", text=figures.smallest_text(figure))


@pytest.mark.parametrize("size", [(7.2, 3.6), (9.0, 6.0), (6.4, 5.4), (10.4, 3.5)])
def test_titles_ticks_and_legends_are_readable_on_a_slide(shown, size):
    figure, ax = style.new_figure(size=size)
    with style.course_style():
        ax.plot([0, 1], label="uma curva")
        ax.set_title("título"), ax.set_xlabel("x"), ax.legend()
    figures.show(figure, "Uma curva que sobe.")
    text = float(re.search(r'data-text="([\d.]+)"', shown[0][2]["text/html"])[1])
    zoom = min(1170 / (96 * size[0]), 440 / (96 * size[1]))
    assert text * zoom >= 13.9 and text <= 20


def test_a_widget_s_letters_count_on_the_controls_beside_it():
    assert style.readable(7.6, 3.8, widget=True) == 11  # 760 px and the controls fit without shrinking
    wide = style.readable(10.4, 3.5, widget=True)
    assert wide * 100 / 72 * 1170 / (1040 + 370) == pytest.approx(14)
    assert style.readable(20, 20) == 15  # no more than that in a notebook
