"""The commands of course.py: pick the environment, make it ready, run the command in it."""

import importlib
import os
import sys
from pathlib import Path
from typing import NamedTuple

from lessonlib.tooling.console import CourseError, child_environment, make_streams_safe, run, say
from lessonlib.tooling.paths import ROOT, UnknownLesson

RERUN = "LESSONLIB_COURSE_RERUN"  # set in the child, so that a strange environment cannot start a loop


class Command(NamedTuple):
    """A command: what help says, the module whose ``main(arguments)`` runs it, the extras it needs."""

    usage: str
    summary: str
    module: str
    extras: tuple[str, ...] | None  # None: runs in whatever environment there is, and installs nothing


COMMANDS = {
    "lab": Command(
        "lab [NN] [--no-browser] [--port N]",
        "abre o JupyterLab na aula NN (sem NN, na aula 00)",
        "lessonlib.tooling.lab",
        (),
    ),
    "slides": Command(
        "slides [NN] [--run-all] [--no-browser]",
        "apresenta a aula NN em slides com células vivas e notas",
        "lessonlib.tooling.slides",
        (),
    ),
    "check": Command(
        "check",
        "confere o Python, os pacotes, os dados, o disco e a GPU",
        "lessonlib.tooling.check",
        None,
    ),
    "test": Command(
        "test [opções do pytest]",
        "roda todos os testes; com opções, só o pytest com elas",
        "lessonlib.tooling.stages",
        ("test", "site"),
    ),
    "build": Command(
        "build [NN …]",
        "refaz os notebooks a partir de notebooks/source",
        "lessonlib.tooling.build",
        (),
    ),
    "grade": Command(
        "grade PASTA [opções]",
        "corrige os notebooks de uma turma com entradas secretas",
        "lessonlib.tooling.grade",
        (),
    ),
    "site": Command(
        "site",
        "faz a edição para ler e imprimir: HTML que abre sem internet",
        "lessonlib.tooling.site",
        ("site",),
    ),
    "bench": Command(
        "bench [nome …]",
        "mede a velocidade do curso ao lado de outras bibliotecas",
        "lessonlib.tooling.bench",
        ("test",),
    ),
}


def help_text():
    """Return what ``course.py --help`` prints."""
    width = max(len(command.usage) for command in COMMANDS.values())
    lines = ["Uso: python course.py COMANDO", ""]
    lines += [f"  {command.usage:<{width}}  {command.summary}" for command in COMMANDS.values()]
    lines += ["", "Na primeira vez, os pacotes são instalados no ambiente Python ativo ou em .venv."]
    return "\n".join(lines)


def main(arguments):
    """Run course.py with these arguments; return its exit code."""
    make_streams_safe()
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(help_text())
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"Não conheço o comando “{name}”.\n\n{help_text()}", file=sys.stderr)
        return 2
    try:
        return _run(COMMANDS[name], arguments, rest)
    except (CourseError, UnknownLesson) as error:
        print(f"Erro: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrompido. Nada ficou pela metade: rode o mesmo comando de novo.", file=sys.stderr)
        return 130


def _run(command, arguments, rest):
    from lessonlib.tooling.environment import find_python

    installs = command.extras is not None
    python = find_python(create=installs)
    if os.fspath(python) != sys.executable and RERUN not in os.environ:
        return _rerun(python, arguments)
    if installs:  # only now: the system's Python may have no pip, which this needs
        from lessonlib.tooling.install import set_up

        set_up(command.extras)
    return importlib.import_module(command.module).main(rest)


def _rerun(python, arguments):
    try:
        return run([python, Path(ROOT, "course.py"), *arguments], env=child_environment(**{RERUN: "1"}))
    except KeyboardInterrupt:
        return 130  # the child has said so already
