"""The table that `inspection.summary` returns: numbers to compute with, and a table to look at."""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple


class Row(NamedTuple):
    """One layer.

    Parameters
    ----------
    name, kind : str
        Name in the model, such as ``c1``; type, such as ``Conv2d 5×5/1`` (kernel / stride).
    output_shape : tuple of int
        Of one image: (C, H, W) or (K,).
    params : int
        Weights and biases; those shared with an earlier row are 0 here.
    macs, connections : int
        Multiply–adds for one image; the same and the biases, the count of the LeNet paper.
    receptive_field : int, (int, int) or None
        Side of the input region that one output sees, as if the image went on beyond its edges; height and
        width if they differ; None where it is unknown.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    params: int
    macs: int
    connections: int
    receptive_field: int | tuple[int, int] | None


@dataclass(frozen=True)
class LayerTable:
    """Layers of a model and their totals; ``table["c1"]`` is the row of that name.

    Attributes
    ----------
    model : str
        Type of the model.
    input_size : tuple of int
        Shape of the image that was sent through.
    rows : list of Row
    params, macs, connections : int
        Totals of the rows.
    all_params, trainable_params : int
        Of the whole model, also of parts that evaluation does not use (GoogLeNet's auxiliary classifiers).
    """

    model: str
    input_size: tuple[int, ...]
    rows: list[Row]
    lists_connections: bool
    all_params: int
    trainable_params: int

    @property
    def params(self) -> int:
        return sum(row.params for row in self.rows)

    @property
    def macs(self) -> int:
        return sum(row.macs for row in self.rows)

    @property
    def connections(self) -> int:
        return sum(row.connections for row in self.rows)

    def __getitem__(self, name: str) -> Row:
        """Return the first row called ``name``, or raise KeyError."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)

    @property
    def _lists_fields(self):
        return any(row.receptive_field is not None for row in self.rows)  # no layer of a generator has one

    def _headings(self):
        headings = ["camada", "tipo", "saída (C×H×W)", "parâmetros", "MACs"]
        return [*headings, *["conexões"] * self.lists_connections, *["campo receptivo"] * self._lists_fields]

    def _cells(self, row):
        field = row.receptive_field
        sides = () if field is None else field if isinstance(field, tuple) else (field, field)
        connections = [_number(row.connections)] * self.lists_connections
        return [row.name, row.kind, "×".join(map(str, row.output_shape)), _number(row.params),
                _number(row.macs), *connections, *["×".join(map(str, sides))] * self._lists_fields]

    def _totals(self):
        connections, fields = [_number(self.connections)] * self.lists_connections, [""] * self._lists_fields
        return ["total", "", "", _number(self.params), _number(self.macs), *connections, *fields]

    def _caption(self):
        text = f"{self.model}, entrada {'×'.join(map(str, self.input_size))}"
        if self.all_params != self.params:
            text += f"; fora desta passagem há mais {_number(self.all_params - self.params)} parâmetros"
        return text

    def __str__(self) -> str:
        lines = [self._headings(), *map(self._cells, self.rows), self._totals()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

        def typeset(cells):
            left = [cell.ljust(width) for cell, width in zip(cells[:3], widths, strict=False)]
            right = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
            return "  ".join(left + right).rstrip()

        rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
        head, *body, total = map(typeset, lines)
        return "\n".join([self._caption(), rule, head, rule, *body, rule, total])

    __repr__ = __str__  # what a notebook keeps as the table's plain text

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in self._headings())
        body = "".join(f"<tr>{_html_cells(self._cells(row))}</tr>" for row in self.rows)
        foot = _html_cells(self._totals())
        return (f"<table><caption>{escape(self._caption())}</caption><thead><tr>{head}</tr></thead>"
                f"<tbody>{body}</tbody><tfoot><tr>{foot}</tr></tfoot></table>")


def _html_cells(cells):
    name, *rest = cells
    return f'<th scope="row">{escape(name)}</th>' + "".join(f"<td>{escape(text)}</td>" for text in rest)


def _number(value):
    """Write a whole number as in Portuguese: 61.706."""
    return f"{value:,}".replace(",", ".")
