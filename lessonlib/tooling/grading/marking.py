"""One submission marked: the judge's inputs go to the pupil, the pupil's answers to the judge."""

import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lessonlib.tooling.grading.desk import CannotGoOn, Desk, clean_environment
from lessonlib.tooling.grading.peer import Gone, Peer
from lessonlib.tooling.paths import ROOT

JUDGE = "lessonlib.classroom.grading.judge"


@dataclass
class Mark:
    """The result of one exercise: passed, failed, not_started, or stopped (it broke a limit or a rule)."""

    exercise: str
    status: str
    failing_input: str = ""
    message: str = ""
    minutes: float = 0.0


@dataclass
class Report:
    """What was found in one notebook: its marks, and what was wrong with the notebook itself."""

    marks: list = field(default_factory=list)
    troubles: list = field(default_factory=list)
    isolation: str = ""

    def as_dict(self):
        """Return it as plain dicts and lists."""
        return asdict(self)


class JudgeFailed(Gone):
    """The judge died on an exercise or on an answer."""


class Marker:
    """Marks one notebook after the other, with a judge of its own.

    Parameters
    ----------
    seeds : sequence of int
        Hidden seeds; each exercise is tried with the inputs of all.
    limits : Limits
    hidden : sequence of Path
        Folders that the notebooks cannot see, beside the answers.
    stop : threading.Event, optional
    """

    def __init__(self, seeds, limits, hidden=(), stop=None):
        self.seeds, self.limits = list(seeds), limits
        places = [Path(path) for path in (*_answers(), *hidden) if Path(path).is_dir()]
        self.hidden = [p for p in places if not any(p.is_relative_to(q) for q in places if q != p)]
        self.stop = stop or threading.Event()
        self._judge = None

    def close(self):
        """End the judge."""
        if self._judge is not None:
            self._judge.kill()
            self._judge = None

    def judge(self, op, **message):
        """Ask the judge. One that died is replaced at the next question."""
        if self._judge is None:
            self._judge = Peer(
                JUDGE, folder=ROOT, env=clean_environment(ROOT), memory=8 * 2**30, stop=self.stop
            )
        try:
            return self._judge.ask(120, {"op": op, **message})["result"]
        except Gone as error:
            words = self._judge.last_words.decode("utf-8", errors="replace").strip().splitlines()[-1:]
            self._judge = None
            raise JudgeFailed(": ".join(["o corretor falhou, e não o aluno", str(error), *words])) from error

    def mark(self, submission):
        """Mark a submission.

        Returns
        -------
        Report
            Whatever the notebook does; a mark for every exercise of its lesson, if the lesson is known.
        """
        if submission.lesson is None:
            return Report(troubles=["o nome do arquivo não diz de que aula é (ex.: 03_correlacao.ipynb)"])
        names = dict(self.judge("lesson", number=submission.lesson))
        if not names:
            return Report(troubles=[f"a aula {submission.lesson} não tem exercícios"])
        report, marks = Report(), {}
        with Desk(self, submission, report) as desk:
            try:
                order = desk.open(list(names), self.limits.whole)
                self._mark_all(desk, order, names, marks)
                again = [] if self.limits.whole else [i for i in order if marks[i][1]]
                if again:
                    desk.open(again, True)
                    self._mark_all(desk, desk.order, names, marks)
            except CannotGoOn as error:
                report.troubles.append(str(error))
        for identifier in names:
            mark, _ = marks.get(identifier, (None, False))
            reason = _sentence(report.troubles[-1]) if report.troubles else ""
            report.marks.append(mark or Mark(identifier, "stopped", message=reason))
        report.troubles = list(dict.fromkeys(report.troubles))
        return report

    def _mark_all(self, desk, order, names, marks):
        for identifier in order:
            started = time.monotonic()
            mark, retry = self._mark_one(desk, identifier, names[identifier])
            spent = (time.monotonic() - started) / 60
            earlier = marks[identifier][0].minutes if identifier in marks else 0.0
            mark.minutes = round(earlier + spent, 4)
            marks[identifier] = mark, retry

    def _mark_one(self, desk, identifier, name):
        """Return the mark, and whether running the whole notebook could give a better one."""
        shown = ""
        budget = desk.budget()
        try:
            found = desk.ask(budget, op="prepare", identifier=identifier, name=name)
            if not found.get("ready"):
                message = str(found.get("error") or f"a função {name} não está no notebook")[:600]
                status = "failed" if found.get("error") else "not_started"
                return Mark(identifier, status, message=_sentence(message)), bool(found.get("retry"))
            count = 0
            for seed in self.seeds:
                for index in range(10_000):
                    case = self.judge("case", identifier=identifier, seed=seed, index=index)
                    if case is None:
                        break
                    shown = case["text"]
                    outcome = desk.ask(budget, op="call", arguments=case["arguments"])
                    verdict = self.judge(
                        "judge",
                        identifier=identifier,
                        seed=seed,
                        index=index,
                        first=count == 0,
                        outcome=outcome,
                    )
                    if verdict is not None:
                        failing = "" if verdict["status"] == "not_started" else shown
                        mark = Mark(identifier, verdict["status"], failing, verdict["message"])
                        return mark, bool(outcome.get("retry"))
                    count += 1
            said = self.judge("succeed", count=count)
            return Mark(identifier, "passed", message=said["message"]), False
        except Gone as error:
            if self.stop.is_set():
                raise KeyboardInterrupt from error
            desk.report.troubles.append(f"exercício {identifier}: {error}")
            desk.restart()
            return Mark(identifier, "stopped", shown, _sentence(f"parou: {error}")), False


def _sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _answers():
    """Return the folders that hold answers, or a way to them."""
    return [ROOT / "lessonlib" / "classroom" / "exercises", ROOT / "tests", ROOT / ".git", ROOT / ".course"]
