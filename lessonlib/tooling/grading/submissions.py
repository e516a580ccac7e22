"""Which notebooks a folder holds, whose they are and of which lesson."""

import re
from dataclasses import dataclass
from pathlib import Path

_IN_TEXT = re.compile(rb"""\bcheck\s*\(\s*\\?["'](\d{1,2})\.\d""")
_MOODLE = re.compile(r"_\d+_assignsubmission_\w*?_?$")
_LOOK = 32 * 2**20  # bytes of a nameless notebook to search


@dataclass(frozen=True)
class Submission:
    """A notebook handed in.

    Attributes
    ----------
    path : Path
    student : str
    lesson : str or None
        Two digits; ``None`` when neither the name nor the text says which.
    label : str
        The path inside the folder, with ``/``.
    """

    path: Path
    student: str
    lesson: str | None
    label: str


def find_submissions(folder, lessons):
    """Return the submissions in a folder, sorted.

    Parameters
    ----------
    folder : Path
        Holds ``student/NN_name.ipynb`` (any depth: the first folder is the student), or ``*.ipynb`` whose
        name has the student's before or after the lesson's, as in ``Ana Souza - 03_correlacao.ipynb``. A file
        with only the lesson's name belongs to the student whose name the folder itself has.
    lessons : sequence of str
        Names of the course's lessons, ``03_correlacao``.

    Returns
    -------
    list of Submission
    """
    folder = Path(folder).resolve()
    found = []
    for path in sorted(folder.rglob("*.ipynb")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
        if hidden or not path.is_file() or not path.resolve().is_relative_to(folder):
            continue  # checkpoints, rubbish of a zip, links to files elsewhere
        lesson, rest = _split(path.stem, lessons)
        if len(parts) > 1:
            student = parts[0]
        else:
            student = rest or folder.name
        found.append(
            Submission(path, _tidy(student) or student, lesson or _lesson_in_text(path), "/".join(parts))
        )
    return found


def _split(stem, lessons):
    """Return the lesson's number that a file name holds, and the rest of the name."""
    stem = re.sub(r"-checkpoint$|-Copy\d+|\s*\(\d+\)$", "", stem)
    for name in lessons:
        before, found, after = stem.partition(name)
        if found:
            return name[:2], _tidy(before) or _tidy(after)
    known = {name[:2] for name in lessons}
    match = re.search(r"(?<![0-9A-Za-z])(\d\d)(?![0-9])", stem)
    if match and match[1] in known:
        # The number alone: what stands on its left is the student, what stands on its right a renamed title
        return match[1], _tidy(stem[: match.start()])
    return None, _tidy(stem)


def _tidy(name):
    return _MOODLE.sub("", name.strip()).strip(" _-").strip()


def _lesson_in_text(path):
    try:
        with open(path, "rb") as file:
            found = _IN_TEXT.findall(file.read(_LOOK))
    except OSError:
        return None
    numbers = {match.decode().zfill(2) for match in found}
    return numbers.pop() if len(numbers) == 1 else None
