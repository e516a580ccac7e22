"""The frame that every widget shares: controls, a picture that follows them, a caption that says what to see.

A widget is a pure function ``state → numbers`` (tested without a browser) and a thin view: this frame plus
a painter that puts the numbers on a persistent picture. No ``Output`` area and no ``interact``: they are
slower and nbval cannot compare them.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

import ipywidgets

from lessonlib.classroom.figures import image_tag
from lessonlib.classroom.style import course_style

#: Sliders share one shape: label and number fit, keyboard arrows move them.
WIDE = ipywidgets.Layout(width="min(100%, 560px)")
LABEL = {"description_width": "190px"}


class Picture(ipywidgets.HTML):
    """A picture with alternative text that changes without a blink.

    ``ipywidgets.Image`` has no alternative text. An ``<img>`` in HTML has, and takes as long (measured in
    Chromium: 82 ms from key to paint for both); ``decoding="sync"`` keeps the old picture on screen until
    the new one is decoded.

    Parameters
    ----------
    alt : str
        What the picture shows, pt-BR.

    Attributes
    ----------
    png : bytes
        The picture on screen.
    """

    def __init__(self, alt: str):
        super().__init__()
        self.alt, self.png = alt, b""

    def show(self, png: bytes) -> None:
        """Put a new picture on screen."""
        self.png = png
        tag = image_tag(png, self.alt)
        self.value = tag.replace("<img ", '<img decoding="sync" style="max-width:100%" ', 1)


class Experiment(ipywidgets.VBox):
    """Controls on top, the picture under them, and a caption that a screen reader announces.

    Parameters
    ----------
    title : str
        What the student can find out, pt-BR.
    alt : str
        What the picture shows, pt-BR; the caption carries the numbers of the moment.
    controls : mapping of str to ipywidgets widget
        State name → control; its ``value`` is passed to ``paint`` under that name.
    canvas : FigureCanvas or ArrayCanvas
    paint : callable
        ``paint(**state) → caption``: changes the canvas and returns the caption (HTML, pt-BR).
    layout : widget, optional
        How the controls are arranged; by default one under the other.

    Notes
    -----
    While a slider is dragged, the front end keeps only the newest value until the kernel is idle, so stale
    moves are dropped by protocol. Without a kernel the notebook shows the stored picture and caption.
    """

    def __init__(
        self,
        title: str,
        alt: str,
        controls: Mapping[str, ipywidgets.Widget],
        canvas,
        paint: Callable[..., str],
        layout: ipywidgets.Widget | None = None,
    ):
        self.title, self.alt, self.controls = title, alt, dict(controls)
        self._canvas, self._paint = canvas, paint
        self.picture = Picture(alt)
        self.caption = ipywidgets.HTML()
        heading = ipywidgets.HTML(f"<strong>Experimente · {html.escape(title)}</strong>")
        arranged = layout if layout is not None else ipywidgets.VBox(list(self.controls.values()))
        super().__init__([heading, arranged, self.picture, self.caption])
        self.add_class("lessonlib-experiment")
        for control in self.controls.values():
            control.observe(self._on_change, names="value")
        self.refresh()

    @property
    def state(self) -> dict:
        """Current value of each control."""
        return {name: control.value for name, control in self.controls.items()}

    def _on_change(self, change) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Paint the current state; a message replaces the caption when the state makes no sense."""
        try:
            with course_style():
                caption = self._paint(**self.state)
        except ValueError as error:
            self.caption.value = f'<span style="color:#B00020">{html.escape(str(error))}</span>'
            return
        self.picture.show(self._canvas.png())
        self.caption.value = caption

    def _repr_mimebundle_(self, **kwargs):
        """Add a static picture and text beside the live view, for readers without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        static = (
            f"<p><strong>Experimente · {html.escape(self.title)}</strong></p>"
            f"{image_tag(self.picture.png, self.alt, text=self._canvas.smallest_text())}"
            f"<p>{self.caption.value}</p>"
            "<p><em>Figura parada: execute esta célula (Shift+Enter) para mover os controles.</em></p>"
        )
        data["text/plain"] = f"[experimento] {self.title}"
        data["text/html"] = static
        return data, metadata


def int_slider(description: str, value: int, low: int, high: int, step: int = 1) -> ipywidgets.IntSlider:
    """Return an integer slider in the course's shape that reports while it moves."""
    return ipywidgets.IntSlider(
        value=value, min=low, max=high, step=step, description=description, style=LABEL, layout=WIDE
    )


def float_slider(
    description: str, value: float, low: float, high: float, step: float, readout_format: str = ".2f"
) -> ipywidgets.FloatSlider:
    """Return a decimal slider in the course's shape that reports while it moves."""
    return ipywidgets.FloatSlider(
        value=value,
        min=low,
        max=high,
        step=step,
        description=description,
        readout_format=readout_format,
        style=LABEL,
        layout=WIDE,
    )


def choice(description: str, options, value=None) -> ipywidgets.Dropdown:
    """Return a drop-down list in the course's shape; ``options`` as in ipywidgets (names or
    (name, value) pairs).
    """
    control = ipywidgets.Dropdown(options=options, description=description, style=LABEL, layout=WIDE)
    if value is not None:
        control.value = value
    return control


def switch(description: str, value: bool = False) -> ipywidgets.Checkbox:
    """Return a check box in the course's shape."""
    return ipywidgets.Checkbox(value=value, description=description, indent=False, layout=WIDE)
