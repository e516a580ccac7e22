"""A child process that answers lines of JSON, watched meanwhile: time, memory, output, other processes."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time

import psutil

MAX_REPLY = 128 * 2**20  # bytes in one line
MAX_OUTPUT = 20 * 2**20  # bytes that a notebook may print
MAX_FOLDER = 2**30  # bytes that it may have on disk
MAX_FILES = 5000
_NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
_TICK = 0.05  # seconds between two looks at the process


class Gone(Exception):
    """The child ended, broke a limit or answered nonsense. The text says so in pt-BR; the child is dead."""


class Peer:
    """Start ``python -m module`` and talk to it.

    Parameters
    ----------
    module : str
    arguments : sequence of str
    folder : Path
        Working folder.
    env : dict
    memory : int, optional
        Bytes that the process and its children may have in memory.
    alone : bool
        Whether the process may not have children, nor fill its folder.
    stop : threading.Event, optional
        When set, every wait ends in :class:`Gone`.
    """

    def __init__(self, module, arguments=(), *, folder, env, memory=None, alone=False, stop=None):
        self.memory, self.alone, self.stop = memory, alone, stop or threading.Event()
        self.folder = folder
        self.printed = self._asked = 0
        self.last_words = b""  # of what it printed
        # Ctrl-C in the terminal is for us alone: we end the children.
        options = {"creationflags": _NEW_GROUP} if os.name == "nt" else {"start_new_session": True}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=env,
            **options,
        )
        self.watched = psutil.Process(self.process.pid)
        self._sent, self._heard = queue.Queue(), queue.Queue(maxsize=2)
        for work in (self._write, self._read, self._drain):
            threading.Thread(target=work, daemon=True).start()

    def _write(self):
        # A thread of its own: a child that does not read must not hold us up.
        while (line := self._sent.get()) is not None:
            try:
                self.process.stdin.write(line)
                self.process.stdin.flush()
            except (OSError, ValueError):
                return
        try:
            self.process.stdin.close()
        except OSError:
            pass

    def _read(self):
        while True:
            try:
                line = self.process.stdout.readline(MAX_REPLY)
            except (OSError, ValueError):
                line = b""
            self._heard.put(line)
            if not line:
                return

    def _drain(self):
        while True:
            try:
                piece = self.process.stderr.read1(2**16)
            except (OSError, ValueError):
                return
            if not piece:
                return
            self.printed += len(piece)
            self.last_words = (self.last_words + piece)[-2000:]
            if self.printed > MAX_OUTPUT:
                return  # the pipe fills up and holds the child, which the next look ends

    def ask(self, seconds, message=None, until=None):
        """Send a message and return the reply.

        Parameters
        ----------
        seconds : float
            Processor time that the answer may take. Time on the clock may be four times as long: on a busy
            machine a process waits through no fault of its own.
        message : dict, optional
            Without one, wait for what the child says by itself.
        until : float, optional
            What ``time.monotonic`` may reach at most.

        Raises
        ------
        Gone
            If it does not answer; the child is dead then.
        """
        if message is not None:
            self._asked += 1  # the reply bears the same turn: what the child said unasked is no reply
            self._sent.put(json.dumps({**message, "turn": self._asked}).encode("ascii") + b"\n")
        started, used = time.monotonic(), self.processor_time()
        looked = 0.0
        while True:
            try:
                line = self._heard.get(timeout=_TICK)
                break
            except queue.Empty:
                pass
            now = time.monotonic()
            reason = self._broken_limit(started, used, seconds, now - looked > 0.5)
            if until is not None and now > until:
                reason = reason or "o tempo do notebook acabou"
            looked = now if now - looked > 0.5 else looked
            if reason:
                self.kill()
                raise Gone(reason)
        try:
            reply = json.loads(line) if line.endswith(b"\n") else None
        except (ValueError, RecursionError):
            reply = None
        if isinstance(reply, dict) and (message is None or reply.get("turn") == self._asked):
            return reply
        code = self._end(wait=not line)
        if self.printed > MAX_OUTPUT:
            raise Gone(_PRINTED)
        raise Gone("falou fora de hora com o corretor" if line else f"derrubou o processo (código {code})")

    def _broken_limit(self, started, used, seconds, thorough):
        if self.stop.is_set():
            return "a correção foi interrompida"
        if self.printed > MAX_OUTPUT:
            return _PRINTED
        if time.monotonic() - started > 4 * seconds or self.processor_time() - used > seconds:
            return f"passou do limite de {seconds:.0f} s"
        try:
            held = self.watched.memory_info().rss
            children = self.watched.children(recursive=True) if thorough else []
            held += sum(child.memory_info().rss for child in children)
        except psutil.Error:
            return None  # it is ending: the reader will say so
        if self.alone and children:
            return "criou outros processos"
        if self.alone and thorough and _too_much_in(self.folder):
            return f"encheu o disco: mais de {MAX_FOLDER / 2**30:g} GB ou de {MAX_FILES} arquivos"
        if self.memory and held > self.memory:
            return f"passou do limite de {self.memory / 2**30:.1f} GB de memória".replace(".", ",")
        return None

    def processor_time(self):
        try:
            times = self.watched.cpu_times()
        except psutil.Error:
            return 0.0
        return times.user + times.system

    def _end(self, wait):
        if wait:
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                pass
        self.kill()
        return self.process.returncode

    def kill(self):
        """End the process and all that it started."""
        self._sent.put(None)
        try:
            family = [*self.watched.children(recursive=True), self.watched]
        except psutil.Error:
            family = []
        for member in family:
            try:
                member.kill()
            except psutil.Error:
                pass
        if os.name != "nt":
            try:
                os.killpg(self.process.pid, signal.SIGKILL)  # its session: also those whose parent has ended
            except (ProcessLookupError, PermissionError):
                pass
        self.process.wait()
        while self.process.stdout and not self._heard.empty():
            self._heard.get_nowait()  # lets the reader out of a full queue


_PRINTED = f"imprimiu mais de {MAX_OUTPUT // 2**20} MB"


def _too_much_in(folder):
    size = count = 0
    for top, _, names in os.walk(folder):
        for name in names:
            count += 1
            try:
                size += os.lstat(os.path.join(top, name)).st_size
            except OSError:
                pass  # gone meanwhile
            if size > MAX_FOLDER or count > MAX_FILES:
                return True
    return False
