"""Starting, watching and stopping child processes."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 10 * 1024 * 1024


def die_with_parent(signum: int) -> Callable[[], None] | None:
    """A `preexec_fn` under which Linux sends `signum` to the child when its parent is gone; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)

    return arm


def open_log(path: Path):
    """The log file of a child, opened to append; a grown one is set aside first."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def last_lines(path: Path, count: int = 12) -> str:
    """The end of a log, for a message."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def stop(child: subprocess.Popen, signum: int, *, seconds: float) -> None:
    """End a child that leads its own session: `signum`, and after `seconds` SIGKILL to all of its session."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def runs_in(pid: int, program: str, folder: Path) -> bool:
    """Whether `pid` is a `program` that works in `folder`; a process id in a file proves neither."""
    try:
        cwd = Path(os.readlink(f"/proc/{pid}/cwd"))
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        if sys.platform.startswith("linux"):
            return False
        shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True)
        return program in shown.stdout and str(folder) in shown.stdout
    return name == program and cwd == folder


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until no process has this id; False when it is still there after `seconds`."""
    end = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
