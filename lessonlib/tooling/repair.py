"""After an interrupted installation: make pip forget the packages that were left half written."""

import csv
import shutil
import sysconfig
from pathlib import Path


def site_packages():
    """Return the folders where pip puts packages in this environment."""
    return {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}


def is_whole(dist_info):
    """Tell whether every file that a package's RECORD lists is on disk with its size."""
    record = dist_info / "RECORD"
    if not record.exists() or not (dist_info / "METADATA").exists():
        return False
    with open(record, encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            path = dist_info.parent / row[0]
            if path.suffix == ".pyc":
                continue  # rewritten by Python as it likes
            if not path.exists() or (row[2] and path.stat().st_size != int(row[2])):
                return False
    return True


def forget_half_installed(since, folders=None):
    """Remove the records of packages that a stopped pip left incomplete, so that it installs them again.

    Parameters
    ----------
    since : float
        Time (seconds since the epoch) when the stopped installation began; older packages are left alone.
    folders : iterable of Path, optional
        Defaults to `site_packages`.

    Returns
    -------
    list of str
        What was removed.
    """
    removed = []
    for folder in folders or site_packages():
        stashed = list(folder.glob("~*"))  # pip renames to this what it is about to replace
        recent = [path for path in folder.glob("*.dist-info") if path.stat().st_mtime >= since]
        for path in stashed + [path for path in recent if not is_whole(path)]:
            shutil.rmtree(path, ignore_errors=True)
            removed.append(path.name)
    return removed
