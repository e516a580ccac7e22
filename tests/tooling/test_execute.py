"""A notebook's kernel ends with its run, whether the run ends well or not."""

import asyncio

import nbformat
import psutil
import pytest

from lessonlib.tooling.execute import CellFailed, execute

SAY_WHO = "import os\nprint(os.getpid())"


@pytest.mark.parametrize("last", ["pass", "1 / 0"])
def test_the_kernel_does_not_outlive_the_run(tmp_path, last):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in (SAY_WHO, last)])
    if last == "pass":
        asyncio.run(execute(notebook, tmp_path))
    else:
        with pytest.raises(CellFailed, match="a célula 2 falhou com ZeroDivisionError"):
            asyncio.run(execute(notebook, tmp_path))
    assert not psutil.pid_exists(int(notebook.cells[0].outputs[0].text))
