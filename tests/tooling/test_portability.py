"""What would break on Windows or macOS and can be seen from here: POSIX-only calls, names, text encodings."""

import ast
import re

import pytest

from lessonlib.tooling.paths import ROOT

POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}
POSIX_CALLS = {
    "os": {"chown", "fork", "forkpty", "geteuid", "getgid", "getpgid", "getuid", "killpg", "mkfifo", "nice",
           "setpgid", "setsid", "setuid", "uname", "wait3", "wait4"},
    "signal": {"SIGALRM", "SIGHUP", "SIGKILL", "alarm", "pause", "setitimer"},
}  # fmt: skip
ASKS = re.compile(r"sys\.platform|os\.name|platform\.system|hasattr")
WINDOWS_NAMES = re.compile(r'(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[<>:"|?*\\]|[ .]$')
CODE = sorted([ROOT / "course.py", *(ROOT / "lessonlib").rglob("*.py")])
SHIPPED = ("lessonlib", "notebooks", "data", "docs", "tests", "benchmarks")


def guarded(tree):
    """Return the lines in a ``try``, in a branch that asks for the platform, or after it in its function."""
    lines = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            asked = [part.lineno for part in node.body if _asks(part)]
            lines.update(range(min(asked), node.end_lineno + 1) if asked else ())
        elif isinstance(node, ast.Try) or _asks(node):
            lines.update(range(node.lineno, node.end_lineno + 1))
    return lines


def _asks(node):
    return isinstance(node, ast.If) and ASKS.search(ast.unparse(node.test)) is not None


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_posix_only_call_without_asking_first(path):
    tree = ast.parse(path.read_text("utf-8"))
    inside = set() if path.name == "course.py" else guarded(tree)
    bad = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found = POSIX_MODULES & {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found = POSIX_MODULES & {node.module}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = {node.attr} & POSIX_CALLS.get(node.value.id, set())
        else:
            continue
        if found and node.lineno not in inside:
            bad.append((node.lineno, *found))
    assert bad == []


def test_names_are_ascii_fit_windows_and_do_not_differ_by_case_alone():
    files = [path.relative_to(ROOT).as_posix() for folder in SHIPPED for path in (ROOT / folder).rglob("*")]
    files = [name for name in files if "__pycache__" not in name and ".ipynb_checkpoints" not in name]
    assert len(files) > 100
    assert [name for name in files if not name.isascii()] == []
    parts = {part for name in files for part in name.split("/")}
    assert [part for part in parts if WINDOWS_NAMES.search(part)] == []
    assert len({name.lower() for name in files}) == len(files)
    assert max(map(len, files)) < 130  # Windows stops at 260 characters, the user's folder included
