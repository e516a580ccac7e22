"""Talking to the terminal and to child processes, on any system and in any encoding."""

import os
import signal
import subprocess
import sys
import threading

from lessonlib.tooling.paths import STATE


class CourseError(Exception):
    """Something the student can mend: its text is one clear sentence in pt-BR."""


def make_streams_safe():
    """Never crash on an accent, whatever encoding the terminal has (cp1252, ASCII ...)."""
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream, "reconfigure"):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:  # a pipe or a file: the same UTF-8 that the children write
            stream.reconfigure(encoding="utf-8", errors="replace")


def child_environment(**extra):
    """Return the environment for a child Python: UTF-8 everywhere, plus the given variables."""
    return {**os.environ, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **extra}


def kernel_environment(**extra):
    """Return the environment for kernels whose outputs are stored or compared.

    One thread each: two kernels share the processor, and sums split over a varying number of threads
    differ in the last digits. And nobody's personal IPython start-up files, matplotlibrc or progress.
    """
    return child_environment(
        OMP_NUM_THREADS="1",
        IPYTHONDIR=str(STATE / "ipython"),
        MPLCONFIGDIR=str(STATE / "matplotlib"),
        LESSONLIB_PROGRESS="off",
        **extra,
    )


def warm_up(env):
    """Build matplotlib's font cache now, or its warning would land among the outputs of a lesson."""
    STATE.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=env, capture_output=True)


def say(text=""):
    """Print a line at once, so that it keeps its place among the lines of the children."""
    print(text, flush=True)


def run(command, *, cwd=None, env=None, heard=None):
    """Run a command to its end and return its exit code.

    Ctrl-C reaches the child from the terminal by itself; here we wait until the child has ended,
    so that nothing goes on writing behind the student's back. A polite kill (SIGTERM) of this
    process is passed on.

    Parameters
    ----------
    command : sequence of str or Path
    cwd, env : optional
        As in `subprocess.Popen`; the environment is `child_environment` unless given.
    heard : list of str, optional
        Gets every line of the child's standard error, which is shown as well.

    Raises
    ------
    KeyboardInterrupt
        If the child failed after Ctrl-C or a kill.
    """
    interrupted = False
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=env or child_environment(),
        stderr=None if heard is None else subprocess.PIPE,
    )
    listener = None
    if heard is not None:
        listener = threading.Thread(target=_listen, args=(process.stderr, heard), daemon=True)
        listener.start()

    def pass_on(signum, frame):
        nonlocal interrupted
        interrupted = True
        process.terminate()

    previous = signal.signal(signal.SIGTERM, pass_on)
    try:
        while True:
            try:
                code = process.wait()
                break
            except KeyboardInterrupt:
                interrupted = True
    finally:
        signal.signal(signal.SIGTERM, previous)
    if listener:
        listener.join(timeout=5)
    if interrupted and code != 0:
        raise KeyboardInterrupt
    return code


def _listen(pipe, heard):
    for raw in pipe:
        line = raw.decode("utf-8", errors="replace")
        heard.append(line)
        sys.stderr.write(line)
        sys.stderr.flush()
