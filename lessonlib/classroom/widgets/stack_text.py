"""A network written as text, one layer a line: its sizes, its costs, and why it does not fit."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from lessonlib.classroom.style import number
from lessonlib.reference.receptive_field import receptive_field

#: Longest text, in layers, and most filters or units in a layer.
MAX_LAYERS, MAX_FILTERS = 24, 8192
#: What a line may say: kind, kernel, stride, zeros, filters and groups.
LINE = re.compile(
    r"(?P<kind>conv|max|media|média)\s+(?P<kernel>\d+)(?:[x×](?P=kernel))?(?:\s*/\s*(?P<stride>\d+))?"
    r"(?:\s*\+\s*(?P<padding>\d+))?(?:\s+(?P<filters>\d+))?(?:\s+g(?P<groups>\d+))?|fc\s+(?P<units>\d+)",
    re.IGNORECASE,
)


class Layer(NamedTuple):
    """One layer of the student's network.

    Attributes
    ----------
    text : str
        As written.
    formula : str
        The output side, with the numbers in place; for a dense layer the product of its sizes.
    shape : tuple of int
        (C, H, W) or (K,).
    params, macs : int
    field : int or None
        Side of the receptive field in pixels; None after a dense layer.
    left_over : int
        Rows (and columns) at the end of the input, zeros included, that no window reaches.
    """

    text: str
    formula: str
    shape: tuple[int, ...]
    params: int
    macs: int
    field: int | None
    left_over: int


def parse(text: str) -> list[tuple[str, dict]]:
    """Read the lines of a network.

    Returns
    -------
    list of (line, settings)
        ``settings`` has the keys kind, kernel, stride, padding, filters, groups, units; None where not given.

    Raises
    ------
    ValueError
        In Portuguese, with the number of the line that could not be read.
    """
    layers = []
    for where, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(
                f"Linha {where}: não entendi “{line}”. Exemplos: conv 3/1+1 64 · max 2/2 · fc 10."
            )
        settings = {
            key: int(value) if value and value.isdigit() else value
            for key, value in match.groupdict().items()
        }
        kind = (settings["kind"] or "fc").lower().replace("é", "e")
        if kind == "conv" and not settings["filters"]:
            raise ValueError(f"Linha {where}: diga quantos filtros, ao menos 1. Exemplo: conv 3+1 64.")
        if kind in ("max", "media") and (settings["filters"] or settings["groups"]):
            raise ValueError(f"Linha {where}: o pooling não tem filtros: a saída tem os canais da entrada.")
        layers.append((line, settings | {"kind": kind}))
    if not layers:
        raise ValueError("Escreva ao menos uma camada. Exemplo: conv 3+1 64.")
    if len(layers) > MAX_LAYERS:
        raise ValueError(f"São {len(layers)} camadas; o desenho aceita até {MAX_LAYERS}.")
    return layers


def build(text: str, side: int, channels: int = 3) -> list[Layer]:
    """Return the layers of the network that ``text`` describes, for an input of ``side``×``side``.

    Parameters
    ----------
    text : str
        One layer a line: ``conv K[/S][+P] FILTERS [gG]``, ``max K[/S][+P]``, ``media K[/S][+P]``,
        ``fc UNITS``. Default stride: 1 for a convolution, K for a pooling.
    side, channels : int
        Of the input.

    Raises
    ------
    ValueError
        In Portuguese: what a line lacks, or why its layer does not fit.

    Examples
    --------
    >>> [layer.shape for layer in build("conv 11/4 96\\nmax 3/2", 227)]
    [(96, 55, 55), (96, 27, 27)]
    """
    shape: tuple[int, ...] = (channels, side, side)
    layers, windows = [], []
    for where, (line, given) in enumerate(parse(text), 1):
        start = f"Camada {where} ({line})"
        if given["kind"] == "fc":
            inputs, units = math.prod(shape), _bounded(start, given["units"])
            shape = (units,)
            layers.append(
                Layer(
                    line,
                    f"{number(inputs)} → {number(units)}",
                    shape,
                    (inputs + 1) * units,
                    inputs * units,
                    None,
                    0,
                )
            )
            continue
        if len(shape) == 1:
            raise ValueError(f"{start}: depois de uma camada densa não há mais mapa onde deslizar.")
        kernel, padding = given["kernel"], given["padding"] or 0
        stride = given["stride"] if given["stride"] is not None else 1 if given["kind"] == "conv" else kernel
        _check_window(start, kernel, stride, padding, shape[1])
        room = shape[1] + 2 * padding - kernel
        output, left_over = room // stride + 1, room % stride
        formula = f"⌊({shape[1]} + 2·{padding} − {kernel}) / {stride}⌋ + 1 = {output}"
        windows.append((kernel, stride))
        params = macs = 0
        maps = shape[0]
        if given["kind"] == "conv":
            maps, groups = (
                _bounded(start, given["filters"]),
                given["groups"] if given["groups"] is not None else 1,
            )
            if not groups or shape[0] % groups or maps % groups:
                raise ValueError(
                    f"{start}: {groups} grupos não dividem {shape[0]} canais e {maps} filtros em "
                    "partes iguais."
                )
            weights = kernel * kernel * (shape[0] // groups)
            params, macs = maps * (weights + 1), maps * weights * output * output
        shape = (maps, output, output)
        layers.append(Layer(line, formula, shape, params, macs, receptive_field(windows)[-1].size, left_over))
    return layers


def _bounded(start: str, count: int) -> int:
    if not 1 <= count <= MAX_FILTERS:
        raise ValueError(f"{start}: use de 1 a {MAX_FILTERS} filtros ou unidades.")
    return count


def _check_window(start: str, kernel: int, stride: int, padding: int, side: int) -> None:
    if kernel < 1 or stride < 1:
        raise ValueError(f"{start}: o lado do filtro e o passo são ao menos 1.")
    if padding >= kernel:
        raise ValueError(f"{start}: com {padding} zeros de cada lado, um filtro de {kernel} veria só zeros.")
    if kernel > side + 2 * padding:
        raise ValueError(
            f"{start}: não cabe. O filtro tem lado {kernel} e o mapa, com os zeros, tem "
            f"{side} + 2·{padding} = {side + 2 * padding}."
        )
