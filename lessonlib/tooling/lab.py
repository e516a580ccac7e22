"""``course.py lab``: JupyterLab, in Portuguese, open on a lesson."""

import os
import sys

import zmq

from lessonlib.tooling.console import child_environment, run, say
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, find_lesson, list_lessons
from lessonlib.tooling.trust import sign

SETTINGS = ROOT / "lessonlib" / "tooling" / "lab_settings"
EXTENSIONS = ROOT / "lessonlib" / "tooling" / "lab_extensions"
SAVING = "lessonlib.tooling.outputs.keep_pictures"
CONNECTION = "lessonlib.tooling.kernel_connection.PromptConnection"
_OPTIONS_WITH_VALUE = ("--port", "--ip", "--notebook-dir")


def main(arguments):
    """Open JupyterLab; options that are not ours go to it as they are."""
    name, options = split_arguments(arguments)
    lesson = find_lesson(NOTEBOOKS, name, ".ipynb")
    sign(list_lessons(NOTEBOOKS, ".ipynb"))
    say("O JupyterLab vai abrir no navegador. Para encerrar, volte a este terminal e aperte Ctrl-C.")
    return run(lab_command(ROOT, lesson, options), cwd=ROOT, env=lab_environment())


def split_arguments(arguments):
    """Separate the lesson from JupyterLab's options.

    >>> split_arguments(["--port", "9000", "03", "--no-browser"])
    ('03', ['--port', '9000', '--no-browser'])
    >>> split_arguments([])
    ('00', [])
    """
    name, options, previous = "00", [], ""
    for argument in arguments:
        if argument.startswith("-") or previous in _OPTIONS_WITH_VALUE:
            options.append(argument)
        else:
            name = argument
        previous = argument
    return name, options


def lab_command(root, lesson=None, options=(), settings=SETTINGS):
    """Return the command that serves a folder in JupyterLab with the course's settings.

    Parameters
    ----------
    root : Path
        The folder that JupyterLab shows.
    lesson : Path, optional
        The notebook to open, inside root.
    options : sequence of str
        More options for JupyterLab.
    settings : Path
        Folder of the settings that take the place of JupyterLab's defaults.
    """
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    # Settings of our own folder come before JupyterLab's defaults and after the user's choices.
    command += [f"--LabApp.app_settings_dir={settings}", "--ServerApp.answer_yes=True"]
    command += [f"--LabApp.extra_labextensions_path={EXTENSIONS}"]
    command += ["--Application.log_level=WARN"]  # the address with its token is printed all the same
    # Each kernel would otherwise open with two warnings: that other users of this computer could listen
    # to it, and that a default of Jupyter Server's is cut to this value.
    if zmq.has("curve"):
        command += ["--KernelManager.transport_encryption=auto"]
    command += ["--ServerApp.tornado_settings={'ws_ping_timeout': 30000}"]
    # A slider's answer comes without the system's wait for small messages.
    command += ["--ServerApp.kernel_websocket_connection_class=" + CONNECTION]
    command += ["--ContentsManager.pre_save_hook=" + SAVING]
    if lesson is not None:
        command += [f"--LabApp.default_url=/lab/tree/{lesson.relative_to(root).as_posix()}"]
    return [*command, *options]


def lab_environment(**extra):
    """Return the environment for JupyterLab: its "python3" kernel is this very environment."""
    # Without this, a python3 kernel that another course left in the user's folder would win.
    settings = {"JUPYTER_PREFER_ENV_PATH": "1", **extra}
    if "OMP_NUM_THREADS" not in os.environ:
        # Half of the cores train; the browser needs the others. With all of them busy, torch's threads wait
        # for one another: LeNet took 290 s instead of 9 s on a crowded machine with two cores.
        settings.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) // 2)))
    return child_environment(**settings)
