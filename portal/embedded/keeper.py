"""The process that owns the embedded servers.

Each process that needs them holds a shared lock on the holders' file (see :mod:`portal.embedded.holding`). The
keeper waits for the exclusive lock: it gets it when the last holder is gone, whether that one ended well or was
killed, and then stops the servers. A newcomer meanwhile waits for that to finish and starts afresh.
"""

import argparse
import fcntl
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from portal.embedded import locks, places, postgres, valkey
from portal.embedded.binaries import OWN_SERVERS, account_for
from portal.embedded.places import CannotStart, Places

SERVICES = ("postgres", "valkey")


def main(arguments: list[str] | None = None) -> int:
    """Start the services, tell the starter through the pipe, and keep them until no holder is left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--ready", type=int, required=True, help="descriptor that is told how the start went")
    parser.add_argument("--services", default=",".join(SERVICES))
    parser.add_argument("--throwaway", action="store_true", help="no fsync")
    parser.add_argument("--remove", action="store_true", help="remove the data folder at the end")
    chosen = parser.parse_args(arguments)
    keeper = Keeper(places.at(chosen.data), chosen.services.split(","), throwaway=chosen.throwaway)
    with open(chosen.ready, "w") as starter:
        try:
            keeper.start()
        except CannotStart as words:
            starter.write(str(words))
        except OSError as error:
            starter.write(_words_for(error))
        else:
            starter.write("ready")
    if keeper.running:
        keeper.keep()
    keeper.stop()
    if chosen.remove:
        shutil.rmtree(keeper.places.data, ignore_errors=True)
    return 1 if keeper.dead else 0


class Keeper:
    """Owns the servers below one data folder."""

    def __init__(self, where: Places, services: list[str], *, throwaway: bool):
        self.places = where
        self.services = services
        self.throwaway = throwaway
        self.running: dict[str, subprocess.Popen] = {}
        self.dead = ""
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        """Start the services in order; when one cannot, stop the earlier ones and raise CannotStart."""
        lock = locks.open_lock(self.places.lock("keeper"))
        locks.wait_lock(
            lock, locks.EXCLUSIVE, seconds=1, words="The embedded services are being started already."
        )
        self.places.fault.unlink(missing_ok=True)
        self.places.lock("keeper").write_text(f"{os.getpid()} {','.join(self.services)}\n")
        for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(signum, lambda number, frame: self._news.put(signal.Signals(number).name))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        account = account_for(self.places.postgres)
        places.private_folder(self.places.sockets, account.uid)
        try:
            if "postgres" in self.services:
                postgres.make(self.places, account, throwaway=self.throwaway)
                self.running["postgres"] = postgres.start(self.places, account, throwaway=self.throwaway)
            if "valkey" in self.services:
                self.running["valkey"] = valkey.start(self.places, account)
        except BaseException:
            self.stop()
            self.running.clear()
            raise

    def keep(self) -> None:
        """Return when no holder is left, when told to end, or when a server has died."""
        threading.Thread(target=self._wait_for_the_last_holder, daemon=True).start()
        while True:
            news = self._news.get()
            if news != "SIGCHLD":
                return
            for name, server in self.running.items():
                if server.poll() is not None:
                    self.dead = name
                    self.places.fault.write_text(
                        f"{name} ended unexpectedly (status {server.returncode}); see {self.places.log(name)}"
                    )
                    return

    def stop(self) -> None:
        """Stop the services in reverse order."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for name, server in reversed(self.running.items()):
            {"postgres": postgres.stop, "valkey": valkey.stop}[name](server)
        (self.places.data / "valkey.pid").unlink(missing_ok=True)
        shutil.rmtree(self.places.sockets, ignore_errors=True)

    def _wait_for_the_last_holder(self) -> None:
        fcntl.flock(locks.open_lock(self.places.lock("holders")), locks.EXCLUSIVE)
        self._news.put("no holder")


def _words_for(error: OSError) -> str:
    if isinstance(error, PermissionError) and os.geteuid() == 0:
        return (
            "This process is root, but may not hand files and servers over to an unprivileged user "
            f"({error}): the capabilities CHOWN, SETUID and SETGID are missing. Start the portal as an ordinary "
            f"user. {OWN_SERVERS}"
        )
    return f"The embedded services cannot start: {error}. {OWN_SERVERS}"


if __name__ == "__main__":
    sys.exit(main())
