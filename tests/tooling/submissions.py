"""Submissions for the grading tests, made of the real lessons: good ones, and ones that misbehave."""

import json
import re

from lessonlib.classroom import exercises
from lessonlib.tooling.paths import NOTEBOOKS, find_lesson


def solved(lesson, replaced=None, extra=()):
    """Return a lesson's notebook with every exercise solved.

    Parameters
    ----------
    lesson : str
    replaced : dict, optional
        Exercise → source for its stub's cell, in place of the solution and the check.
    extra : sequence of str
        Code cells to put before all others.
    """
    notebook = json.loads(find_lesson(NOTEBOOKS, lesson, ".ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        found = re.search(r'exercises\.check\("(\d+\.\d+)"', source)
        cell["outputs"] = []
        if cell["cell_type"] != "code" or not found or "..." not in source:
            continue
        check = source[source.index("exercises.check") :]
        solution = exercises.find(found[1]).solution.strip() + "\n\n" + check
        cell["source"] = (replaced or {}).get(found[1], solution)
    cells = [code_cell(source) for source in extra] + notebook["cells"]
    return {**notebook, "cells": cells}


def code_cell(source):
    """Return a code cell."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def write(notebook, path):
    """Save a notebook, or any text in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    path.write_text(text, encoding="utf-8")


CHECK = '\n\nexercises.check("0.1", count_pixels)'


def _body(lines):
    return "def count_pixels(image):\n" + "\n".join("    " + line for line in lines.splitlines()) + CHECK


RIGHT = "return image.shape[0] * image.shape[1]"

# What stands in the place of exercise 0.1 in a notebook whose other two exercises are right.
# Most would give the right answer in the lesson's own check: the misbehaviour is what costs the point.
BAD_CELLS = {
    "hangs": _body("while True:\n    pass"),
    "sleeps": _body("import time\ntime.sleep(10_000)"),
    "eats_memory": _body("import numpy as np\nkept = []\nwhile True:\n    kept.append(np.ones(2**25))"),
    "writes_outside": _body(f"open(r'EVIL', 'w').write('x')\n{RIGHT}"),
    "writes_outside_and_hides_it": _body(
        f"import os\ntry:\n    os.mkdir(r'EVIL')\nexcept Exception:\n    pass\n{RIGHT}"
    ),
    "edits_the_check": 'def count_pixels(image):\n    ...\n\nexercises.check("0.1", '
    'exercises.find("0.1").reference)',
    "redefines_exercises": "class exercises:\n    check = staticmethod(lambda *a: 'Certo!')\n"
    + _body("return 1"),
    "exits_at_once": _body("import os\nos._exit(0)"),
    "leaves_politely": _body("import sys\nsys.exit(0)"),
    "forks": _body("import os\nwhile True:\n    os.fork()"),
    "starts_a_program": _body(f"import subprocess, sys\nsubprocess.run([sys.executable, '-V'])\n{RIGHT}"),
    "spawns": _body(
        "import multiprocessing\nmultiprocessing.get_context('spawn').Process(target=print).start()\n" + RIGHT
    ),
    "prints_gigabytes": _body("while True:\n    print('x' * 2**20)"),
    "fills_the_disk": _body(
        "number = 0\nwhile True:\n    number += 1\n"
        "    with open(f'{number}.bin', 'wb') as file:\n        file.write(bytes(2**24))"
    ),
    "makes_a_million_files": _body(
        "number = 0\nwhile True:\n    number += 1\n    open(f'{number}', 'w').close()"
    ),
    "leaves_a_locked_folder": _body(
        "import os\nos.makedirs('a/b', exist_ok=True)\nopen('a/b/c', 'w').close()\n"
        "os.chmod('a/b', 0)\nos.chmod('a', 0)\nreturn 1"
    ),
    "patches_numpy": "import numpy as np\nnp.isclose = np.array_equal = lambda *a, **k: np.True_\n"
    "np.asarray = lambda x, *a, **k: np.zeros(())\n" + _body("return 1"),
    "patches_the_grader": "import sys\nfor module in list(sys.modules.values()):\n"
    "    for name in ('grade', 'difference', 'same', 'judge', 'verdict', '_judge'):\n"
    "        if hasattr(module, name):\n            setattr(module, name, lambda *a, **k: None)\n"
    + _body("return 1"),
    "asks_for_the_reference": "from lessonlib.classroom import exercises\n"
    + _body('return exercises.find("0.1").reference(image)'),
    "imports_the_reference": _body(
        "import importlib, sys\nsys.modules.pop('lessonlib.classroom.exercises')\n"
        "lesson = importlib.import_module('lessonlib.classroom.exercises.lesson00')\n"
        "return lesson.EXERCISES[0].reference(image)"
    ),
    "reads_the_solution": _body(
        "import lessonlib.classroom, pathlib\n"
        "folder = pathlib.Path(lessonlib.classroom.__file__).parent / 'exercises'\n"
        "space = {}\nexec((folder / 'lesson00.py').read_text(encoding='utf-8'), space)\n"
        "return space['EXERCISES'][0].reference(image)"
    ),
    "equals_everything": "class Yes(int):\n    def __eq__(self, other):\n        return True\n"
    "    __hash__ = int.__hash__\n" + _body("return Yes(1)"),
    "uses_the_network": _body(f"import socket\nsocket.create_connection(('127.0.0.1', 9), 1)\n{RIGHT}"),
    "kills_the_grader": _body("import os\nos.kill(os.getppid(), 9)"),
    "speaks_out_of_turn": _body(
        "import os\nfor number in range(3, 30):\n    try:\n"
        '        os.write(number, b\'{"result": null, "ready": true}\\n[1]\\n\')\n'
        "    except OSError:\n        pass\nreturn 1"
    ),
    "answers_without_end": _body("answer = []\nanswer.append(answer)\nreturn answer"),
    "answers_too_much": _body("import numpy as np\nreturn np.broadcast_to(np.uint8(0), (2**20, 2**20))"),
    "raises_something_odd": "class Odd(BaseException):\n    def __str__(self):\n        raise self\n"
    + _body("raise Odd"),
    "changes_the_input": _body(f"image[:] = 0\n{RIGHT}"),
    "calls_the_system": _body("import ctypes\nctypes.CDLL(None).getpid()\n" + RIGHT),
}
# Whole files that are no notebook.
BAD_FILES = {
    "cut_short": '{"cells": [{"cell_type": "code", "source": ["def f',
    "not_json": "\x00\x01PK",
    "other_json": '{"a": 1}',
    "bottomless": "[" * 100_000,
    "empty": "",
}
