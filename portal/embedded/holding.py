"""Having the embedded services while a process needs them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from portal.embedded import children, locks, places
from portal.embedded.keeper import SERVICES
from portal.embedded.places import CannotStart, Places

BASE_DIR = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 60
SURE_AFTER = 3


def missing_services(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The services for which the environment names no server of its own."""
    variables = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    return tuple(service for service in SERVICES if not environ.get(variables[service]))


class Holding:
    """This process's share in the embedded services.

    Made by :func:`hold`; `release` gives it back and waits until the services have stopped, unless another
    process still holds them.
    """

    def __init__(self, where: Places, descriptor: int, keeper: subprocess.Popen | None):
        self.places = where
        self._descriptor = descriptor
        self._keeper = keeper

    def fault(self) -> str | None:
        """Why the services are no longer running, or None while they are."""
        if locks.is_held(self.places.lock("keeper")):
            return None
        try:
            return self.places.fault.read_text()
        except OSError:
            return "The embedded services were stopped."

    def release(self) -> bool:
        """Give the share back; True when the services have stopped, False when others keep them running."""
        os.close(self._descriptor)
        end = time.monotonic() + WAIT_SECONDS
        seen_in_use = 0
        while locks.is_held(self.places.lock("keeper")) and time.monotonic() < end:
            # A single look may meet the look of another process that is leaving as well.
            seen_in_use = seen_in_use + 1 if locks.is_shared(self.places.lock("holders")) else 0
            if seen_in_use == SURE_AFTER:
                _forget(self._keeper)
                return False
            time.sleep(0.01)
        if self._keeper:
            self._keeper.wait()
        return True


def hold(
    where: Places,
    services: Iterable[str] = SERVICES,
    *,
    throwaway: bool = False,
    remove: bool = False,
) -> Holding:
    """Take a share in the services below `where`, starting them when they do not run.

    `throwaway` gives up safety against power loss for speed, `remove` lets the keeper remove the data folder at
    the end; both are for tests. Raises CannotStart with words for the user.
    """
    services = tuple(services)
    places.make_data_folder(where)
    descriptor = locks.open_lock(where.lock("holders"))
    keeper = None
    try:
        locks.wait_lock(
            descriptor,
            locks.SHARED,
            seconds=WAIT_SECONDS,
            words=f"The embedded services of {where.data} are still being stopped; try again.",
        )
        busy = f"Another process is starting the embedded services of {where.data} and does not finish."
        with locks.locked(where.lock("start"), seconds=WAIT_SECONDS, words=busy):
            if locks.is_held(where.lock("keeper")):
                _check_services(where, services)
            else:
                keeper = _start_keeper(where, services, throwaway=throwaway, remove=remove)
    except BaseException:
        os.close(descriptor)
        raise
    return Holding(where, descriptor, keeper)


@contextmanager
def held(where: Places, services: Iterable[str] = SERVICES) -> Iterator[Holding | None]:
    """Hold the services for the code inside; nothing is started when `services` is empty."""
    if not (services := tuple(services)):
        yield None
        return
    holding = hold(where, services)
    try:
        yield holding
    finally:
        holding.release()


def _check_services(where: Places, services: tuple[str, ...]) -> None:
    running = where.lock("keeper").read_text().split()[-1].split(",")
    for service in services:
        if service not in running:
            raise CannotStart(
                f"The embedded services of {where.data} run without {service}: the process that started them has "
                "DATABASE_URL or REDIS_URL set. Set them here as well, or stop that process."
            )


def _start_keeper(
    where: Places, services: tuple[str, ...], *, throwaway: bool, remove: bool
) -> subprocess.Popen:
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "portal.embedded.keeper", str(where.data)]
    command += ["--ready", str(write_end), "--services", ",".join(services)]
    command += ["--throwaway"] * throwaway + ["--remove"] * remove
    with children.open_log(where.log("keeper")) as log:
        keeper = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[write_end],
            start_new_session=True,
        )
    os.close(write_end)
    with open(read_end) as answer:
        words = answer.read()
    if words != "ready":
        keeper.wait()
        log_end = children.last_lines(where.log("keeper"))
        raise CannotStart(words or f"The embedded services do not start:\n{log_end}")
    return keeper


def _forget(keeper: subprocess.Popen | None) -> None:
    """The keeper goes on for the other holders and is no longer this process's to wait for."""
    if keeper:
        keeper.returncode = 0
