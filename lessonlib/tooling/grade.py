"""``course.py grade``: the notebooks of a class, marked on hidden inputs, each in a cage of its own."""

import hashlib
import os
import random
import secrets
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tqdm import tqdm

from lessonlib.tooling.console import CourseError, kernel_environment, say, warm_up
from lessonlib.tooling.grading.desk import Limits
from lessonlib.tooling.grading.marking import JudgeFailed, Marker, Report
from lessonlib.tooling.grading.results import Results, digest_of, read_journal
from lessonlib.tooling.grading.submissions import find_submissions
from lessonlib.tooling.paths import NOTEBOOKS, ROOT, STATE, list_lessons

SEEDS = 3  # inputs of so many seeds for each exercise
USAGE = """Uso: python course.py grade PASTA [opções]

  PASTA            PASTA/aluno/03_correlacao.ipynb, ou PASTA/Nome do Aluno - 03_correlacao.ipynb
  --out ARQUIVO    a tabela de notas (sem isto, PASTA/notas.csv)
  --seed N         a semente das entradas secretas (sem isto, sorteada e anotada)
  --jobs N         quantos notebooks ao mesmo tempo (sem isto, metade dos processadores)
  --minutes M      limite de cada notebook (10)
  --seconds S      limite de processador de cada exercício (60)
  --memory-gb G    limite de memória de cada notebook (2)
  --whole          roda o notebook inteiro, e não só o que cada função usa
  --restart        corrige tudo de novo, com outra semente
  --separator S    separador das colunas: ";" (Excel em português) ou ","

Explicação: docs/correcao.md"""


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    folder: Path
    out: Path
    seed: int | None = None
    jobs: int = max(1, (os.cpu_count() or 2) // 2)
    limits: Limits = Limits()
    restart: bool = False
    separator: str = ";"


def main(arguments):
    """Mark a folder; return 0 when every notebook was marked, however badly it behaved."""
    if not arguments or {"-h", "--help"} & set(arguments):
        say(USAGE)
        return 0 if arguments else 2
    grade(read_options(arguments))
    return 0


def read_options(arguments):
    """Return the options of a command line.

    >>> read_options([".", "--minutes", "2,5", "--jobs=3"]).limits.minutes
    2.5
    """
    words = [part for word in arguments for part in (word.split("=", 1) if word[:2] == "--" else [word])]
    folder, given = None, {}
    while words:
        word = words.pop(0)
        if word in ("--whole", "--restart"):
            given[word] = True
        elif word in ("--out", "--seed", "--jobs", "--minutes", "--seconds", "--memory-gb", "--separator"):
            if not words:
                raise CourseError(f"Falta o valor de {word}.\n\n{USAGE}")
            given[word] = words.pop(0)
        elif word.startswith("--") or folder is not None:
            raise CourseError(f"Não entendi “{word}”.\n\n{USAGE}")
        else:
            folder = Path(word)
    if folder is None or not folder.is_dir():
        raise CourseError(f"Não há uma pasta “{folder or ''}”. Diga em que pasta estão os notebooks.")
    folder = folder.resolve()
    limits = Limits(
        minutes=_number(given, "--minutes", Limits.minutes, 0.01),
        seconds=_number(given, "--seconds", Limits.seconds, 0.1),
        memory=int(_number(given, "--memory-gb", Limits.memory / 2**30, 0.25) * 2**30),
        whole="--whole" in given,
    )
    seed = _number(given, "--seed", None, 0, whole=True)
    options = Options(folder, Path(given.get("--out", folder / "notas.csv")).resolve(), seed, limits=limits)
    separator = given.get("--separator", ";")
    if separator not in (";", ","):
        raise CourseError(f"--separator aceita ; ou , e recebeu “{separator}”.")
    jobs = _number(given, "--jobs", options.jobs, 1, whole=True)
    return replace(options, jobs=jobs, restart="--restart" in given, separator=separator)


def _number(given, name, default, least, whole=False):
    if name not in given:
        return default
    try:
        value = int(given[name]) if whole else float(given[name].replace(",", "."))
    except ValueError:
        value = None
    if value is None or not least <= value < 2**63:
        kind = "um número inteiro" if whole else "um número"
        raise CourseError(f"{name} quer {kind} a partir de {least}, e recebeu “{given[name]}”.")
    return value


def grade(options, progress=True):
    """Mark the notebooks of a folder and write the tables.

    Parameters
    ----------
    options : Options
    progress : bool
        Show a bar that counts notebooks.

    Returns
    -------
    Results
    """
    lessons = [path.stem for path in list_lessons(NOTEBOOKS, ".ipynb")]
    submissions = find_submissions(options.folder, lessons)
    if not submissions:
        raise CourseError(f"Nenhum notebook (.ipynb) em {options.folder}.\n\n{USAGE}")
    if inside := _needed_inside(options.folder):
        raise CourseError(
            f"A pasta {options.folder} contém {inside[0]}, de que a correção precisa. "
            "Ponha os notebooks entregues em uma pasta só deles."
        )
    results = Results(options.out, _run_of(options), options.separator)
    try:
        results.resume()
    except OSError as error:
        raise CourseError(f"Não consigo escrever em {results.journal}: {error.strerror}.") from error
    pending = [(s, f"{digest_of(s.path)} {_fingerprint(s.lesson)}") for s in submissions]
    pending = [(s, digest) for s, digest in pending if not results.has(s, digest)]
    say(f"{len(submissions)} notebooks, semente {results.run['seed']}, anotada em {results.journal.name}.")
    if len(pending) < len(submissions):
        say(f"{len(submissions) - len(pending)} já estavam corrigidos; com --restart, corrijo todos de novo.")
    if not list(Path(STATE, "matplotlib").glob("fontlist-*.json")):
        warm_up(kernel_environment())
    labels = [s.label for s in submissions]
    try:
        _mark_all(options, results, pending, progress)
    finally:
        _write_tables(results, labels)
    say(summary(results, labels))
    return results


def _run_of(options):
    """Return what identifies a run; an earlier run's seed is kept unless another is asked for."""
    earlier, _ = read_journal(options.out.with_suffix(".jsonl"))
    seed = options.seed
    if seed is None and earlier and not options.restart:
        seed = earlier["seed"]
    if seed is None:
        seed = secrets.randbelow(2**31)
    seeds = random.Random(seed).sample(range(1, 2**31), SEEDS)  # never 0, the seed of the lessons
    run = {"seed": seed, "seeds": seeds, **asdict(options.limits)}
    return {**run, "attempt": secrets.token_hex(4)} if options.restart else {**(earlier or {}), **run}


def _fingerprint(lesson):
    """Return a digest of a lesson's exercises and of the judging: when it changes, old marks are void."""
    folder = ROOT / "lessonlib" / "classroom" / "exercises"
    names = ("engine.py", "comparison.py", f"lesson{lesson}.py")
    return hashlib.sha256("".join(digest_of(folder / name) for name in names).encode()).hexdigest()[:16]


def _needed_inside(folder):
    """Return what the notebooks need and lies inside a folder, which then cannot be hidden from them."""
    needed = (ROOT, sys.prefix, sys.base_prefix, tempfile.gettempdir())
    return [path for path in map(Path, needed) if path.resolve().is_relative_to(folder)]


def _mark_all(options, results, pending, progress):
    stop, markers, local = threading.Event(), [], threading.local()

    def mark(submission):
        if stop.is_set():
            raise KeyboardInterrupt
        if not hasattr(local, "marker"):
            hidden = [path for path in (options.folder, options.out.parent) if not _needed_inside(path)]
            local.marker = Marker(results.run["seeds"], options.limits, hidden, stop)
            markers.append(local.marker)
        try:
            return local.marker.mark(submission)
        except JudgeFailed:
            raise
        except Exception as error:  # whatever it is, the other notebooks go on
            return Report(troubles=[f"o corretor tropeçou neste notebook ({type(error).__name__}: {error})"])

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    main_thread = threading.current_thread() is threading.main_thread()
    previous = signal.signal(signal.SIGTERM, interrupt) if main_thread else None
    pool = ThreadPoolExecutor(options.jobs)
    try:
        with tqdm(
            total=len(pending), unit="notebook", disable=not (progress and pending), dynamic_ncols=True
        ) as bar:
            futures = {pool.submit(mark, submission): (submission, digest) for submission, digest in pending}
            for future in as_completed(futures):
                submission, digest = futures[future]
                results.add(submission, digest, future.result())
                bar.set_postfix_str(submission.label[-40:])
                bar.update()
    except JudgeFailed as error:
        raise CourseError(f"O corretor não funciona: {error}.") from error
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
        for marker in markers:
            marker.close()
        if main_thread:
            signal.signal(signal.SIGTERM, previous)


def _write_tables(results, labels):
    try:
        results.write_tables(labels)
    except OSError as error:
        raise CourseError(
            f"Não consegui escrever {results.out} ({error.strerror}). Está aberta no Excel? Feche-a e rode o "
            "mesmo comando: nada será corrigido de novo."
        ) from error


def summary(results, labels=None):
    """Return who passed how many, what went wrong and where the tables are."""
    lines, passed, total = [""], {}, {}
    for student, _, yes, *_, label in results.rows(labels):
        key = (student, label)
        total[key] = total.get(key, 0) + 1
        passed[key] = passed.get(key, 0) + (yes == "sim")
    for student, label in total:
        lines.append(f"  {passed[student, label]:>2} de {total[student, label]}  {student}  ({label})")
    troubles = results.troubles(labels)
    if troubles:
        lines += ["", f"Notebooks com problema ({len({label for _, label, _ in troubles})}):"]
        lines += [f"  {label}: {text}" for _, label, text in troubles]
    if any(line["isolation"] == "python" for line in results.done.values()):
        lines += [
            "",
            "Aviso: este sistema não isola processos; só o Python vigiou os notebooks (docs/correcao.md).",
        ]
    lines += ["", f"Notas: {results.out}", f"Problemas: {results.troubles_out}"]
    return "\n".join(lines)
