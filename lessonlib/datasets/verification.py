"""One report on every file that the lessons need."""

from collections.abc import Callable

from lessonlib.datasets import files, photo_files
from lessonlib.datasets.files import DataFileError, FileReport


def verify() -> list[FileReport]:
    """Check every data file and every photograph against its sha256.

    Never raises: what is wrong is in the report. Works without NumPy.

    Returns
    -------
    list of FileReport
        ``(file, ok, message)``, first the files of ``data/``, then the photographs of scikit-image.
        The message is in Portuguese.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> {message for file, ok, message in datasets.verify()}
    {'íntegro'}
    """
    try:
        names = sorted(files.checksums(files.DATA_DIR))
    except DataFileError as error:
        reports = [FileReport(f"data/{files.CHECKSUMS}", False, str(error))]
    else:
        reports = [_report(f"data/{name}", files.read_data_file, name) for name in names]
    reports += [_report(f"foto {name}", photo_files.read, name) for name in photo_files.SHA256]
    return reports


def _report(shown: str, read: Callable[[str], bytes], name: str) -> FileReport:
    try:
        read(name)
    except DataFileError as error:
        return FileReport(shown, False, str(error))
    return FileReport(shown, True, "íntegro")
