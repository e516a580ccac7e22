"""What one student costs a shared server: memory, start and processor time, one kernel a lesson.

    python benchmarks/class_load.py            measure, write class_load.json and the table of docs/turma.md
    python benchmarks/class_load.py 03 08      only these lessons, and only print

Memory is the largest proportional set size (PSS) seen: pages that several students share count once, as they
do on a server where all use one environment. Where the system does not tell it (outside Linux), the resident
set size stands in, which counts shared pages for everybody.
"""

import json
import math
import os
import platform
import sys
import threading
import time
from pathlib import Path

import psutil
from tqdm import tqdm

from lessonlib.tooling.browsing import running_lab
from lessonlib.tooling.execute import client_for
from lessonlib.tooling.lab import lab_environment
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, SOURCES, find_lesson, list_lessons
from lessonlib.tooling.sources import convert

RESULT = Path(__file__).with_suffix(".json")
PAGE = ROOT / "docs" / "turma.md"
BEGIN, END = "<!-- class_load -->", "<!-- /class_load -->"
SAMPLE_S = 0.1


def memory_mb(pid: int) -> float:
    """Return the memory of a process and its children, in MB."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            try:
                full = process.memory_full_info()
            except psutil.Error:
                continue
            total += getattr(full, "pss", 0) or full.rss
    except psutil.NoSuchProcess:
        pass
    return total / 1e6


class Peak(threading.Thread):
    """Watches the memory of a process until stopped; ``mb`` is the largest seen."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid, self.mb, self._stopped = pid, 0.0, threading.Event()

    def run(self):
        while not self._stopped.wait(SAMPLE_S):
            self.mb = max(self.mb, memory_mb(self.pid))

    def stop(self) -> float:
        """Stop watching and return the peak."""
        self._stopped.set()
        self.join()
        return self.mb


def measure(source: Path) -> dict:
    """Run one lesson in a kernel of its own, as a student's "Run all" does.

    Returns
    -------
    dict
        ``lesson``; ``start_s``, from asking for a kernel until the imports are done; ``run_s``, all the
        cells; ``cpu_s``, processor time of the kernel; ``imports_mb`` and ``peak_mb``, memory.
    """
    notebook = convert(source)
    client = client_for(notebook, NOTEBOOKS)
    begin, start_s, imports_mb, before = time.perf_counter(), None, 0.0, {psutil.Process().pid}
    before |= {child.pid for child in psutil.Process().children(recursive=True)}
    with client.setup_kernel(env=lab_environment()):
        (kernel,) = [c for c in psutil.Process().children() if c.pid not in before][:1]
        peak = Peak(kernel.pid)
        peak.start()
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if start_s is None and cell.cell_type == "code":  # the import cell comes first
                start_s, imports_mb = time.perf_counter() - begin, memory_mb(kernel.pid)
        run_s, times = time.perf_counter() - begin, kernel.cpu_times()
        peak_mb = peak.stop()
    return {"lesson": source.stem, "start_s": round(start_s, 1), "run_s": round(run_s),
            "cpu_s": round(times.user + times.system), "imports_mb": round(imports_mb),
            "peak_mb": round(peak_mb)}


def measure_server() -> float:
    """Return the memory in MB of one student's JupyterLab server, before any kernel."""
    with running_lab() as server:
        time.sleep(2)
        return memory_mb(server.pid)


def table(result: dict) -> str:
    """Return the measurements as the table of docs/turma.md."""
    lines = ["| aula | kernel pronto e importações (s) | “Executar tudo” (s) | processador (s) "
             "| memória após importar (MB) | pico de memória (MB) |", "|---|---|---|---|---|---|"]
    for run in result["runs"]:
        start = f"{run['start_s']:.1f}".replace(".", ",")
        lines.append(f"| {run['lesson']} | {start} | {run['run_s']} | {run['cpu_s']} "
                     f"| {run['imports_mb']} | {run['peak_mb']} |")
    machine, server = result["machine"], result["server_mb"]
    heavy = max(result["runs"], key=lambda run: run["peak_mb"])
    each = server + heavy["peak_mb"]
    lines += ["", f"Servidor do JupyterLab de um estudante, sem kernel: {result['server_mb']} MB. Medido com "
              f"`{result['command']}` em {machine['cores']} núcleos ({machine['system']}, "
              f"Python {machine['python']}).", "",
              f"A aula que mais pede memória é {heavy['lesson']}: {each} MB por estudante com o servidor "
              f"dele. Para 30 estudantes ao mesmo tempo, {gigabytes(30 * each)} GB; para 300, "
              f"{gigabytes(300 * each)} GB, mais o sistema."]
    return "\n".join(lines)


def gigabytes(megabytes: float) -> str:
    """Write whole gigabytes, rounded up."""
    return str(math.ceil(megabytes / 1000))


def page_with(result: dict, text: str) -> str:
    """Return the page with its table renewed."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(result)}\n{END}{after}"


def main(wanted: list[str]) -> int:
    sources = [find_lesson(SOURCES, name, ".md") for name in wanted] or list_lessons(SOURCES, ".md")
    runs = [measure(source) for source in tqdm(sources, desc="lessons", unit="lesson", disable=None)]
    result = {
        "command": "python benchmarks/class_load.py",
        "machine": {"cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}",
                    "python": platform.python_version()},
        "server_mb": round(measure_server()),
        "runs": runs,
    }
    print(table(result))
    if not wanted:
        RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page_with(result, PAGE.read_text("utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
