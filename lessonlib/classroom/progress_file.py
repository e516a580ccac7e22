"""What a student has done so far: exercises passed and first answers to the quizzes, in a file of their own.

The file stays on this computer: nothing is sent. It is in the user's data folder (`platformdirs`), with a
name of its own for each copy of the course, so that two students who share an account and have a copy each
do not mix. The variable ``LESSONLIB_PROGRESS`` names another file, or is ``off``: then nothing is read or
written, as when the course is built, graded or tested, so that what a lesson shows never depends on it.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

VARIABLE = "LESSONLIB_PROGRESS"
COURSE = Path(__file__).resolve().parents[2]
LOCK_SECONDS = 5.0  # how long to wait for another kernel that is writing
# A disk that is full or read-only, a user without a home, a path that is none: never the student's fault.
TROUBLE = (OSError, RuntimeError, ValueError, ImportError)

_said: set[str] = set()  # a kernel complains of the same thing once


def location() -> Path | None:
    """Return the file of this student and of this copy of the course; ``None`` when nothing is remembered.

    Examples
    --------
    >>> location() is None  # pytest is running this
    True
    """
    chosen = os.environ.get(VARIABLE, "")
    if chosen.strip().casefold() in ("off", "0", "não", "nao"):
        return None
    if chosen:
        return Path(chosen).expanduser()
    if "PYTEST_VERSION" in os.environ:  # a test, or a kernel that nbval started
        return None
    import platformdirs  # only here: it is not needed to open a lesson

    copy = hashlib.sha256(os.fsencode(COURSE)).hexdigest()[:8]
    return Path(platformdirs.user_data_dir("lessonlib", appauthor=False)) / f"progress-{copy}.json"


def load() -> dict:
    """Return what is remembered.

    Returns
    -------
    dict
        ``"exercises"``: identifier → day it was first passed, ISO.
        ``"quizzes"``: lesson → {number of the question, from "1": whether the first answer was right}.
        A file that cannot be understood is put aside, with one sentence that says so.
    """
    try:
        path = location()
        if path and path.exists():
            with _locked(path):
                return _read(path)
    except TROUBLE as error:
        _say_once(f"O seu progresso não pôde ser lido ({_reason(error)}).")
    return _nothing()


def record_exercise(identifier: str) -> None:
    """Remember that an exercise was passed. Never raises: a check must not fail because of this."""
    today = datetime.date.today().isoformat()
    _change(lambda known: known["exercises"].setdefault(identifier, today))


def record_answer(lesson: str, question: int, right: bool) -> None:
    """Remember the first answer ever given to a question (from 1) of a quiz. Never raises."""
    _change(lambda known: known["quizzes"].setdefault(lesson, {}).setdefault(str(question), bool(right)))


def reset() -> None:
    """Forget everything: the file is put aside under another name, and the next success starts a new one."""
    try:
        path = location()
        if path and path.exists():
            with _locked(path):
                aside = _put_aside(path, "antes")
            print(f"Recomeçado. O que havia ficou guardado em {aside.name}, na mesma pasta.")
        else:
            print("Não havia nada guardado.")
    except TROUBLE as error:
        print(f"Não foi possível recomeçar ({_reason(error)}).")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _nothing() -> dict:
    return {"exercises": {}, "quizzes": {}}


def _change(change: Callable[[dict], object]) -> None:
    """Read the file again, change it and write it, while no other kernel does the same."""
    try:
        path = location()
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            known = _read(path)
            before = json.dumps(known)
            change(known)
            if json.dumps(known) != before or not path.exists():
                _write(path, known)
    except TROUBLE as error:
        _say_once(f"O seu progresso não pôde ser guardado ({_reason(error)}).")


def _read(path: Path) -> dict:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _nothing()
    except UnicodeDecodeError:
        text = ""
    known = _understand(text)
    if known is None:
        aside = _put_aside(path, "estragado")
        _say_once(f"O arquivo do seu progresso estava estragado: ficou em {aside.name}, e começa um novo.")
        return _nothing()
    return known


def _understand(text: str) -> dict | None:
    """Return the content of a file, or ``None`` if it is not one that this module wrote."""
    try:
        data = json.loads(text)
        exercises, quizzes = data["exercises"], data["quizzes"]
        days = all(isinstance(day, str) for day in exercises.values())
        answers = all(isinstance(right, bool) for quiz in quizzes.values() for right in quiz.values())
        return {"exercises": exercises, "quizzes": quizzes} if days and answers else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _write(path: Path, known: dict) -> None:
    """Write in one step: the old file stays whole until the new one is."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}.tmp")
    text = json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        temporary.write_text(text, encoding="utf-8")
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _replace(source: Path, target: Path, tries: int = 20) -> None:
    """Rename over a file; Windows refuses for the moment in which someone else (an antivirus) has it open."""
    for attempt in range(tries):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == tries - 1:
                raise
            time.sleep(0.05)


def _put_aside(path: Path, why: str) -> Path:
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S-%f")
    return path.replace(path.with_name(f"{path.stem}-{why}-{stamp}{path.suffix}"))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file; the system frees it if the kernel dies. Without locks, go on without one."""
    with open(path.with_name(f".{path.name}.lock"), "a+b") as file:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _try_lock(file) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield  # closing the file gives the lock back


if os.name == "nt":
    import msvcrt

    def _try_lock(file) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def _try_lock(file) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in (errno.EAGAIN, errno.EACCES)  # a disk that knows no locks: go on
        return True


def _say_once(sentence: str) -> None:
    if sentence not in _said:
        _said.add(sentence)
        print(sentence)
