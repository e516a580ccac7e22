"""Values as JSON, for a line between two processes that do not trust each other."""

from __future__ import annotations

import base64
import re

import numpy as np

MAX_BYTES = 64 * 2**20
MAX_ITEMS = 200_000
MAX_DEPTH = 20


class Foreign:
    """Stands for an answer that is no number, text, array, tuple or list; its class bears the same name."""

    def __init__(self, text: str = ""):
        self._text = text

    def __repr__(self) -> str:
        return self._text


def encode(value):
    """Return ``value`` as something that ``json.dumps`` takes.

    Parameters
    ----------
    value : object
        None, bool, int, float, complex, str, numeric arrays and scalars, tuples and lists go over whole;
        whatever NumPy reads as a numeric array (a tensor, a data frame) goes as that array; the rest goes
        as the name of its type and its ``repr``.

    Raises
    ------
    ValueError
        If it holds more than 64 MiB, or lists are nested more than 20 deep (as in one that holds itself).

    Examples
    --------
    >>> encode((1, [2.5, "a"]))
    {'t': [1, {'l': [2.5, 'a']}]}
    >>> decode(encode((1, np.arange(3))))
    (1, array([0, 1, 2]))
    """
    return _encode(value, 0, [MAX_ITEMS, MAX_BYTES])


def _encode(value, depth, budget):
    budget[0] -= 1
    budget[1] -= len(value) if type(value) is str else 0
    if min(budget) < 0 or depth > MAX_DEPTH:
        raise ValueError("a resposta é grande demais")
    kind = type(value)
    if value is None or kind in (bool, float, str):
        return value
    if kind is int:
        return value if abs(value) < 2**63 else {"i": hex(value)}
    if kind is complex:
        return {"c": [value.real, value.imag]}
    if isinstance(value, (tuple, list)):
        return {
            "t" if isinstance(value, tuple) else "l": [_encode(part, depth + 1, budget) for part in value]
        }
    return _encode_array(value, budget)


def _encode_array(value, budget):
    try:
        array = np.asarray(value)
        if array.dtype.kind in "biufc" and array.dtype.isnative:
            budget[1] -= array.nbytes
            if budget[1] < 0:
                raise ValueError("a resposta é grande demais")
            data = base64.b64encode(array.tobytes()).decode("ascii")
            return {"n" if isinstance(value, np.generic) else "a": [array.dtype.str, list(array.shape), data]}
    except (TypeError, RuntimeError, AttributeError):
        pass  # no array can be made of it
    return {"o": [type(value).__name__[:60], repr(value)[:200]]}


def decode(message):
    """Return the value that :func:`encode` wrote; whatever is malformed is a ValueError."""
    if not isinstance(message, dict):
        if message is None or isinstance(message, (bool, int, float, str)):
            return message
        raise ValueError("malformed value")
    if len(message) != 1:
        raise ValueError("malformed value")
    (tag, content), *_ = message.items()
    try:
        return _DECODERS[tag](content)
    except (KeyError, TypeError, IndexError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(f"malformed value: {error!r}") from error


def _decode_array(content):
    dtype, shape, data = np.dtype(content[0]), content[1], base64.b64decode(content[2])
    if dtype.kind not in "biufc" or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("malformed array")
    return np.frombuffer(data, dtype).reshape(shape).copy()  # a copy can be written to


def _decode_foreign(content):
    name = re.sub(r"\W", "", str(content[0])) or "objeto"
    return type(name, (Foreign,), {})(str(content[1]))


_DECODERS = {
    "a": _decode_array,
    "n": lambda content: _decode_array(content)[()],
    "i": lambda content: int(content, 16),
    "c": lambda content: complex(*content),
    "t": lambda content: tuple(map(decode, content)),
    "l": lambda content: [decode(part) for part in content],
    "o": _decode_foreign,
}
