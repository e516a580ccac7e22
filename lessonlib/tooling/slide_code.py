"""A code cell in pieces: what computes is shown as code, what draws is shown as its figure.

`figure = f(x)` and `plots.image(figure)` of one cell become two cells that run one after the other, so that
the code has a slide and the figure another, and both stay live.
"""

import ast
import base64
import re
import struct
from itertools import pairwise
from typing import NamedTuple

import nbformat

from lessonlib.tooling.slide_prose import CODE_CHARACTERS, CODE_LINE, WIDTH

_DRAWS = ("plots", "widgets", "course_map")  # names of the modules whose calls show something
_GATHER = {"datasets", "models", "pretrained", "torch", "inspection", "dict", "list", "range", "zip"}
_IMAGE = re.compile(r"<img[^>]*>")
_ROW, _CELL = re.compile(r"<tr.*?</tr>", re.DOTALL), re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>")
_LETTERS = re.compile(r'data-text="([\d.]+)"')
_READ = 13.3  # pixels of the smallest letters on a slide
_CONTROLS = 370, 100  # what the controls of a widget take beside its picture, or above it
_TITLE = 40  # what its title takes
_LAYERS = 16  # rows of a table of layers, from which on slides.js leaves some out
_SIZE_AND_WEIGHTS = "saída (C×H×W)", "parâmetros"  # its columns
_REMARK = 2  # printed lines after a figure that stay with it


class Piece(NamedTuple):
    """Part of a code cell: its lines, the stored outputs that they wrote, and how a slide shows it."""

    kind: str  # "setup", "code", "figure" or "widget"
    source: str
    outputs: list


def pieces(source, outputs):
    """Split a code cell.

    Parameters
    ----------
    source : str
    outputs : list
        The stored outputs, in the order in which the cell wrote them.

    Returns
    -------
    list of Piece
        In the order of the code; together they are the whole cell.
    """
    statements = ast.parse(source).body
    if statements and all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in statements):
        return [Piece("setup", source, outputs)]
    kinds = [_kind(statement) for statement in statements]
    if outputs and is_rich(outputs[-1]) and "code" == (kinds or [""])[-1]:
        if isinstance(statements[-1], ast.Expr):
            kinds[-1] = "figure"  # a last line whose value is a table or a picture
    if not any(map(is_rich, outputs)):
        kinds = ["code"] * len(kinds)  # what could be drawn was not, for want of weights
    runs = _runs(statements, kinds)
    cut = source.splitlines()
    starts = [0, *(_start(cut, statement) for _, statement in runs[1:]), len(cut)]
    texts = ["\n".join(cut[first:last]).strip("\n") for first, last in zip(starts, starts[1:], strict=False)]
    shares = _share([kind for kind, _ in runs], list(outputs))
    found = [Piece(kind, text, out) for (kind, _), text, out in zip(runs, texts, shares, strict=True)]
    if found[-1].kind == "code" and not (len(found) > 1 and is_check(found[-1].source)):
        found[-1:] = _without_its_check(found[-1])
    kinds = [piece.kind for piece in found]
    if len(kinds) > 1 and kinds[-2] != "code" == kinds[-1] and _is_short(found[-1].outputs):
        drawn, rest = found[-2:]
        found[-2:] = [Piece(drawn.kind, f"{drawn.source}\n{rest.source}", drawn.outputs + rest.outputs)]
    return found


def _without_its_check(piece):
    """Cut from the end of some code what checks it, with the verdict that it printed."""
    body = ast.parse(piece.source).body
    size = next((n for n, part in enumerate(reversed(body)) if not _checks(part)), 0)
    if not size:
        return [piece]
    lines = piece.source.splitlines()
    start = _start(lines, body[-size])
    verdicts = [part.value.args for part in body[-size:] if _is_verdict(part)]
    verdict = "".join(f"{words.value}\n" for arguments in verdicts for words in arguments)
    shown = [dict(output) for output in piece.outputs]
    if verdict:
        if not shown or not shown[-1].get("text", "").endswith(verdict):
            return [piece]
        shown[-1]["text"] = shown[-1]["text"].removesuffix(verdict)
    said = [nbformat.v4.new_output("stream", text=verdict)] if verdict else []
    shown = [nbformat.from_dict(output) for output in shown if output.get("text", True)]
    before, after = ("\n".join(part).strip("\n") for part in (lines[:start], lines[start:]))
    return [Piece("code", before, shown), Piece("code", after, said)]


def _is_short(outputs):
    """Tell whether what code printed after its figure fits under it; then it has no slide of its own."""
    return len(_printed(outputs).splitlines()) <= _REMARK


def _kind(statement):
    if isinstance(statement, ast.For | ast.With):
        inner = {_kind(part) for part in statement.body}
        return inner.pop() if len(inner) == 1 else "figure" if inner & {"figure", "widget"} else "code"
    if isinstance(statement, ast.If):
        return "figure" if any(_kind(part) == "figure" for part in statement.body) else "code"
    root = _root(statement.value) if isinstance(statement, ast.Expr) else ""
    if root.startswith(_DRAWS):
        return "widget" if root == "widgets" else "figure"
    return "code"


def _root(node):
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _runs(statements, kinds):
    """Return (kind, first statement) of each stretch of neighbours of one kind."""
    runs = []
    for statement, kind in zip(statements, kinds, strict=True):
        if not runs or runs[-1][0] != kind:
            runs.append((kind, statement))
    return runs or [("code", None)]


def _start(lines, statement):
    """Return the line where a statement begins, with the comments above it."""
    first = statement.lineno - 1
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first


def is_check(source):
    """Tell whether code only checks what was shown before it: asserts, and the verdict in words."""
    body = ast.parse(source).body
    return any(isinstance(part, ast.Assert) for part in body) and all(
        isinstance(part, ast.Assign) or _checks(part) for part in body
    )


def only_gathers(source):
    """Tell whether code only loads data and networks or puts them together: no class needs to read it."""
    tree = ast.parse(source)
    calls = {_root(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and not _walks(node)}
    return calls <= _GATHER and not any(isinstance(part, ast.FunctionDef | ast.Assert) for part in tree.body)


def _walks(call):
    """Tell whether a call only goes through a dict: ``names.items()``."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("items", "keys", "values")


def tells_the_answer(source):
    """Tell whether code holds what it will find: an assert, or a verdict that it prints."""
    return any(map(_checks, ast.parse(source).body))


def _checks(statement):
    return isinstance(statement, ast.Assert) or _is_verdict(statement)


def _is_verdict(statement):
    """Tell whether a statement prints a sentence that was written before the code ran."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or _root(call.func) != "print":
        return False
    return all(isinstance(part, ast.Constant) and len(str(part.value).split()) > 3 for part in call.args)


def is_rich(output):
    """Tell whether an output is a figure, a table or a widget, and not text."""
    return bool({"text/html", "image/png", "image/svg+xml"} & set(output.get("data", {})))


def _share(kinds, outputs):
    """Give each piece its outputs: rich ones to the figures, text to the code around them."""
    shares = [[] for _ in kinds]
    position = 0
    for output in outputs:
        draws = kinds[position] in ("figure", "widget")
        if draws != is_rich(output) and (draws is False or shares[position]):
            wanted = ("figure", "widget") if is_rich(output) else ("code",)
            later = [n for n in range(position + 1, len(kinds)) if kinds[n] in wanted]
            position = later[0] if later else position
        shares[position].append(output)
    return shares


def figure_height(outputs):
    """Return how tall the figures and tables of some outputs are at their natural size, in CSS pixels."""
    total = 0
    for output in outputs:
        text = _html(output)
        total += sum(high for _, high in map(image_size, _IMAGE.findall(text))) + 30 * _rows(text)
    return total + text_height([output for output in outputs if not is_rich(output)])


def _rows(html):
    """Count the rows of the tables in some HTML, but those that slides.js leaves out of a table of layers."""
    rows = [_CELL.findall(row) for row in _ROW.findall(html)]
    if len(rows) <= _LAYERS or not set(_SIZE_AND_WEIGHTS) <= set(rows[0]):
        return len(rows)
    size, weights = map(rows[0].index, _SIZE_AND_WEIGHTS)
    return len(rows) - sum(
        row[size] == before[size] and row[weights] == "0" for before, row in pairwise(rows)
    )


def least_height(outputs):
    """Return how tall some figures must be on a slide for their letters to be read; tables do not shrink."""
    sizes = map(float, _LETTERS.findall("".join(map(_html, outputs))))
    smallest = min(sizes, default=float("inf"))
    tables = any("<tr" in _html(output) for output in outputs)
    return figure_height(outputs) * (1 if tables else min(1, _READ / smallest))


def _html(output):
    return "".join(output.get("data", {}).get("text/html", ""))


def widget_height(outputs):
    """Return how tall a widget is on a slide, at most as wide as it: controls and caption beside the picture.

    A widget without a picture stands as in the notebook, controls above it.
    """
    text = "".join(map(_html, outputs))
    images = _IMAGE.findall(text)
    if len(images) != 1:
        return figure_height(outputs) + _CONTROLS[1]
    wide, high = image_size(images[0])
    return (high + _TITLE) * min(1, WIDTH / (wide + _CONTROLS[0]))


def image_size(tag):
    """Return width and height of an <img> in CSS pixels."""
    data = base64.b64decode(tag.partition("base64,")[2].partition('"')[0])
    if data.startswith(b"\x89PNG"):
        wide, high = struct.unpack(">II", data[16:24])
        width = re.search(r' width="(\d+)"', tag)
        scale = int(width[1]) / wide if width else 1
        return scale * wide, scale * high
    sizes = [re.search(rb'<svg[^>]* %s="([\d.]+)pt"' % side, data) for side in (b"width", b"height")]
    return tuple(float(size[1]) * 96 / 72 if size else 0 for size in sizes)


def code_height(source):
    """Return how tall some code is on a slide."""
    lines = sum(max(1, -(-len(line) // CODE_CHARACTERS)) for line in source.splitlines())
    return CODE_LINE * lines + 26


def text_height(outputs):
    """Return how tall the printed text of some outputs is on a slide."""
    text = _printed(outputs)
    return CODE_LINE * len(text.splitlines()) + 14 if text else 0


def _printed(outputs):
    return "".join(
        output.get("text", "") or "".join(output.get("data", {}).get("text/plain", "")) for output in outputs
    )
