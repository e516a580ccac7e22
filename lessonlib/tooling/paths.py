"""Where the parts of the course are, and which lesson a number names."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
SOURCES = NOTEBOOKS / "source"
STATE = ROOT / ".course"  # logs and temporary files of course.py; ignored by git


class UnknownLesson(Exception):
    """A lesson number or name that matches no file, or more than one."""


def find_lesson(folder, name, suffix):
    """Return the file of a lesson from its number or the start of its name.

    Parameters
    ----------
    folder : Path
        Folder that holds the lessons.
    name : str
        "3", "03", "03_correlacao" or "03_correlacao.ipynb".
    suffix : str
        ".ipynb" or ".md".

    Returns
    -------
    Path

    Raises
    ------
    UnknownLesson
        With a sentence in pt-BR that lists the lessons there are.
    """
    lessons = list_lessons(folder, suffix)
    stem = Path(name).name
    stem = stem.removesuffix(".ipynb").removesuffix(".md")
    if stem.isdigit():
        stem = stem.zfill(2) + "_"
    exact = [path for path in lessons if path.stem == stem]
    found = exact or [path for path in lessons if path.stem.startswith(stem)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(path.stem for path in lessons) or "nenhuma ainda"
    raise UnknownLesson(f"Não há uma aula “{name}”. As aulas são: {known}.")


def list_lessons(folder, suffix):
    """Return the lessons of a folder, sorted: files named NN_nome with this suffix."""
    return sorted(path for path in Path(folder).glob("[0-9][0-9]_*" + suffix) if path.is_file())
