"""The figures of the lessons, under one name: ``from lessonlib.classroom import plots``.

The first arguments are data, the rest is by keyword: ``title`` and ``alt`` always (text that a student
reads, pt-BR). Widgets reuse ``draw_signal``, ``draw_matrix`` and ``frame`` on axes of their own.
"""

from lessonlib.classroom.charts import bars, draw_signal, lines, panels, scatter, signal
from lessonlib.classroom.pictures import draw_matrix, frame, image, images, matrices
from lessonlib.classroom.tables import table

__all__ = [
    "bars",
    "draw_matrix",
    "draw_signal",
    "frame",
    "image",
    "images",
    "lines",
    "matrices",
    "panels",
    "scatter",
    "signal",
    "table",
]
