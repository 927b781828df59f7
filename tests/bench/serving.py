"""Programs served by gunicorn as in production, but with one worker: it has one core, and whoever asks has the other."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = "portal.wsgi:application"
HELLO = "tests.bench.hello:application"
TYPICAL = "tests.bench.typical:application"


@dataclass(frozen=True)
class Server:
    """A running gunicorn: the socket it listens at, and its process."""

    address: str
    process: subprocess.Popen

    def memory(self) -> int:
        """What the workers hold, in bytes, without what they share. Linux only."""
        number = self.process.pid
        workers = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        return sum(_own_memory(int(worker)) for worker in workers)


def _own_memory(process: int) -> int:
    rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    fields = dict(row.split(":", 1) for row in rows)
    return 1024 * sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))


@contextmanager
def served(application: str, *, workers: int = 1, **environment: str) -> Iterator[Server]:
    """The application behind a socket file, as ``deploy/`` serves it."""
    # The path of a socket is short (108 bytes), and a data folder's is not.
    folder = Path(tempfile.mkdtemp(prefix="concordat-bench-"))
    address = str(folder / "web.sock")
    command = [
        *(sys.executable, "-m", "gunicorn", application, "--preload", "--config", "deploy/gunicorn.conf.py"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", "6"),
        *("--bind", f"unix:{address}", "--log-level", "error", "--keep-alive", "30", "--timeout", "120"),
    ]
    # What is measured is the answer, not how often one address may ask.
    unlimited = {"API_LIMIT_ADDRESS": "0", "API_LIMIT_KEY": "0"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | unlimited | environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(address, process)
        yield Server(address, process)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(address: str, process: subprocess.Popen) -> None:
    ends = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < ends:
        with socket.socket(socket.AF_UNIX) as tried, suppress(OSError):
            tried.connect(address)
            return
        time.sleep(0.05)
    raise ChildProcessError("gunicorn did not start.")
