"""Running the cells of a notebook in a kernel of this very environment."""

import os

import ipykernel.kernelspec
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_TIMEOUT = 300  # seconds; the tests give nbval the same


class CellFailed(Exception):
    """A cell that raised, hung or did not raise as its tag promises. The text names it, in pt-BR."""


class _CurrentPython(KernelSpecManager):
    """Knows one kernel: this interpreter, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name):
        return self.kernel_spec_class(
            resource_dir=ipykernel.kernelspec.RESOURCES, **ipykernel.kernelspec.get_kernel_dict()
        )


def client_for(notebook, folder, *, timeout=CELL_TIMEOUT, **options):
    """Return a client that runs a notebook's cells in a kernel of this very environment.

    Parameters
    ----------
    notebook, folder, timeout
        As in `execute`.
    **options
        More options of `nbclient.NotebookClient`.
    """
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_spec_manager=_CurrentPython()),
        timeout=timeout,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # the kernel warns that it uses plain TCP
        resources={"metadata": {"path": str(folder)}},
        **options,
    )
    client.owns_km = True  # or nbclient would leave the kernel of a manager that it was given running
    return client


async def execute(notebook, folder, *, timeout=CELL_TIMEOUT, on_cell=None, env=os.environ):
    """Execute a notebook in place.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    folder : Path
        The kernel's working folder.
    timeout : float
        Limit for each cell, in seconds.
    on_cell : callable, optional
        Called without arguments after each code cell.
    env : mapping, optional
        Environment variables of the kernel; by default those of this process.

    Raises
    ------
    CellFailed
        If a cell raises without the tag ``raises-exception``, has the tag and does not raise, takes
        longer than the limit, or ends the kernel.
    """
    position = {"index": 0}

    def start(cell, cell_index):
        position["index"] = cell_index

    def complete(cell, cell_index):
        if on_cell:
            on_cell()

    client = client_for(notebook, folder, timeout=timeout, on_cell_start=start, on_cell_complete=complete)
    try:
        await client.async_execute(env=env)
    except CellTimeoutError as error:
        raise _failure(notebook, position, f"passou do limite de {timeout} s") from error
    except DeadKernelError as error:
        raise _failure(notebook, position, "derrubou o kernel (falta de memória?)") from error
    except CellExecutionError as error:
        reason = f"falhou com {error.ename}: {error.evalue}\n{error.traceback}"
        raise _failure(notebook, position, reason) from error
    for index, cell in enumerate(notebook.cells):
        if "raises-exception" in cell.metadata.get("tags", ()):
            if not any(output.output_type == "error" for output in cell.outputs):
                raise _failure(notebook, {"index": index}, "tem a etiqueta raises-exception e não falhou")


def _failure(notebook, position, reason):
    index = position["index"]
    source = "\n".join("    " + line for line in notebook.cells[index].source.splitlines())
    return CellFailed(f"a célula {index + 1} {reason}\n\n{source}")
