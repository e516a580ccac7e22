"""Line art: signals, curves, clouds of points and bars. Each function draws, displays and returns None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure, number


def draw_signal(ax, values, *, start: int = 1, color: str = style.BLUE, labels: bool = True) -> None:
    """Draw a discrete signal as stems; NaN samples get a mark on the axis instead of a stem."""
    values = np.asarray(values, dtype=float)
    n = np.arange(start, start + values.size)
    finite = np.isfinite(values)
    ax.vlines(n[finite], 0, values[finite], color=color, linewidth=2)
    ax.plot(n[finite], values[finite], "o", color=color, markersize=6)
    ax.axhline(0, color=style.INK, linewidth=0.8)
    spread = np.ptp(np.append(values[finite], 0.0)) or 1.0
    if labels:
        for x, y in zip(n[finite], values[finite], strict=True):
            below = y < 0
            ax.annotate(
                number(y),
                (x, y),
                xytext=(0, -8 if below else 8),
                textcoords="offset points",
                ha="center",
                va="top" if below else "bottom",
                fontsize=11,
            )
    for x in n[~finite]:
        ax.annotate(
            "NaN",
            (x, 0),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=style.for_words(style.RED),
            fontsize=11,
            fontweight="bold",
        )
        ax.plot(x, 0, "x", color=style.RED, markersize=8, markeredgewidth=2)
    low, high = np.append(values[finite], 0.0).min(), np.append(values[finite], 0.0).max()
    ax.set_ylim(low - (0.22 * spread if low < 0 else 0.05 * spread), high + 0.22 * spread)
    ax.set_xlim(n[0] - 0.7, n[-1] + 0.7)
    ax.set_xticks(n, [str(i) for i in n])  # sample numbers are whole: no fractional ticks


@course_style()
def signal(
    values,
    *,
    title: str,
    alt: str,
    ylabel: str = "amplitude",
    xlabel: str = "amostra n",
    start: int = 1,
    highlight: int | None = None,
) -> None:
    """Show one discrete signal as stems with its values.

    Parameters
    ----------
    values : array_like, shape (N,)
        Samples; NaN is drawn as a red cross.
    start : int
        Number of the first sample: 1 as in the slides.
    highlight : int, optional
        Sample number (same counting as ``start``) to mark.
    """
    figure, ax = new_figure(size=(7.2, 3.0))
    draw_signal(ax, values, start=start)
    if highlight is not None:
        ax.axvspan(highlight - 0.5, highlight + 0.5, color=style.YELLOW, alpha=0.5, zorder=0)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    show(figure, alt)


@course_style()
def scatter(
    x,
    y,
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    alt: str,
    labels: Sequence[str] | None = None,
    annotate: Sequence[int] = (),
    line: bool = False,
) -> None:
    """Show pairs of values as points, with an optional least-squares line and a few named points.

    Parameters
    ----------
    x, y : array_like, shape (N,)
    labels : sequence of str, optional
        Names of the points; only those whose index is in ``annotate`` are written.
    line : bool
        Draw the least-squares line.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    figure, ax = new_figure(size=(7.2, 4.2))
    ax.plot(x, y, "o", color=style.BLUE, markersize=7, alpha=0.85)
    if line:
        slope, intercept = np.polyfit(x, y, 1)
        ends = np.array([x.min(), x.max()])
        ax.plot(ends, slope * ends + intercept, color=style.RED, label="reta de mínimos quadrados")
        ax.legend()
    for i in annotate:
        right = x[i] > x.min() + 0.7 * np.ptp(x)  # near the right edge the name goes to the left
        under = right and line and slope < 0  # and not over a line that falls to it
        ax.annotate(
            labels[i] if labels is not None else str(i),
            (x[i], y[i]),
            xytext=(-8 if right else 8, -14 if under else 5),
            ha="right" if right else "left",
            textcoords="offset points",
            fontsize=11,
        )
    ax.margins(x=0.08, y=0.1)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    show(figure, alt)


@course_style()
def lines(
    x,
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    xlabel: str,
    ylabel: str,
    alt: str,
    mark: tuple[float, float, str] | None = None,
    log: str = "",
) -> None:
    """Show one or more curves over the same ``x``; each carries its name and its own marker.

    Parameters
    ----------
    series : mapping of str to array_like, shape (N,)
        Name → values.
    mark : tuple (x, y, text), optional
        A point to annotate, such as the maximum.
    log : {"", "x", "y", "xy"}
        Logarithmic axes.
    """
    figure, ax = new_figure(size=(7.2, 3.8))
    for (name, values), marker in zip(series.items(), "os^Dvp*"[: len(series)], strict=True):
        ax.plot(x, values, marker=marker, markersize=5, label=name)
    if len(x) <= 15 and all(float(value).is_integer() for value in x) and "x" not in log:
        ax.set_xticks(x, [number(value) for value in x])  # no ticks between whole numbers
    for axis in log:
        getattr(ax, f"set_{axis}scale")("log")
    if len(series) > 1:
        ax.legend()
    if mark:
        mark_x, mark_y, text = mark
        ax.plot(
            mark_x,
            mark_y,
            "o",
            markersize=13,
            markerfacecolor="none",
            markeredgecolor=style.INK,
            markeredgewidth=2,
        )
        ax.annotate(
            text,
            (mark_x, mark_y),
            xytext=(0, -26),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=11,
            bbox={"facecolor": "white", "edgecolor": style.GREY, "boxstyle": "round,pad=0.3"},
        )
    ax.margins(y=0.12)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    show(figure, alt)


@course_style()
def panels(x, series: Mapping[str, Sequence[float]], *, title: str, xlabel: str, alt: str) -> None:
    """Show series of different units one above the other over a shared ``x`` (never two y axes in one frame).

    Parameters
    ----------
    series : mapping of str to array_like, shape (N,)
        Y label with unit → values; NaN leaves a gap.
    """
    figure, axes = new_figure(len(series), 1, size=(7.2, 1.0 + 1.7 * len(series)), sharex=True, squeeze=False)
    for ax, (ylabel, values), color in zip(axes[:, 0], series.items(), style.CYCLE, strict=False):
        ax.plot(x, values, "o-", color=color, markersize=5)
        ax.set_ylabel(ylabel)
        ax.margins(y=0.12)
        ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    axes[0, 0].set_title(title)
    axes[-1, 0].set_xlabel(xlabel)
    show(figure, alt)


@course_style()
def bars(labels: Sequence[str], values, *, title: str, xlabel: str, alt: str, log: bool = False) -> None:
    """Show one quantity per name as horizontal bars with the number written at the end.

    Parameters
    ----------
    labels : sequence of str
    values : array_like, shape (len(labels),)
    log : bool
        Logarithmic length axis, for values that span powers of ten.
    """
    values = np.asarray(values, float)
    figure, ax = new_figure(size=(7.2, 1.1 + 0.45 * len(labels)))
    drawn = ax.barh(labels, values, color=style.BLUE)
    ax.bar_label(drawn, labels=[number(v) for v in values], padding=4, fontsize=style.letters(figure))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    if log:
        ax.set_xscale("log")
    ax.margins(x=0.16)
    ax.set(title=title, xlabel=xlabel)
    ax.set_yticks(range(len(labels)), labels)
    show(figure, alt)
