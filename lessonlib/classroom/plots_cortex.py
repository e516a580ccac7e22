"""Lesson 01: who is wired to whom, and what each level of a small hierarchy answers to one digit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.collections import LineCollection

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure


@course_style()
def wiring(inputs: int, field: int, *, title: str, alt: str) -> None:
    """Draw two layers twice: every unit wired to every input, and each to a few neighbours.

    Parameters
    ----------
    inputs : int
        Units of the lower layer.
    field : int
        Inputs of a local unit, at most ``inputs``. The upper layers have ``inputs - field + 1`` units.

    Raises
    ------
    ValueError
        If the field does not fit.
    """
    if not 1 <= field <= inputs:
        raise ValueError(f"field must be from 1 to {inputs}; got {field!r}")
    outputs = inputs - field + 1
    below, above = np.arange(inputs), np.arange(outputs) + (field - 1) / 2
    wires = {
        "todos com todos": [(i, o) for o in range(outputs) for i in range(inputs)],
        f"cada um com {field} vizinhos": [(o + k, o) for o in range(outputs) for k in range(field)],
    }
    figure, axes = new_figure(1, 2, size=(9.2, 2.7))
    chosen = outputs // 2
    for ax, (name, pairs) in zip(axes, wires.items(), strict=True):
        for mine, color, width in ((False, "#B8B8B8", 0.9), (True, style.RED, 2.2)):
            segments = [[(below[i], 0), (above[o], 1)] for i, o in pairs if (o == chosen) == mine]
            ax.add_collection(LineCollection(segments, colors=color, linewidths=width, zorder=1 + mine))
        ax.plot(below, np.zeros(inputs), "s", color=style.BLUE, markersize=9, zorder=3)
        ax.plot(above, np.ones(outputs), "o", color=style.INK, markersize=10, zorder=3)
        ax.plot(above[chosen], 1, "o", color=style.RED, markersize=12, zorder=4)
        ax.set(xlim=(-0.6, inputs - 0.4), ylim=(-0.22, 1.22))
        ax.set_yticks([0, 1], ["entradas", "neurônios"])
        ax.set_xticks([])
        ax.grid(False)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        ax.set_title(f"{name}: {len(pairs)} ligações", fontsize=style.letters(figure))
    style.headline(figure, title)
    show(figure, alt)


@course_style()
def levels(
    digit: np.ndarray,
    contours: Mapping[str, np.ndarray],
    parts: Mapping[str, np.ndarray],
    scores: Sequence[float],
    *,
    title: str,
    alt: str,
) -> None:
    """Show what each level of a hierarchy answers to one digit: pixels, contours, parts, ten scores.

    Parameters
    ----------
    digit : ndarray, shape (H, W)
    contours, parts : mapping of str to ndarray, shape (H, W)
        Four each: name → responses, brighter is stronger; one scale a level.
    scores : sequence of float, length 10
        One for each digit; the largest gets another colour.
    """
    figure, _ = new_figure(size=(9.6, 3.1))
    figure.clear()
    grid = figure.add_gridspec(2, 6, width_ratios=[1, 1, 1, 1, 1, 2])
    whole = figure.add_subplot(grid[:, 0])
    whole.imshow(digit, vmin=0)
    whole.set_title("pixels", fontsize=style.letters(figure))
    bare = [whole]
    for column, (level, maps) in ((1, ("contornos", contours)), (3, ("partes", parts))):
        top = max(float(m.max()) for m in maps.values()) or 1.0
        for place, (name, picture) in enumerate(maps.items()):
            ax = figure.add_subplot(grid[place // 2, column + place % 2])
            ax.imshow(picture, vmin=0, vmax=top)
            # The level's name stands over its four maps, beside nothing that it could run into.
            above = f"{level}\n" if place == 0 else "\n" if place == 1 else ""
            ax.set_title(above + name, fontsize=style.letters(figure))
            bare.append(ax)
    for ax in bare:
        style.bare(ax)
    chart = figure.add_subplot(grid[:, 5])
    best = int(np.argmax(scores))
    chart.bar(range(10), scores, color=[style.RED if k == best else style.BLUE for k in range(10)])
    chart.set_xticks(range(10), [str(k) for k in range(10)])
    chart.set_yticks([])
    chart.axhline(0, color=style.INK, linewidth=0.8)
    chart.set_title("dez neurônios", fontsize=style.letters(figure))
    chart.set_xlabel("dígito que cada um procura")
    style.headline(figure, title)
    show(figure, alt)
