"""Rebuild ``smoking_us_1900_2005.csv`` from two files of the GitHub repository ``owid/owid-datasets``.

    python data/rebuild/smoking.py DEATHS.csv SALES.csv

DEATHS.csv: "Cancer death rates in the US over the long-term - American Cancer Society".
SALES.csv:  "Smoking cigarette sales (International Smoking Statistics (2017))".
Each lies in ``datasets/``, in a folder of the same name (the second name ends in a space there).
"""

import argparse
import csv
import io
from pathlib import Path

from common import DATA, write

HEADER = "year,cigarettes_per_adult_per_day,lung_cancer_deaths_men_per_100k,lung_cancer_deaths_women_per_100k"
SALES = "Sales of cigarettes per adult per day (International Smoking Statistics (2017)) "


def build(deaths: str, sales: str) -> bytes:
    """Return the content of the CSV: United States, every fifth year; no deaths before 1930: empty cells."""
    men = _column(deaths, "Lung and Bronchus (male)")
    women = _column(deaths, "Lung and Bronchus (female)")
    cigarettes = _column(sales, SALES)
    lines = [
        f"{year},{cigarettes[year]},{men.get(year, '')},{women.get(year, '')}"
        for year in range(1900, 2006, 5)
    ]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


def _column(text: str, name: str) -> dict[int, str]:
    """One column of the United States by year, with the one decimal that the source states.

    The sales were exported as single precision: 4.300000190734863 is 4.3.
    """
    rows = csv.DictReader(io.StringIO(text))
    return {
        int(row["Year"]): f"{float(row[name]):.1f}"
        for row in rows
        if row["Entity"] == "United States" and row[name]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("deaths", type=Path)
    parser.add_argument("sales", type=Path)
    args = parser.parse_args()
    write(
        DATA / "smoking_us_1900_2005.csv",
        build(args.deaths.read_text("utf-8"), args.sales.read_text("utf-8")),
    )


if __name__ == "__main__":
    main()
