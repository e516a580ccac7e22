"""Figures: alternative text, identical bytes from run to run, PNG for photos, no global state."""

import base64
import io
import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from lessonlib import datasets
from lessonlib.classroom import figures, plots, style


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


@pytest.mark.parametrize("color", [style.BLUE, style.RED, style.GREEN])
def test_line_colours_are_visible_on_white(color):
    assert _contrast(color, "white") >= 3.0
