"""Lesson 03: a matched filter on a photo, and the threshold that decides what counts as found (slide 24)."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from lessonlib.classroom import style
from lessonlib.classroom.style import course_style, number
from lessonlib.classroom.widgets.base import Experiment, float_slider
from lessonlib.classroom.widgets.canvas import FigureCanvas
from lessonlib.reference.correlation import normalized_correlate


def peaks(g, threshold: float, size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the positions of the local maxima of ``g`` above ``threshold``, strongest first.

    Two maxima nearer than half a template are the same object: only the stronger one stays.

    Parameters
    ----------
    g : array_like, shape (H, W)
        Normalised correlation, NaN where undefined.
    threshold : float
    size : (int, int)
        Height and width of the template, in pixels.

    Returns
    -------
    list of (row, column)
    """
    scores = np.where(np.isfinite(g), g, -np.inf)
    found: list[tuple[int, int]] = []
    for flat in np.argsort(scores, axis=None)[::-1]:
        row, column = (int(i) for i in np.unravel_index(flat, scores.shape))
        if scores[row, column] < threshold:
            break
        if all(abs(row - r) > size[0] / 2 or abs(column - c) > size[1] / 2 for r, c in found):
            found.append((row, column))
    return found


@course_style()
def matched_filter(image, template, *, threshold: float = 0.6, name: str = "modelo") -> Experiment:
    """Return the widget: boxes where the correlation with ``template`` passes the threshold.

    Parameters
    ----------
    image : array_like, shape (H, W)
    template : array_like, shape (h, w)
    threshold : float
        Where the slider starts.
    """
    image, template = np.asarray(image, float), np.asarray(template, float)
    g = normalized_correlate(image, template, "valid")
    height, width = template.shape
    lowest = 0.3
    candidates = peaks(g, lowest, template.shape)
    canvas = FigureCanvas(1, 2, size=(9.4, 3.9))
    photo, score = canvas.axes
    photo.imshow(image)
    photo.set_title("imagem")
    score.imshow(
        g,
        cmap=style.SEQUENTIAL,
        vmin=-1,
        vmax=1,
        extent=(width / 2, width / 2 + g.shape[1], height / 2 + g.shape[0], height / 2),
    )
    score.set(xlim=photo.get_xlim(), ylim=photo.get_ylim())
    score.set_title("correlação normalizada")
    for ax in (photo, score):
        ax.set_xticks([]), ax.set_yticks([])
        ax.grid(False)
    boxes = [
        photo.add_patch(
            Rectangle((c - 0.5, r - 0.5), width, height, fill=False, linewidth=2.2, edgecolor=style.RED)
        )
        for r, c in candidates
    ]
    (dots,) = score.plot(
        [], [], "s", markersize=9, markerfacecolor="none", markeredgecolor=style.RED, markeredgewidth=2
    )
    values = [float(g[p]) for p in candidates]

    def paint(threshold: float) -> str:
        chosen = [v >= threshold for v in values]
        for box, visible in zip(boxes, chosen, strict=True):
            box.set_visible(visible)
        kept = [p for p, visible in zip(candidates, chosen, strict=True) if visible]
        dots.set_data([c + width / 2 for _, c in kept], [r + height / 2 for r, _ in kept])
        best = number(max(values), 2) if values else "–"
        return (
            f"Limiar {number(threshold)}: <b>{len(kept)}</b> trechos parecidos com o {name}. O "
            f"maior g vale {best}."
        )

    return Experiment(
        f"escolha o limiar: o que conta como “igual ao {name}”?",
        "À esquerda a imagem com os trechos encontrados; à direita o mapa da correlação normalizada.",
        {"threshold": float_slider("limiar", threshold, lowest, 1.0, 0.01)},
        canvas,
        paint,
    )
