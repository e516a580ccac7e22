"""The results of a run: a journal that grows by one line a notebook, and tables that Excel opens."""

import csv
import hashlib
import io
import json
import os
import re
import time
from pathlib import Path

COLUMNS = ["aluno", "exercício", "passou", "primeira entrada que falha", "minutos"]
COLUMNS += ["situação", "mensagem", "arquivo"]
TROUBLE_COLUMNS = ["aluno", "arquivo", "problema"]
STATUS = {"passed": "passou", "failed": "errou", "not_started": "não começou", "stopped": "parou"}


class Results:
    """Results on disk.

    The journal, ``notas.jsonl`` beside ``notas.csv``, has the seeds and options of the run in its first line
    and one notebook in each other line, written as soon as it is marked. The tables are made from it.

    Parameters
    ----------
    out : Path
        The table of marks.
    run : dict
        What must be equal for old results to stay valid: seeds and limits.
    separator : {";", ","}
        Between columns. With ";" numbers have a decimal comma, as Excel in Portuguese reads them.
    """

    def __init__(self, out, run, separator=";"):
        self.out, self.run, self.separator = Path(out), run, separator
        self.journal = self.out.with_suffix(".jsonl")
        self.troubles_out = self.out.with_name(self.out.stem + "_problemas.csv")
        self.done = {}
        self._tables_at = 0.0

    def resume(self):
        """Take over the results of an earlier run with the same options; otherwise start a new journal."""
        earlier, lines = read_journal(self.journal)
        if earlier == self.run:
            self.done = {line["label"]: line for line in lines}
            with open(self.journal, "ab") as file:  # may end in a line cut short: the next is not glued to it
                file.write(b"\n")
        else:
            self._start()

    def _start(self):
        self.out.parent.mkdir(parents=True, exist_ok=True)
        _replace(self.journal, _line({"run": self.run, "started": time.strftime("%Y-%m-%d %H:%M:%S")}))

    def has(self, submission, digest):
        """Tell whether this very file has been marked, against the exercises of now."""
        line = self.done.get(submission.label)
        return line is not None and line["digest"] == digest

    def add(self, submission, digest, report):
        """Note a marked notebook at once, on disk."""
        line = {
            "label": submission.label,
            "student": submission.student,
            "lesson": submission.lesson,
            "digest": digest,
            **report.as_dict(),
        }
        with open(self.journal, "ab") as file:
            file.write(_line(line))
            file.flush()
            os.fsync(file.fileno())
        self.done[submission.label] = line
        if time.monotonic() - self._tables_at > 2:
            try:
                self.write_tables()
            except OSError:
                pass  # open in Excel, perhaps; the end of the run says so

    def rows(self, labels=None):
        """Return the marks as rows of text, in the order of the files."""
        rows = []
        for line in self._lines(labels):
            for mark in line["marks"]:
                minutes = f"{mark['minutes']:.2f}"
                rows.append(
                    [
                        line["student"],
                        f"Ex. {mark['exercise']}",  # Excel in Portuguese would read 3.1 as the 3rd of January
                        "sim" if mark["status"] == "passed" else "não",
                        mark["failing_input"],
                        minutes.replace(".", ",") if self.separator == ";" else minutes,
                        STATUS[mark["status"]],
                        mark["message"],
                        line["label"],
                    ]
                )
        return rows

    def troubles(self, labels=None):
        """Return what was wrong with whole notebooks: student, file, one sentence."""
        return [
            [line["student"], line["label"], text]
            for line in self._lines(labels)
            for text in line["troubles"]
        ]

    def _lines(self, labels):
        chosen = self.done if labels is None else [label for label in labels if label in self.done]
        return [self.done[label] for label in sorted(chosen)]

    def write_tables(self, labels=None):
        """Write both tables, each in one step.

        Raises
        ------
        OSError
            If one cannot be replaced: on Windows, because it is open in Excel.
        """
        self._tables_at = time.monotonic()
        _replace(self.out, self._table(COLUMNS, self.rows(labels)))
        _replace(self.troubles_out, self._table(TROUBLE_COLUMNS, self.troubles(labels)))

    def _table(self, columns, rows):
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.separator, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([safe_cell(value) for value in row] for row in rows)
        # The mark at the start tells Excel that the file is UTF-8.
        return text.getvalue().encode("utf-8-sig", errors="replace")


def safe_cell(value):
    r"""Return text that a spreadsheet shows and never computes.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell(" @x"), safe_cell("3.1"), safe_cell("a\nb")
    ("'=HYPERLINK(1)", "' @x", '3.1', 'a b')
    """
    text = re.sub(r" *[\x00-\x1f\x7f\u2028\u2029][\x00-\x1f\x7f\u2028\u2029 ]*", " ", str(value))
    return "'" + text if re.match(r"\s*[=+\-@＝＋－＠]", text) else text


def read_journal(path):
    """Return the run and the notebooks of a journal; (None, []) without one. A line cut short is left out."""
    run, lines = None, []
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        return None, []
    for piece in raw.splitlines():
        try:
            line = json.loads(piece)
        except ValueError:
            continue
        if "run" in line:
            run = line["run"]
        elif "label" in line:
            lines.append(line)
    return run, lines


def digest_of(path):
    """Return the SHA-256 of a file, or a word that says that it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
    except OSError:
        return "ilegível"
    return digest.hexdigest()


def _line(content):
    return json.dumps(content, ensure_ascii=True).encode("ascii") + b"\n"


def _replace(path, content):
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
