"""Comparing a student's answer with the right one, and writing both so that a student can read them."""

from __future__ import annotations

import numpy as np


def unchanged(given, original) -> bool:
    """Tell whether nested arguments are still what they were: types, shapes and values; NaN equals NaN."""
    if isinstance(original, (tuple, list)):
        return (
            type(given) is type(original)
            and len(given) == len(original)
            and all(map(unchanged, given, original))
        )
    if isinstance(original, np.ndarray):
        return (
            isinstance(given, np.ndarray)
            and (given.dtype, given.shape) == (original.dtype, original.shape)
            and np.array_equal(given, original, equal_nan=original.dtype.kind in "fc")
        )
    if type(given) is not type(original):
        return False
    return given is original or given == original or (given != given and original != original)


def difference(answer, expected, rtol: float, atol: float) -> str | None:
    """Say in pt-BR what tells ``answer`` from ``expected``; ``None`` when they agree.

    ``expected`` is a number, a text, an array, or a tuple or list of these, ragged ones too; a tuple or
    list of plain numbers may be answered by an array. NaN equals NaN. Never raises for what ``answer`` is.
    """
    try:
        return _difference(answer, expected, rtol, atol)
    except Exception:  # ragged lists, texts, tensors that ask for .detach(), objects with surprises inside
        return f"Esperava números, e a resposta é do tipo {type(answer).__name__}."


def _difference(answer, expected, rtol: float, atol: float) -> str | None:
    if isinstance(expected, str):
        right = isinstance(answer, str) and str(answer) == expected
        return None if right else "O texto devolvido não é o esperado."
    if isinstance(expected, (tuple, list)) and not _are_numbers(expected):
        if not isinstance(answer, (tuple, list)) or len(answer) != len(expected):
            return f"Devolva {len(expected)} valores, separados por vírgula."
        for position, (one, other) in enumerate(zip(answer, expected, strict=True), start=1):
            problem = difference(one, other, rtol, atol)
            if problem:
                return f"Valor {position}: {problem}"
        return None
    return _difference_of_numbers(answer, np.asarray(expected), rtol, atol)


def _are_numbers(parts) -> bool:
    """Tell a tuple of numbers, or a list of equal rows of them, from one of arrays, texts or ragged rows."""
    if isinstance(parts, tuple) and any(isinstance(part, (np.ndarray, tuple, list)) for part in parts):
        return False
    try:
        return np.asarray(parts).dtype.kind in "biufc"
    except ValueError:
        return False


def _difference_of_numbers(answer, expected: np.ndarray, rtol: float, atol: float) -> str | None:
    given = np.asarray(answer)
    objects = given.dtype.kind == "O"
    if given.dtype.kind not in "biufcO" or (objects and any(isinstance(part, str) for part in given.flat)):
        raise TypeError("not numbers")  # NumPy would read the text "3" as the number 3
    if given.shape != expected.shape:
        given.flat[:1].astype(complex)  # raises for objects that are no numbers: that comes before the shape
        return (
            f"O formato não bate: esperado {shape_text(expected.shape)}, recebido {shape_text(given.shape)}."
        )
    with np.errstate(all="ignore"):
        close = np.isclose(
            given.astype(complex), expected.astype(complex), rtol=rtol, atol=atol, equal_nan=True
        )
    if close.all():
        return None
    if close.ndim == 0:
        return "O valor não é o esperado."
    where = tuple(int(i) for i in np.argwhere(~close)[0])
    place = where[0] if len(where) == 1 else where
    return (
        f"{int((~close).sum())} de {close.size} valores diferem; o primeiro está no índice {place}: "
        f"esperado {describe(expected[where])}, recebido {describe(given[where])}."
    )


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape as ``3×4``; a scalar is “um número”."""
    return "um número" if not shape else "×".join(map(str, shape)) + (" elementos" if len(shape) == 1 else "")


def describe(value, limit: int = 400) -> str:
    """Write a value so that a student can read and paste it; never raises, whatever the value is."""
    try:
        text = _describe(value)
    except Exception:  # a __repr__ that fails, or a list that holds itself
        text = f"um valor do tipo {type(value).__name__}"
    return text if len(text) <= limit else text[:limit] + " …"


def _describe(value) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=4, threshold=64, separator=", ", suppress_small=True)
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    if isinstance(value, np.generic):
        return str(value.item())
    if isinstance(value, tuple) and any(isinstance(v, (np.ndarray, np.generic)) for v in value):
        return "(" + ", ".join(describe(v) for v in value) + ")"
    return repr(value)
