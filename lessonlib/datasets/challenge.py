"""The ImageNet challenge, year by year: who won, and what exactly each number measures."""

import csv
from io import StringIO
from typing import NamedTuple

from lessonlib.datasets.files import read_data_file


class Entry(NamedTuple):
    """One published result of the ImageNet challenge (ILSVRC), classification."""

    year: int
    team: str
    network: str
    """Empty when the team gave the network no name, or there was no network."""
    method: str
    """``"features"`` (hand-made, no CNN), ``"cnn"`` or ``"human"``."""
    error: float
    """Top-5 error, percent: the right class is not among the five guesses."""
    networks: int | None
    """How many networks vote: 1 alone, more in an ensemble, 0 an ensemble of unpublished size; None without
    networks."""
    test: bool
    """Measured on the test images; otherwise on the validation images, which the authors saw."""
    outside_data: bool
    """Trained also with images from outside the challenge."""
    rank: int | None
    """Place in that year's challenge; None for numbers that the papers report besides."""
    source: str

    @property
    def name(self) -> str:
        """The network's name, or the team's."""
        return self.network or self.team


def ilsvrc() -> list[Entry]:
    """Return top-5 errors of the ImageNet challenge from 2010 to 2017 (slides 49, 51 and 61 to 67).

    The same network has several numbers: alone or in an ensemble, on validation or test images, with or
    without other data. Each entry says which.

    Returns
    -------
    list of Entry
        In order of year.

    Raises
    ------
    DataFileError
        If the data file is missing, truncated or altered.

    Notes
    -----
    Results of the challenge and the papers of each network; see ``data/README.md``. The human reference is
    one trained person on 1500 images: Russakovsky et al., "ImageNet Large Scale Visual Recognition
    Challenge", IJCV 115 (2015) 211–252.

    Examples
    --------
    >>> from lessonlib import datasets
    >>> [(e.year, e.name, e.error) for e in datasets.ilsvrc() if e.rank == 1 and not e.outside_data][2:5]
    [(2012, 'AlexNet', 16.422), (2013, 'Clarifai', 11.743), (2014, 'GoogLeNet', 6.656)]
    """
    content = read_data_file("ilsvrc_timeline.csv").decode("utf-8")
    return [_entry(row) for row in csv.DictReader(StringIO(content))]


def _entry(row: dict[str, str]) -> Entry:
    networks = {"": None, "several": 0}
    return Entry(
        year=int(row["year"]),
        team=row["team"],
        network=row["network"],
        method=row["method"],
        error=float(row["top5_error_percent"]),
        networks=networks[row["networks"]] if row["networks"] in networks else int(row["networks"]),
        test=row["set"] == "test",
        outside_data=row["outside_data"] == "yes",
        rank=int(row["rank"]) if row["rank"] else None,
        source=row["source"],
    )
