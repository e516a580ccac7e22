"""Drawings of networks: the volumes that flow from layer to layer."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import FancyArrowPatch, Polygon

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure


def volume_text(shape: Sequence[int]) -> str:
    """Write a volume as the slides do, height × width × depth; a vector as its length.

    Examples
    --------
    >>> volume_text((6, 28, 28)), volume_text((10,))
    ('28×28×6', '10')
    """
    if len(shape) == 1:
        return str(shape[0])
    channels, height, width = shape
    return f"{height}×{width}×{channels}"


@course_style()
def stack(shapes: Sequence[tuple[int, ...]], operations: Sequence[str], *, title: str, alt: str) -> None:
    """Draw a network as boxes, one for each volume, and an arrow for each layer.

    A box is as tall as its map and as thick as its number of channels, both on a compressed scale: the
    differences must be seen, not measured.

    Parameters
    ----------
    shapes : sequence of (C, H, W) or (N,)
        Input, then the output of each layer.
    operations : sequence of str
        One name a layer, so one less than ``shapes``; may hold a line break.

    Raises
    ------
    ValueError
        If the lengths do not match.
    """
    if len(operations) != len(shapes) - 1:
        raise ValueError(f"operations must be one less than shapes; got {len(operations)} for {len(shapes)}")
    figure, ax = new_figure(size=(9.4, 3.4))
    tallest = max(_height(shape) for shape in shapes)
    longest = max((len(line) for text in operations for line in text.split("\n")), default=0)
    left, gap = 0.0, max(1.15, 0.19 * longest)
    for index, shape in enumerate(shapes):
        height, thick = _height(shape), _thickness(shape)
        slant = 0.3 * height if len(shape) == 3 else 0.0
        low = -height / 2
        front = [(left, low), (left + thick, low), (left + thick, low + height), (left, low + height)]
        _face(ax, front, style.SKY)
        if slant:
            top = [
                (left, low + height),
                (left + thick, low + height),
                (left + thick + slant, low + height + slant),
                (left + slant, low + height + slant),
            ]
            side = [
                (left + thick, low),
                (left + thick + slant, low + slant),
                (left + thick + slant, low + height + slant),
                (left + thick, low + height),
            ]
            _face(ax, top, "#A9D5F0")
            _face(ax, side, "#3D93C4")
        ax.text(
            left + (thick + slant) / 2,
            -tallest / 2 - 0.35,
            volume_text(shape),
            ha="center",
            va="top",
            fontsize=style.letters(figure),
        )
        right = left + thick + slant
        if index < len(operations):
            ax.add_patch(
                FancyArrowPatch(
                    (right + 0.12, 0),
                    (right + gap - 0.12, 0),
                    arrowstyle="-|>",
                    mutation_scale=14,
                    color=style.INK,
                    linewidth=1.3,
                )
            )
            ax.text(
                right + gap / 2,
                0.15,
                operations[index],
                ha="center",
                va="bottom",
                fontsize=style.letters(figure),
            )
        left = right + gap
    ax.set(
        xlim=(-0.2, left - gap + 0.6), ylim=(-tallest / 2 - 0.9, tallest * 0.85), aspect="equal", title=title
    )
    ax.axis("off")
    show(figure, alt)


def _height(shape) -> float:
    return 0.28 * (shape[1] ** 0.72 if len(shape) == 3 else 0.9 * shape[0] ** 0.42)


def _thickness(shape) -> float:
    return 0.09 * shape[0] ** 0.8 if len(shape) == 3 else 0.14


def _face(ax, corners, colour) -> None:
    ax.add_patch(Polygon(corners, facecolor=colour, edgecolor=style.INK, linewidth=0.8))
