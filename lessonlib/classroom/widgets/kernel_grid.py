"""A square of number boxes that holds a mask, with a menu of ready-made ones: one control for any widget."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
import numpy as np
import traitlets

from lessonlib.classroom.widgets.base import LABEL, WIDE

#: Name of the menu entry that appears when the boxes no longer hold a ready-made mask.
CUSTOM = "sua máscara"

#: Whole numbers and a divisor: a student can read 1/9 and type it, and sums stay exact.
PRESETS_3X3: dict[str, tuple[tuple[tuple[int, ...], ...], int]] = {
    "identidade": (((0, 0, 0), (0, 1, 0), (0, 0, 0)), 1),
    "desloca uma coluna": (((0, 0, 0), (0, 0, 1), (0, 0, 0)), 1),
    "média (caixa)": (((1, 1, 1), (1, 1, 1), (1, 1, 1)), 9),
    "gaussiana": (((1, 2, 1), (2, 4, 2), (1, 2, 1)), 16),
    "realce": (((0, -1, 0), (-1, 5, -1), (0, -1, 0)), 1),
    "laplaciano": (((0, 1, 0), (1, -4, 1), (0, 1, 0)), 1),
    "Sobel Gx": (((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), 1),
    "Sobel Gy": (((-1, -2, -1), (0, 0, 0), (1, 2, 1)), 1),
    "relevo": (((-2, -1, 0), (-1, 1, 1), (0, 1, 2)), 1),
}


class KernelGrid(ipywidgets.VBox):
    """Editable mask: a menu, a grid of boxes and a divisor that together behave as one control.

    Parameters
    ----------
    presets : mapping of str to (rows, divisor)
        Ready-made masks, all square and of one size.
    value : str
        Name of the first one shown.

    Attributes
    ----------
    value : tuple
        ``(rows, divisor)``: a tuple of tuples of float, and a float. Setting it fills the boxes; typing in
        a box changes it.
    kernel : ndarray, shape (K, K)
        Rows divided by the divisor.
    """

    value = traitlets.Tuple()

    def __init__(self, presets: Mapping = PRESETS_3X3, value: str = "média (caixa)"):
        self._presets = {name: _normal(preset) for name, preset in presets.items()}
        side = len(self._presets[value][0])
        box = ipywidgets.Layout(width="76px")
        self.menu = ipywidgets.Dropdown(
            options=[*self._presets, CUSTOM], value=value, description="máscara", style=LABEL, layout=WIDE
        )
        # A label without width: nothing to see, but a screen reader says which box has the focus.
        self.boxes = [
            ipywidgets.FloatText(
                description=f"máscara, linha {i + 1}, coluna {j + 1}",
                style={"description_width": "0px"},
                layout=box,
                step=1,
            )
            for i, j in np.ndindex(side, side)
        ]
        self.divisor = ipywidgets.FloatText(
            description="dividida por",
            step=1,
            layout=ipywidgets.Layout(width="190px"),
            tooltip="todos os números da máscara são divididos por este",
        )
        self._busy = False
        grid = ipywidgets.GridBox(
            self.boxes, layout=ipywidgets.Layout(grid_template_columns=f"repeat({side}, 80px)")
        )
        indent = ipywidgets.Layout(margin=f"0 0 0 {LABEL['description_width']}", flex_flow="row wrap")
        super().__init__([self.menu, ipywidgets.HBox([grid, self.divisor], layout=indent)])
        for control in (*self.boxes, self.divisor):
            control.observe(self._from_boxes, names="value")
        self.menu.observe(self._from_menu, names="value")
        self.observe(self._to_boxes, names="value")
        self.value = self._presets[value]

    @property
    def kernel(self) -> np.ndarray:
        """The mask itself, rows over divisor."""
        return kernel_of(self.value)

    def _from_menu(self, change) -> None:
        if not self._busy and change["new"] != CUSTOM:
            self.value = self._presets[change["new"]]

    def _from_boxes(self, change) -> None:
        if not self._busy:
            side = len(self.value[0])
            numbers = [float(box.value) for box in self.boxes]
            rows = tuple(tuple(numbers[i * side : (i + 1) * side]) for i in range(side))
            self.value = (rows, float(self.divisor.value))

    def _to_boxes(self, change) -> None:
        rows, divisor = _normal(change["new"])
        if len(rows) ** 2 != len(self.boxes):
            raise ValueError(
                f"value must hold {len(self.boxes)} numbers in square rows; got {change['new']!r}"
            )
        # Nine boxes change, one value changes: without the flag the picture would be painted nine times.
        self._busy = True
        try:
            for box, entry in zip(self.boxes, (entry for row in rows for entry in row), strict=True):
                box.value = entry
            self.divisor.value = divisor
            self.menu.value = next(
                (name for name, preset in self._presets.items() if preset == (rows, divisor)), CUSTOM
            )
        finally:
            self._busy = False


def _normal(value) -> tuple[tuple[tuple[float, ...], ...], float]:
    rows, divisor = value
    return tuple(tuple(float(entry) for entry in row) for row in rows), float(divisor)


def kernel_of(value: tuple) -> np.ndarray:
    """Return the mask that a :class:`KernelGrid` value stands for.

    Parameters
    ----------
    value : tuple
        ``(rows, divisor)``.

    Raises
    ------
    ValueError
        In pt-BR, for the student who typed it: divisor zero or a box without a number.

    Examples
    --------
    >>> kernel_of((((1, 1), (1, 1)), 4))
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    rows, divisor = value
    kernel = np.array(rows, float)
    if divisor == 0:
        raise ValueError("O divisor é 0. Escreva outro número na caixa “dividida por”.")
    if not (np.isfinite(kernel).all() and np.isfinite(divisor)):
        raise ValueError("Há uma caixa sem número. Preencha as caixas da máscara.")
    return kernel / divisor
