"""The cage that a submitted notebook runs in: its own folder to write, no network, no other process.

Three layers, each used where it exists:

1. Linux namespaces: the process sees a read-only disk with the answers and the other submissions taken
   away, and a network without interfaces. The kernel enforces it, so that ``ctypes`` cannot get around it.
2. Limits of the system (``resource``) on memory, processor time and size of files.
3. An audit hook, on every system: Python tells it of each file, socket and process before it happens. It
   gives the clear message. Alone (Windows, macOS, a Linux without user namespaces) it stops what a student
   writes by accident or mischief, not an expert who calls the system behind Python's back.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

MAX_FILE = 256 * 2**20  # bytes in one file


class Forbidden(PermissionError):
    """What the student's code gets when it tries something that grading does not allow."""


def close(
    folder: Path, hidden: list[Path], memory: int, seconds: float, isolate: bool
) -> tuple[str, list[str]]:
    """Shut this process in for good.

    Parameters
    ----------
    folder : Path
        The only folder that can be written to.
    hidden : list of Path
        Folders that cannot be read: the answers, the other submissions.
    memory : int
        Bytes of private memory.
    seconds : float
        Processor time after which the system ends the process, should nobody else do it.
    isolate : bool
        Ask the kernel: where ``python -m lessonlib.classroom.grading.cage FOLDER HIDDEN`` ended well.

    Returns
    -------
    isolation : {"sistema", "python"}
        Whether the kernel guards the process, or only Python.
    attempts : list of str
        Grows by one sentence in pt-BR with each forbidden thing that the student's code tries.
    """
    isolated = isolate and enter_namespaces(folder, hidden)
    _limit(memory, seconds)
    attempts = []
    sys.addaudithook(_guard(folder, hidden, attempts))
    _close_unaudited_doors()
    return ("sistema" if isolated else "python"), attempts


# --- 1. the kernel ----------------------------------------------------------------------------------------

_NEW_NAMESPACES = 0x10000000 | 0x40000000 | 0x00020000 | 0x08000000  # CLONE_NEWUSER, NEWNET, NEWNS, NEWIPC
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_RDONLY = 0x1000, 0x4000, 0x40000, 0x1
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _ATTR_RDONLY = 442, -100, 0x8000, 0x1
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _CAPSET = 1, 38, {"x86_64": 126, "aarch64": 91}


def enter_namespaces(folder, hidden):
    """Move to namespaces of our own.

    False where the system has none. Where it has them and forbids their use, an OSError half-way: the
    process is in no state to run anything then, so one is tried first that does nothing else.
    """
    if sys.platform != "linux" or os.uname().machine not in _CAPSET:
        return False
    machine = os.uname().machine
    libc = ctypes.CDLL(None, use_errno=True)

    def must(result):
        if result != 0:
            raise OSError(ctypes.get_errno(), "namespace")

    user, group = os.getuid(), os.getgid()
    must(libc.unshare(_NEW_NAMESPACES))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    path = os.fsencode(folder)
    must(libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None))
    must(libc.mount(path, path, None, _MS_BIND, None))
    for set_bits, clear_bits, target, flags in (
        (_ATTR_RDONLY, 0, b"/", _AT_RECURSIVE),
        (0, _ATTR_RDONLY, path, 0),
    ):
        attributes = (ctypes.c_uint64 * 4)(set_bits, clear_bits, 0, 0)
        must(libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, target, flags, attributes, ctypes.c_size_t(32)))
    for place in hidden:
        must(libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", _MS_RDONLY, b"size=4k"))
    os.chdir(folder)  # the old working folder lies under the new mount
    # Give up the powers over these namespaces, for this process and whatever it may start.
    must(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    must(libc.syscall(_CAPSET[machine], header, none))
    libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)  # end with the grader, however it ends
    return True


# --- 2. limits --------------------------------------------------------------------------------------------


def _limit(memory, seconds):
    if resource is None:
        return
    wanted = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": MAX_FILE, "RLIMIT_CPU": int(seconds) + 5}
    if sys.platform == "linux":  # counts private memory only: torch reserves addresses that it never uses
        wanted["RLIMIT_DATA"] = memory
    # No RLIMIT_NPROC: it counts all processes of the user, the lecturer's own too.
    for name, value in wanted.items():
        try:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))
        except (AttributeError, ValueError, OSError):
            pass


# --- 3. Python --------------------------------------------------------------------------------------------

_PROCESS = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn")
_PROCESS += ("os.startfile", "os.startfile/2", "pty.spawn")
_NETWORK = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind")
_NETWORK += ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_CHANGE = (
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
    "os.symlink",
)
_CHANGE += ("os.link", "os.rename", "os.setxattr", "os.removexattr", "shutil.rmtree", "os.chflags")
_LINKS = ("os.symlink", "os.link")
_NEEDED_PROC = (
    "self",
    "thread-self",
    "cpuinfo",
    "meminfo",
    "stat",
    "filesystems",
    "mounts",
    "version",
    "sys",
)


def _guard(folder, hidden, attempts):
    """Return the audit hook. It has its own references to what it uses: modules can be tampered with."""
    real, fspath, sep = os.path.realpath, os.fsdecode, os.sep
    inside = real(folder)
    secret = tuple(real(place) for place in hidden)
    windows, getpid, frame, null = os.name == "nt", os.getpid(), sys._getframe, real(os.devnull)
    libraries = tuple({real(place) for place in (sys.prefix, sys.base_prefix, sys.exec_prefix)})
    course = str(Path(__file__).resolve().parents[2]) + sep
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def beneath(path, places):
        return any(path == place or path.startswith(place + sep) for place in places)

    def by_student():
        """Whether the student's code asked for it: not an import, nor a function of the course."""
        current, found = frame(3), False  # above this, deny and the hook
        while current is not None:
            name = current.f_code.co_filename
            if name.startswith("<frozen importlib"):
                return False
            if not found and name.startswith(course):
                return False
            found = found or (name.startswith("<") and not name.startswith("<frozen"))
            current = current.f_back
        return found

    def deny(what):
        if by_student() and len(attempts) < 100:
            attempts.append(what)
        raise Forbidden(f"a correção não permite: o notebook {what}")

    def path_of(value):
        try:
            return real(fspath(value))
        except (TypeError, ValueError):
            return ""

    def hook(event, arguments):
        if event == "open":
            place, mode, flags = arguments
            if isinstance(place, int) or place is None:
                return
            path = path_of(place)
            writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool((flags or 0) & writing)
            if beneath(path, secret):
                deny("tentou ler as respostas ou as entregas dos colegas")
            if writes and not beneath(path, (inside, null)):
                deny(f"tentou escrever fora da sua pasta: {path}")
            if path.startswith("/proc/") and path.split("/")[2] not in (*_NEEDED_PROC, str(getpid)):
                deny("tentou espiar outros processos")
        elif event in _PROCESS:
            deny("tentou criar outro processo")
        elif event in _NETWORK:
            address = arguments[-1] if len(arguments) > 1 and event.count("socket.") else arguments[0]
            host = address[0] if isinstance(address, tuple) and address else address
            # On Windows an event loop talks to itself over the loopback address
            if not (windows and host in ("127.0.0.1", "::1", "localhost")):
                deny("tentou usar a rede")
        elif event in _CHANGE:
            paths = arguments[1:2] if event in _LINKS else arguments[: 2 if event == "os.rename" else 1]
            for place in paths:
                if not isinstance(place, int) and not beneath(path_of(place), (inside,)):
                    deny(f"tentou mudar algo fora da sua pasta: {path_of(place)}")
            if event in _LINKS and beneath(path_of(arguments[0]), secret):
                deny("tentou ler as respostas ou as entregas dos colegas")
        elif event in ("os.kill", "os.killpg", "signal.pthread_kill") and arguments[0] != getpid:
            if event != "signal.pthread_kill":
                deny("tentou encerrar outros processos")
        elif event in ("ctypes.dlopen", "ctypes.dlsym"):
            caller = frame(1)
            while caller is not None and caller.f_code.co_filename.endswith("ctypes/__init__.py"):
                caller = caller.f_back
            if caller is None or not beneath(real(caller.f_code.co_filename), libraries):
                deny("tentou chamar o sistema por fora do Python (ctypes)")
        elif event.startswith("winreg.") and event.split(".")[1][:3] in ("Cre", "Set", "Del", "Sav", "Loa"):
            deny("tentou mudar o registro do Windows")

    return hook


def _close_unaudited_doors():
    """Close what starts processes without an audit event."""

    def denied(*arguments, **options):
        raise Forbidden("a correção não permite: o notebook tentou criar outro processo")

    try:
        import _posixsubprocess
    except ImportError:
        return
    _posixsubprocess.fork_exec = denied


if __name__ == "__main__":
    sys.exit(0 if enter_namespaces(Path(sys.argv[1]), [Path(sys.argv[2])]) else 1)
