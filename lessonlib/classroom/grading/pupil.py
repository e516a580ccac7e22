"""The process that runs a student's notebook: in a cage, without the answers, one exercise after the other.

Started as ``python -m lessonlib.classroom.grading.pupil SETTINGS`` with the settings as JSON; a line of JSON
in, a line of JSON out. It never judges: it runs the cells that an exercise needs, calls the student's
function with the arguments that arrive, and sends back what the function returned.
"""

from __future__ import annotations

import ast
import builtins
import io
import json
import linecache
import os
import sys
import types
import warnings
from pathlib import Path

from lessonlib.classroom.grading import cage, cells


class Session:
    """A notebook being graded.

    Parameters
    ----------
    path : Path
        The notebook.
    whole : bool
        Run all cells up to each exercise's check, in place of the statements that its function needs.
    attempts : list of str
        Where the cage notes what was forbidden.
    """

    def __init__(self, path: Path, whole: bool, attempts: list[str]):
        self.cells, self.whole, self.attempts = cells.read_notebook(path), whole, attempts
        self.shell = self.function = None
        self.done = 0  # cells run so far, when the whole notebook runs
        for cell in self.cells:  # tracebacks and inspect.getsource read the lines here
            lines = cell.source.splitlines(keepends=True)
            linecache.cache[cell.filename] = (len(cell.source), None, lines, cell.filename)
        self.namespace = self._fresh()

    def order(self, identifiers: list[str]) -> list[str]:
        """Sort exercises as the notebook checks them; those that it does not check come last."""
        places = {i: cells.check_cell(self.cells, i)[0] for i in identifiers}
        return sorted(identifiers, key=lambda i: len(self.cells) if places[i] is None else places[i])

    def prepare(self, identifier: str, name: str) -> dict:
        """Run what the exercise's function needs, up to the cell that checks it, and find the function.

        Returns
        -------
        dict
            ``ready`` (the function is there); or ``missing`` (nobody defined it) or ``error`` (a sentence),
            with ``retry``: whether running the whole notebook could help.
        """
        position, handed = cells.check_cell(self.cells, identifier)
        upto = self.cells if position is None else self.cells[: position + 1]
        if position is not None and upto[-1].error is not None:
            error = upto[-1].error
            return {"error": f"a célula do exercício tem erro de sintaxe: {error.msg} (linha {error.lineno})"}
        trouble = self._run_all(upto) if self.whole else self._run_needed(upto, {name, handed or name})
        for candidate in (handed, name):
            self.function = self.namespace.get(candidate) if candidate else None
            if self.function is not None:
                return {"ready": True}
        elsewhere = not self.whole and cells.could_come_from_elsewhere(self.cells, name)
        return {**({"error": trouble} if trouble else {"missing": True}), "retry": bool(trouble) or elsewhere}

    def _fresh(self):
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        main.__dict__.update(get_ipython=self._get_shell, display=lambda *objects, **options: None)
        return main.__dict__

    def _get_shell(self):
        """Return an IPython for cells that need one (``%magics``, ``!commands``, ``await``)."""
        from IPython.core.interactiveshell import InteractiveShell

        if self.shell is None:
            self.shell = InteractiveShell(user_module=sys.modules["__main__"], user_ns=self.namespace)
            self.shell.history_manager.enabled = False
            self.shell.display_pub.publish = lambda *data, **options: None  # figures are not graded
        return self.shell

    def _run_needed(self, upto, names):
        self.namespace, self.shell = self._fresh(), None
        trouble = None
        for cell, statements in cells.needed(upto, names):
            module = ast.Module([s.node for s in statements], type_ignores=[])
            try:
                exec(compile(module, cell.filename, "exec"), self.namespace)
            except BaseException as error:  # as in Jupyter: the rest of this cell is lost, the next ones run
                trouble = trouble or f"a célula {cell.number} parou com {_text(error)}"
        return trouble

    def _run_all(self, upto):
        shell, trouble = self._get_shell(), None
        for cell in upto[self.done :]:
            result = shell.run_cell(cell.source, store_history=False, silent=True)
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                trouble = trouble or f"a célula {cell.number} parou com {_text(error)}"
        self.done = max(self.done, len(upto))
        return trouble

    def call(self, arguments: list) -> dict:
        """Call the function with these arguments; return its outcome, whatever it does."""
        from lessonlib.classroom.grading.wire import decode, encode

        given = [decode(argument) for argument in arguments]
        try:
            if not callable(self.function):
                raise TypeError("o nome do exercício não é mais uma função")
            answer = self.function(*given)
        except NotImplementedError:
            return {"returned": False}
        except BaseException as error:  # sys.exit and KeyboardInterrupt too: nobody is at the keyboard here
            return {"error": _text(error), "retry": self._may_retry(error)}
        try:
            message = encode(answer)
            # Encoded again, so that a changed input shows. Code that hid this would gain nothing by it.
            changed = [encode(argument) for argument in given] != arguments
        except BaseException as error:
            return {"unreadable": str(error) if type(error) is ValueError else _text(error)}
        return {"answer": message, "changed": changed}

    def _may_retry(self, error) -> bool:
        name = getattr(error, "name", None) if isinstance(error, NameError) else None
        if self.whole or not isinstance(name, str) or hasattr(builtins, name):
            return False
        return cells.could_come_from_elsewhere(self.cells, name)


def _text(error: BaseException) -> str:
    """Write an exception with the line of the student's cell where it happened."""
    try:
        text = f"{type(error).__name__}: {error}"[:500]
    except BaseException:
        text = type(error).__name__
    trace, place = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith("<célula"):
            place = f" (linha {trace.tb_lineno} da {name.strip('<>')})"
        elif name.startswith("<ipython"):
            place = f" (linha {trace.tb_lineno} da célula)"
        trace = trace.tb_next
    return text + place


class _Inert:
    """What ``exercises.check(…)`` returns here: it can be shown, and says nothing."""

    def __repr__(self) -> str:
        return "corrigido depois, fora do notebook"


def _put_exercises_out_of_reach() -> None:
    """Replace ``lessonlib.classroom.exercises`` by a module whose functions do nothing."""
    import lessonlib.classroom as classroom

    module = types.ModuleType("lessonlib.classroom.exercises")
    for name in ("check", "hint", "solution"):
        setattr(module, name, lambda *arguments, **options: _Inert())
    sys.modules[module.__name__] = classroom.exercises = module


def _own_channel():
    """Take the pipes for ourselves; the student's code gets an empty input and prints to stderr."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.dup2(2, 1)
    sys.stdin = io.StringIO()
    sys.stdout = sys.stderr
    return requests, replies


def main() -> None:
    """Serve one notebook until the other side hangs up."""
    settings = json.loads(sys.argv[1])
    requests, replies = _own_channel()
    del sys.argv[1:]
    dumps, loads = json.dumps, json.loads

    def reply(message):
        print(dumps(message), file=replies, flush=True)

    isolation, attempts = cage.close(
        Path(settings["folder"]),
        [Path(place) for place in settings["hidden"]],
        settings["memory"],
        settings["seconds"],
        settings["isolate"],
    )
    import numpy  # noqa: F401  before the clock of the first exercise starts

    _put_exercises_out_of_reach()
    warnings.simplefilter("ignore")
    try:
        session = Session(Path(settings["notebook"]), settings["whole"], attempts)
    except cells.Unreadable as error:
        reply({"trouble": str(error)})
        return
    reply({"isolation": isolation, "order": session.order(settings["exercises"])})
    for line in requests:
        request = loads(line)
        operation, turn = request.pop("op"), request.pop("turn")
        answer = session.prepare(**request) if operation == "prepare" else session.call(**request)
        reply({**answer, "attempts": attempts[:5], "turn": turn})
        attempts.clear()
    os._exit(0)  # threads that the student's code left behind do not keep the process


if __name__ == "__main__":
    main()
