"""Two small real series for the lesson on correlation."""

import csv
from io import StringIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessonlib.datasets.files import read_data_file

KILOGRAMS_PER_POUND = 0.45359237
KM_PER_LITRE_PER_MPG = 1.609344 / 3.785411784  # international mile, US gallon


class Smoking(NamedTuple):
    """Cigarettes and lung cancer in the United States, every fifth year from 1900 to 2005 (22 samples)."""

    year: NDArray[np.int64]
    cigarettes: NDArray[np.float64]
    """Cigarettes sold per adult per day."""
    men: NDArray[np.float64]
    """Lung-cancer deaths of men per 100,000 a year, age-adjusted; NaN before 1930."""
    women: NDArray[np.float64]
    """The same for women."""


class Cars(NamedTuple):
    """Weight and fuel economy of 32 cars tested by *Motor Trend* in 1974."""

    names: NDArray[np.str_]
    weight: NDArray[np.float64]
    """Thousands of pounds (1000 lb)."""
    mpg: NDArray[np.float64]
    """Miles per US gallon."""

    @property
    def kilograms(self) -> NDArray[np.float64]:
        """Weight in kilograms."""
        return self.weight * (1000 * KILOGRAMS_PER_POUND)

    @property
    def km_per_litre(self) -> NDArray[np.float64]:
        """Fuel economy in kilometres per litre."""
        return self.mpg * KM_PER_LITRE_PER_MPG


def smoking() -> Smoking:
    """Return cigarettes sold and lung-cancer deaths in the United States, 1900–2005 (slide 17).

    Returns
    -------
    Smoking
        Arrays ``year``, ``cigarettes`` (per adult per day), ``men`` and ``women`` (deaths per 100,000 a
        year, NaN from 1900 to 1925), all of length 22, with a fresh copy at each call.

    Raises
    ------
    DataFileError
        If the data file is missing, truncated or altered.

    Notes
    -----
    Deaths: lung and bronchus, age-adjusted to the 2000 US standard population, American Cancer Society,
    *Cancer Facts & Figures 2015*. Cigarettes: Forey et al., *International Smoking Statistics* (2017).
    Both through Our World in Data; see ``data/README.md``. The chart on the slide was drawn from another
    series of cigarettes, with another definition: do not mix the two.

    Examples
    --------
    The deaths of men follow the cigarettes of 25 years before, five samples of this table:

    >>> import numpy as np
    >>> from lessonlib import datasets
    >>> s = datasets.smoking()
    >>> known = ~np.isnan(s.men)
    >>> round(float(np.corrcoef(s.cigarettes[known], s.men[known])[0, 1]), 3)
    0.229
    >>> round(float(np.corrcoef(s.cigarettes[1:-5], s.men[6:])[0, 1]), 3)
    0.989
    """
    rows = _rows("smoking_us_1900_2005.csv")
    return Smoking(
        year=np.array([row["year"] for row in rows], dtype=np.int64),
        cigarettes=_numbers(rows, "cigarettes_per_adult_per_day"),
        men=_numbers(rows, "lung_cancer_deaths_men_per_100k"),
        women=_numbers(rows, "lung_cancer_deaths_women_per_100k"),
    )


def cars() -> Cars:
    """Return the weight and the fuel economy of 32 cars: a strong negative correlation (slide 18).

    Returns
    -------
    Cars
        Arrays ``names``, ``weight`` (1000 lb) and ``mpg`` (miles per US gallon) of length 32; also
        ``kilograms`` and ``km_per_litre``, which have the same correlation.

    Raises
    ------
    DataFileError
        If the data file is missing, truncated or altered.

    Notes
    -----
    *Motor Trend*, 1974, in Henderson and Velleman, "Building multiple regression models interactively",
    Biometrics 37:391–411 (1981); the data set ``mtcars`` of R.

    Examples
    --------
    >>> import numpy as np
    >>> from lessonlib import datasets
    >>> c = datasets.cars()
    >>> print(c.names[0], c.weight[0], c.mpg[0])
    Mazda RX4 2.62 21.0
    >>> round(float(np.corrcoef(c.weight, c.mpg)[0, 1]), 4)
    -0.8677
    """
    rows = _rows("cars_motor_trend_1974.csv")
    return Cars(
        names=np.array([row["name"] for row in rows]),
        weight=_numbers(rows, "weight_1000_lb"),
        mpg=_numbers(rows, "miles_per_us_gallon"),
    )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(read_data_file(name).decode("utf-8"))))


def _numbers(rows: list[dict[str, str]], column: str) -> NDArray[np.float64]:
    """One column as floats; an empty cell is NaN."""
    return np.array([float(row[column] or "nan") for row in rows])
