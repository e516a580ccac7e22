"""Which statements of a notebook an exercise's function needs, found without running any."""

from __future__ import annotations

import ast
import json
import re
import symtable
from dataclasses import dataclass, field
from pathlib import Path

_DYNAMIC = re.compile(r"\b(?:exec|eval|globals|run_cell_magic|run_line_magic)\s*\(")


# Magics that run ordinary Python: without them the statements can be seen.
_TIMING = re.compile(r"^(\s*)(?:%%(?:time|capture)\b.*$|%time\b *)", re.MULTILINE)


class Unreadable(Exception):
    """Says in pt-BR why a file is no notebook that can be graded."""


@dataclass
class Statement:
    """A top-level statement and the global names that it reads, binds and changes in place."""

    node: ast.stmt
    reads: set = field(default_factory=set)
    binds: set = field(default_factory=set)
    changes: set = field(default_factory=set)
    star: bool = False


@dataclass
class Cell:
    """A code cell: its number as a person counts (all cells, from 1), its Python, or why it has none."""

    number: int
    source: str
    statements: list[Statement] = field(default_factory=list)
    error: SyntaxError | None = None

    @property
    def filename(self) -> str:
        """What a traceback calls it."""
        return f"<célula {self.number}>"


def read_notebook(path: Path) -> list[Cell]:
    """Return the code cells of a notebook.

    Raises
    ------
    Unreadable
        If the file is no notebook.
    """
    try:
        notebook = json.loads(Path(path).read_bytes().decode("utf-8-sig"))
        found = notebook["cells"]
        sources = [
            (number, cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]))
            for number, cell in enumerate(found, start=1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, RecursionError) as error:
        raise Unreadable("o arquivo não é um notebook legível (JSON corrompido ou incompleto)") from error
    except (KeyError, TypeError, IndexError) as error:
        raise Unreadable("o arquivo é JSON, mas não é um notebook do Jupyter (formato 4)") from error
    return [_parse(number, source) for number, source in sources]


def _parse(number: int, source: str) -> Cell:
    cell = Cell(number, source)
    try:
        tree = _tree(source)
        cell.statements = [_analyse(node) for node in tree.body]
    except SyntaxError as error:
        cell.error = error
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes; nested beyond the parser
        cell.error = SyntaxError(str(error) or type(error).__name__)
    return cell


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # only cells with %magics pay for it

        return ast.parse(TransformerManager().transform_cell(_TIMING.sub(r"\1", source)))


def _analyse(node: ast.stmt) -> Statement:
    statement = Statement(node)
    _add_names(symtable.symtable(ast.unparse(node), "cell", "exec"), statement, top=True)
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom) and any(alias.name == "*" for alias in part.names):
            statement.star = True
        target = None
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, (ast.Store, ast.Del)):
            target = part
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            target = part.value.func if isinstance(part.value.func, ast.Attribute) else None
        while isinstance(target, (ast.Attribute, ast.Subscript)):
            target = target.value
        if isinstance(target, ast.Name):
            statement.changes.add(target.id)
    return statement


def _add_names(table, statement, top):
    for symbol in table.get_symbols():
        is_global = top or symbol.is_global()
        if is_global and symbol.is_referenced():
            statement.reads.add(symbol.get_name())
        if is_global and (symbol.is_assigned() or symbol.is_imported()):
            statement.binds.add(symbol.get_name())
    for child in table.get_children():
        _add_names(child, statement, top=False)


def check_cell(cells: list[Cell], identifier: str) -> tuple[int | None, str | None]:
    """Find the last cell that checks an exercise.

    Returns
    -------
    position : int or None
        Its index in ``cells``; ``None`` when nothing checks it.
    name : str or None
        The function that the cell hands to ``check``, when that is a plain name.
    """
    text = re.compile(rf"\bcheck\s*\(\s*['\"]{re.escape(identifier)}['\"]")
    for position in range(len(cells) - 1, -1, -1):
        cell = cells[position]
        if not text.search(cell.source):
            continue
        for statement in cell.statements:
            for part in ast.walk(statement.node):
                if isinstance(part, ast.Call) and _checks(part, identifier):
                    given = part.args[1] if len(part.args) > 1 else None
                    return position, given.id if isinstance(given, ast.Name) else None
        if cell.error:
            return position, None
    return None, None


def _checks(call: ast.Call, identifier: str) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", None))
    first = call.args[0] if call.args else None
    return name == "check" and isinstance(first, ast.Constant) and first.value == identifier


def needed(cells: list[Cell], names: set[str]) -> list[tuple[Cell, list[Statement]]]:
    """Return, cell by cell, the statements that bind these names, or any name that those read, in order.

    Statements that change a needed object in place (``x[0] = 1``, ``x.append(2)``) come along, modules'
    methods apart: ``plt.show()`` changes nothing that a function returns.

    Examples
    --------
    >>> sources = ["import numpy as np; k = 3; slow = train()", "def f(x): return np.sum(x) * k"]
    >>> cells = [_parse(number, source) for number, source in enumerate(sources, start=1)]
    >>> [ast.unparse(s.node) for _, found in needed(cells, {"f"}) for s in found]
    ['import numpy as np', 'k = 3', 'def f(x):\\n    return np.sum(x) * k']
    """
    imported = {
        name
        for cell in cells
        for statement in cell.statements
        if isinstance(statement.node, (ast.Import, ast.ImportFrom))
        for name in statement.binds
    }
    wanted, chosen, grew = set(names), set(), True
    while grew:
        grew = False
        for cell in cells:
            for statement in cell.statements:
                touched = statement.binds | (statement.changes - imported)
                if id(statement) not in chosen and (statement.star or touched & wanted):
                    chosen.add(id(statement))
                    wanted |= statement.reads
                    grew = True
    kept = ((cell, [s for s in cell.statements if id(s) in chosen]) for cell in cells)
    return [(cell, statements) for cell, statements in kept if statements]


def could_come_from_elsewhere(cells: list[Cell], name: str) -> bool:
    """Tell whether a name that was not found may be bound by a cell that was left out."""
    return any(
        _DYNAMIC.search(cell.source)
        or cell.source.lstrip().startswith("%%")
        or any(name in s.binds or s.star for s in cell.statements)
        for cell in cells
    )
