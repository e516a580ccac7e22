"""Rebuild ``cars_motor_trend_1974.csv`` from R's ``mtcars``.

pip download --no-deps plotnine
python data/rebuild/cars.py plotnine-*.whl      # the wheel carries plotnine/data/mtcars.csv
python data/rebuild/cars.py mtcars.csv          # or: write.csv(cbind(name=rownames(mtcars), mtcars), ...)
"""

import argparse
import csv
import io
import zipfile
from pathlib import Path

from common import DATA, write

HEADER = "name,weight_1000_lb,miles_per_us_gallon"


def build(mtcars: str) -> bytes:
    """Return the content of the CSV: R's order of rows, R's names, only two columns."""
    rows = list(csv.DictReader(io.StringIO(mtcars)))
    if len(rows) != 32:
        raise ValueError(f"{len(rows)} cars, expected 32")
    lines = [f"{row['name']},{float(row['wt']):.3f},{float(row['mpg']):.1f}" for row in rows]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="a plotnine wheel, or mtcars as CSV")
    source = parser.parse_args().source
    if source.suffix == ".whl":
        mtcars = zipfile.ZipFile(source).read("plotnine/data/mtcars.csv").decode()
    else:
        mtcars = source.read_text("utf-8")
    write(DATA / "cars_motor_trend_1974.csv", build(mtcars))


if __name__ == "__main__":
    main()
