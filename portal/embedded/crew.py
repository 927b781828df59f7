"""The portal's own processes while `make run` runs: each the leader of a session, watched over by a reaper."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded import children
from portal.embedded.holding import BASE_DIR
from portal.embedded.places import CannotStart, Places
from portal.embedded.stopping import StopSignals

STOP_SECONDS = 8
WORKER_STATEMENT_SECONDS = "60"
STOP_ORDER = ("web", "beat", "worker", "preparation")


class Crew:
    """The processes by name. :meth:`working` ends all of them, however the code inside ends."""

    def __init__(self, where: Places, signals: StopSignals):
        self.where = where
        self.members: dict[str, subprocess.Popen] = {}
        self._signals = signals
        self._environment = {**os.environ, "DATA_DIR": str(where.data), "PYTHONUNBUFFERED": "1"}
        self._reaper: subprocess.Popen | None = None

    @contextmanager
    def working(self) -> Iterator["Crew"]:
        """The crew for the code inside; afterwards web, beat and worker are ended in this order."""
        try:
            with self._signals.held_back():
                self._reaper = subprocess.Popen(
                    [sys.executable, "-I", "-S", str(Path(__file__).with_name("reaper.py"))],
                    stdin=subprocess.PIPE,
                    start_new_session=True,
                    text=True,
                )
            yield self
        finally:
            for name in STOP_ORDER:
                if name in self.members:
                    self.end(name)
            if self._reaper:
                self._reaper.stdin.close()
                self._reaper.wait()

    def start(self, name: str, arguments: list[str]) -> subprocess.Popen:
        """Start one part, a Python module with its arguments, with its own log."""
        environment = self._environment
        if name == "worker":
            environment = {"DATABASE_STATEMENT_TIMEOUT": WORKER_STATEMENT_SECONDS, **environment}
        with self._signals.held_back(), children.open_log(self.where.log(name)) as log:
            member = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            self.members[name] = member
            self._tell_reaper(f"+{member.pid}")
        return member

    def work(self, name: str, arguments: list[str]) -> None:
        """Start a part that ends by itself and wait for it. Raises CannotStart when it fails."""
        status = self.start(name, arguments).wait()
        self.end(name)
        if status:
            log = self.where.log(name)
            raise CannotStart(f"The {name} failed. The end of {log}:\n{children.last_lines(log, 25)}")

    def end(self, name: str) -> None:
        """End one part and whatever it started."""
        member = self.members.pop(name)
        children.stop(member, signal.SIGTERM, seconds=STOP_SECONDS)
        self._tell_reaper(f"-{member.pid}")

    def check(self) -> None:
        """Raise CannotStart when a part has ended by itself."""
        for name, member in self.members.items():
            if member.poll() is not None:
                log = self.where.log(name)
                raise CannotStart(
                    f"The {name} process ended unexpectedly; the portal stops. "
                    f"The end of {log}:\n{children.last_lines(log)}"
                )

    def _tell_reaper(self, line: str) -> None:
        self._reaper.stdin.write(line + "\n")
        self._reaper.stdin.flush()
