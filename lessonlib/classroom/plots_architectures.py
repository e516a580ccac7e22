"""Figures that compare networks: the challenge by year, where weights and products live, what units see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from lessonlib.classroom import style
from lessonlib.classroom.figures import show
from lessonlib.classroom.style import course_style, new_figure, number

#: What marks each kind of result in the timeline: label, marker, face colour, edge colour.
KINDS = {
    "features": ("sem rede convolucional, teste", "s", style.GREY, style.GREY),
    "ensemble": ("ensemble de redes, teste", "o", style.BLUE, style.BLUE),
    "outside": ("ensemble com dados de fora, teste", "D", "white", style.BLUE),
    "single": ("uma rede, teste", "o", "white", style.RED),
    "validation": ("uma rede, validação", "^", "white", style.RED),
}


def kind_of(entry) -> str | None:
    """Name the kind of a result of the challenge: a key of ``KINDS``, or None for the human reference.

    Parameters
    ----------
    entry : lessonlib.datasets.Entry

    Examples
    --------
    >>> from lessonlib import datasets
    >>> [kind_of(entry) for entry in datasets.ilsvrc() if entry.name == "AlexNet"]
    ['ensemble', 'outside', 'validation']
    """
    if entry.method != "cnn":
        return "features" if entry.method == "features" else None
    if not entry.test:
        return "validation"
    if entry.networks == 1:
        return "single"
    return "outside" if entry.outside_data else "ensemble"


def row_name(entry) -> str:
    """Name a result of the challenge and what it measures, as a row of a table.

    Parameters
    ----------
    entry : lessonlib.datasets.Entry
        Not the human reference, which has no kind.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> [row_name(entry) for entry in datasets.ilsvrc() if entry.network == "VGG"]
    ['2014 · VGG · ensemble de redes, teste', '2014 · VGG · uma rede, teste']
    """
    return f"{entry.year} · {entry.name} · {KINDS[kind_of(entry)][0]}"


@course_style()
def timeline(entries: Sequence, *, title: str, alt: str) -> None:
    """Show the results of the challenge, each kind with its own mark, and the human reference as a line.

    Parameters
    ----------
    entries : sequence of lessonlib.datasets.Entry
    """
    figure, ax = new_figure(size=(9.0, 4.8))
    human = min((e.error for e in entries if kind_of(e) is None), default=0)
    winners = [e for e in entries if e.rank == 1 and not e.outside_data]
    ax.plot([e.year for e in winners], [e.error for e in winners], color=style.SKY, linewidth=2, zorder=1)
    for kind, (label, marker, face, edge) in KINDS.items():
        chosen = [e for e in entries if kind_of(e) == kind]
        aside = 0.18 if edge == style.RED else 0.0  # beside the ensembles of the same year, not over them
        ax.plot(
            [e.year + aside for e in chosen],
            [e.error for e in chosen],
            marker,
            label=label,
            markersize=9,
            markerfacecolor=face,
            markeredgecolor=edge,
            markeredgewidth=2,
        )
    for entry in entries:
        if entry.rank is None or entry.outside_data:
            continue
        offset, across, along = _label_place(entry)
        late = entry.year >= 2015  # above the human line, where there is room
        ax.annotate(
            f"{entry.name}{chr(10) if late else ' '}{_percent(entry.error)}",
            (entry.year, max(entry.error, human) if late else entry.error),
            xytext=offset,
            ha=across,
            va=along,
            textcoords="offset points",
            fontsize=style.letters(figure),
        )
    for entry in entries:
        if kind_of(entry) is None:
            ax.axhline(entry.error, color=style.GREEN, linestyle="--", linewidth=1.5)
            text = f"uma pessoa treinada: {_percent(entry.error)}"
            ax.annotate(
                text,
                (2009.6, entry.error),
                xytext=(0, 4),
                textcoords="offset points",
                color=style.for_words(style.GREEN),
                fontsize=style.letters(figure),
            )
    ax.set_xticks(range(2010, 2018), [str(year) for year in range(2010, 2018)])
    ax.set(title=title, xlabel="ano", ylabel="erro top-5 (%)", ylim=(0, 31), xlim=(2009.5, 2017.6))
    ax.legend(loc="upper right")
    show(figure, alt)


def _label_place(entry) -> tuple[tuple[int, int], str, str]:
    """Return where a result's name goes: beside its mark, and clear of the line of the winners."""
    if entry.year >= 2015:
        return (0, 6), "center", "bottom"
    if entry.year == 2010 or (entry.rank == 2 and entry.year == 2012):
        return (11, 3), "left", "center"
    if entry.rank == 2:  # above the single networks of its year
        return (0, 20), "left", "bottom"
    return (-10, -3), "right", "top"


def main_rows(table) -> list:
    """Return the rows of a layer table that have weights or change the size: no ReLU, no dropout.

    Parameters
    ----------
    table : lessonlib.nets.inspection.LayerTable
    """
    return [row for row in table.rows if row.macs or "Pool" in row.kind]


@course_style()
def profile(table, *, title: str, alt: str) -> None:
    """Show, layer by layer, where a network's parameters and multiplications are, in percent of each total.

    Parameters
    ----------
    table : lessonlib.nets.inspection.LayerTable
    """
    rows = [row for row in table.rows if row.macs]
    figure, axes = new_figure(1, 2, size=(9.0, 1.2 + 0.27 * len(rows)), sharey=True)
    for ax, what, total, name, color in zip(
        axes,
        ([row.params for row in rows], [row.macs for row in rows]),
        (table.params, table.macs),
        ("parâmetros", "multiplicações"),
        (style.BLUE, style.ORANGE),
        strict=True,
    ):
        percent = [100 * value / total for value in what]
        drawn = ax.barh(range(len(rows)), percent, color=color)
        ax.bar_label(drawn, [_percent(p) for p in percent], padding=3, fontsize=style.letters(figure))
        ax.grid(axis="y", visible=False)
        ax.margins(x=0.18)
        ax.set(xlabel=f"{name} (% de {_short(total)})")
    axes[0].set_yticks(range(len(rows)), [row.name for row in rows])
    axes[0].invert_yaxis()
    axes[0].set_title(title)
    show(figure, alt)


@course_style()
def budget(tables: Mapping[str, object], *, title: str, alt: str) -> None:
    """Compare networks: parameters and multiplications, split into convolutional and dense layers.

    Parameters
    ----------
    tables : mapping of str to lessonlib.nets.inspection.LayerTable
    """
    figure, axes = new_figure(1, 2, size=(9.0, 1.5 + 0.45 * len(tables)), sharey=True)
    for ax, what, unit, label in zip(
        axes,
        ("params", "macs"),
        (1e6, 1e9),
        ("parâmetros (milhões)", "multiplicações (bilhões)"),
        strict=True,
    ):
        dense = [sum(getattr(r, what) for r in t.rows if r.kind == "Linear") / unit for t in tables.values()]
        total = [getattr(table, what) / unit for table in tables.values()]
        conv = [t - d for t, d in zip(total, dense, strict=True)]
        ax.barh(list(tables), conv, color=style.BLUE, label="convoluções")
        drawn = ax.barh(list(tables), dense, left=conv, color=style.ORANGE, label="camadas densas")
        ax.bar_label(drawn, [number(round(t, 2)) for t in total], padding=3, fontsize=style.letters(figure))
        ax.grid(axis="y", visible=False)
        ax.margins(x=0.18)
        ax.set(xlabel=label)
    axes[0].set_yticks(range(len(tables)), list(tables))
    axes[0].invert_yaxis()
    axes[0].set_title(title)
    axes[1].legend(loc="lower right")
    show(figure, alt)


@course_style()
def growth(tables: Mapping[str, object], *, title: str, alt: str, side: int = 224) -> None:
    """Show how the receptive field grows with the layers that slide: convolutions and poolings.

    Parameters
    ----------
    tables : mapping of str to lessonlib.nets.inspection.LayerTable
        Rows with whole numbers as receptive field.
    side : int
        Side of the input, drawn as a line; pixels.
    """
    figure, ax = new_figure(size=(8.0, 4.2))
    for (name, table), marker in zip(tables.items(), "os^Dvp", strict=False):
        fields = [1] + [row.receptive_field for row in main_rows(table) if row.kind != "Linear"]
        ax.plot(range(len(fields)), fields, marker=marker, markersize=5, label=name)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.axhline(side, color=style.INK, linestyle="--", linewidth=1.2)
    ax.annotate(
        f"a foto inteira: {side}",
        (0, side),
        xytext=(0, 4),
        textcoords="offset points",
        fontsize=style.letters(figure),
    )
    ax.set(
        title=title,
        xlabel="camadas que deslizam (convolução ou pooling)",
        ylabel="lado do campo receptivo (pixels)",
    )
    ax.legend()
    show(figure, alt)


@course_style()
def branches(name: str, paths: Sequence[Sequence[str]], output: str, *, title: str, alt: str) -> None:
    """Draw a module whose input goes through several paths that are joined at the end (slide S54).

    Parameters
    ----------
    name, output : str
        Text of the first and the last box.
    paths : sequence of sequence of str
        For each path the texts of its boxes, from the input on.
    """
    figure, ax = new_figure(size=(9.0, 3.9))
    ax.set_axis_off()
    ax.set(xlim=(0, 10), ylim=(0, len(paths)), title=title)
    middle = len(paths) / 2
    _box(ax, 1.0, middle, name, style.SKY)
    _box(ax, 9.0, middle, output, style.SKY)
    columns = 3.6, 6.4
    for index, path in enumerate(paths):
        y = len(paths) - index - 0.5
        near = middle + 0.12 * (y - middle)  # the arrows fan out a little at both ends
        for x, text in zip(columns, path, strict=False):
            _box(ax, x, y, text, "#FFFFFF")
        _arrow(ax, (1.95, near), (columns[0] - 0.95, y))
        if len(path) == 2:
            _arrow(ax, (columns[0] + 0.95, y), (columns[1] - 0.95, y))
        else:  # past the other paths' second boxes before turning to the output
            ax.plot([columns[0] + 0.95, columns[1] + 0.95], [y, y], color=style.GREY, linewidth=1)
        _arrow(ax, (columns[1] + 0.95, y), (8.05, near))
    show(figure, alt)


def _arrow(ax, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=12, color=style.GREY, shrinkA=0, shrinkB=0
        )
    )


def _box(ax, x: float, y: float, text: str, color: str) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (x - 0.85, y - 0.3), 1.7, 0.6, boxstyle="round,pad=0.06", facecolor=color, edgecolor=style.INK
        )
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=style.letters(ax.figure))


def _percent(value: float) -> str:
    """Write a percentage with one decimal: ``12,0%``."""
    return f"{value:.1f}%".replace(".", ",")


def _short(value: int) -> str:
    """Write a large number in words of pt-BR, three digits.

    Examples
    --------
    >>> _short(60_965_224), _short(1_582_671_872)
    ('61,0 milhões', '1,58 bilhão')
    """
    if value >= 1e9:
        return f"{value / 1e9:.2f} {'bilhão' if value < 2e9 else 'bilhões'}".replace(".", ",")
    return f"{value / 1e6:.1f} milhões".replace(".", ",")
