"""Turn a figure into a notebook output that everybody can see, hear and compare.

JupyterLab 4 shows ``image/svg+xml`` and ``image/png`` outputs without alternative text, and refuses SVG in
a notebook that the user has not trusted. An ``<img alt=...>`` with a data URI in ``text/html`` has neither
problem. nbval compares it byte for byte; PNG data is masked there (tests/notebooks/sanitize.cfg), its
numbers are asserted in the lessons.
"""

from __future__ import annotations

import base64
import html
import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.text import Text
from PIL import Image

from lessonlib.classroom.style import course_style, enlarge


def svg_bytes(figure) -> bytes:
    """Return ``figure`` as SVG that is identical from run to run (no date, fixed ids)."""
    buffer = io.BytesIO()
    with course_style():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def png_bytes(figure, dpi: int = 144) -> bytes:
    """Return ``figure`` as PNG; the default resolution stays sharp on dense screens.

    Grey figures are stored with one channel and none with transparency: the same pixels in half the
    bytes, and notebooks full of photos stay light.
    """
    buffer = io.BytesIO()
    with course_style():
        figure.savefig(buffer, format="png", dpi=dpi)
    picture = Image.open(buffer).convert("RGB")
    red, green, blue = picture.split()
    if red.tobytes() == green.tobytes() == blue.tobytes():
        picture = red
    packed = io.BytesIO()
    picture.save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def encode_array(pixels: np.ndarray) -> bytes:
    """Return a uint8 array H×W, H×W×3 or H×W×4 (opaque) as PNG, written for speed rather than size."""
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if picture.mode == "RGBA":
        picture = picture.convert("RGB")
    picture.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()


def smallest_text(figure) -> float:
    """Return the size of the smallest text of a drawn figure, in CSS pixels at the figure's natural size.

    A presentation enlarges or shrinks the figure, and its text with it. Without text, infinity.
    """
    axes = [ax for ax in figure.axes if ax.get_visible()]
    axis = [part for ax in axes for part in (ax.xaxis, ax.yaxis) if ax.axison and part.get_visible()]
    inside = [child for owner in (figure, *axes) for child in owner.get_children()]
    parts = [child for child in inside if not isinstance(child, Axis | Axes)] + axis
    drawn = [text for part in parts if part.get_visible() for text in part.findobj(Text)]
    sizes = (text.get_fontsize() for text in drawn if text.get_visible() and text.get_text().strip())
    return min(sizes, default=float("inf")) * 96 / 72


def image_tag(data: bytes, alt: str, width: int | None = None, text: float = float("inf")) -> str:
    """Return an ``<img>`` element that carries ``data`` (SVG or PNG) and its alternative text.

    Parameters
    ----------
    data : bytes
    alt : str
    width : int, optional
        In CSS pixels; the natural width of the data by default.
    text : float
        Size of the smallest text in the picture, CSS pixels: what a presentation must not shrink too much.

    Raises
    ------
    ValueError
        If ``alt`` is empty: a figure without alternative text does not exist for a blind student.
    """
    if not alt.strip():
        raise ValueError("alt must describe the figure; got an empty text")
    mime = "image/png" if data.startswith(b"\x89PNG") else "image/svg+xml"
    size = f' width="{width}"' if width else ""
    if text < float("inf"):
        size += f' data-text="{text:.1f}"'
    source = f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<img alt="{html.escape(alt)}"{size} src="{source}">'


def is_raster(figure) -> bool:
    """Tell whether ``figure`` holds pixels: an SVG would embed them as PNG and only weigh more."""
    return any(ax.images for ax in figure.axes)


def show(figure, alt: str, *, raster: bool = False) -> None:
    """Display ``figure`` in the notebook: SVG for line art, PNG for photos, always with alternative text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        What the figure shows, in pt-BR, for who cannot see it. The main number or trend belongs in it.
    raster : bool
        PNG also for line art.
    """
    from IPython.display import display

    enlarge(figure)
    if raster or is_raster(figure):
        data, width = png_bytes(figure), round(figure.get_figwidth() * 96)
    else:
        data, width = svg_bytes(figure), None
    tag = image_tag(data, alt, width=width, text=smallest_text(figure))
    display({"text/html": tag, "text/plain": f"[figura] {alt}"}, raw=True)
