"""Starting the whole portal on one machine, and stopping all of it."""

import contextlib
import errno
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from portal.embedded import locks, places
from portal.embedded.crew import Crew
from portal.embedded.holding import Holding, hold, missing_services
from portal.embedded.places import CannotStart, Places
from portal.embedded.stopping import Stopped, StopSignals
from portal.env import BadEnvironment, Environment, read

READY_SECONDS = 60
LOOK_SECONDS = 0.3
LOOPBACK = (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6))


def main() -> int:
    """Run the portal until a signal or the death of a part; the exit status is 0 after a signal."""
    signals = StopSignals()
    signals.listen()
    try:
        environment = read(os.environ)
        run(environment, places.at(environment["DATA_DIR"]), signals)
    except Stopped:
        say("Stopped.")
        return 0
    except (BadEnvironment, CannotStart) as words:
        signals.ignore()
        with contextlib.suppress(OSError):
            print(words, file=sys.stderr)
    return 1


def say(text: str) -> None:
    """A line for the user; a closed terminal is no reason to leave processes behind."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def run(environment: Environment, where: Places, signals: StopSignals) -> None:
    """Start everything, say where it is, and watch it. Raises CannotStart, or Stopped by a signal."""
    places.make_data_folder(where)
    port = environment["PORT"]
    with _only_one(where, port), contextlib.ExitStack() as started:
        try:
            binds = free_addresses(port)
            with signals.held_back():
                holding = _hold(where, started)
            crew = started.enter_context(Crew(where, signals).working())
            say("Preparing the database and the static files")
            # The tables are their owner's to change; all else runs as the application.
            crew.work("preparation", ["manage.py", "migrate", "--no-input"])
            crew.work("preparation", ["-m", "portal.embedded.preparation"])
            for name, arguments in parts(binds, environment).items():
                crew.start(name, arguments)
                if name == "web":
                    _wait_ready(environment, crew, holding)
            say(welcome(environment, where))
            while True:
                _check(crew, holding)
                time.sleep(LOOK_SECONDS)
        except BaseException as reason:
            signals.ignore()
            if isinstance(reason, Stopped):
                say("\nStopping")
            raise


@contextlib.contextmanager
def _only_one(where: Places, port: int) -> Iterator[None]:
    path = where.lock("portal")
    try:
        running = path.read_text().strip()
    except OSError:
        running = ""
    words = f"The portal runs already with the data folder {where.data}: {running or 'it is just starting'}"
    with locks.locked(path, seconds=0, words=words):
        path.write_text(f"http://localhost:{port}/ (process {os.getpid()})")
        yield


def free_addresses(port: int) -> list[str]:
    """The loopback addresses to listen on; raises CannotStart when another program has the port."""
    binds = []
    for host, family in LOOPBACK:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                words = f"is in use by another program. Stop it, or choose another: make run PORT={port % 65535 + 1}"
            elif error.errno == errno.EACCES:
                words = "is not open to this user. Choose one above 1023: make run PORT=8000"
            elif family == socket.AF_INET6:
                continue
            else:
                words = f"cannot be used: {error.strerror}"
            raise CannotStart(f"Port {port} {words}") from None
        binds.append(f"[{host}]:{port}" if family == socket.AF_INET6 else f"{host}:{port}")
    return binds


def _hold(where: Places, started: contextlib.ExitStack) -> Holding | None:
    services = missing_services(os.environ)
    if not services:
        return None
    say(f"Starting {' and '.join(services)} in {where.data}")
    holding = hold(where, services)
    started.callback(_release, holding)
    return holding


def _release(holding: Holding) -> None:
    if not holding.release():
        say("Another command still uses the embedded services; they stop when it ends.")


def parts(binds: list[str], environment: Environment) -> dict[str, list[str]]:
    """The portal's processes by name, with the arguments to Python, in the order of starting."""
    celery = ["-m", "celery", "--app", "portal.celery"]
    level = ["--loglevel", environment["LOG_LEVEL"]]
    return {
        "web": [
            *("-m", "gunicorn", "portal.wsgi:application", "--preload", "--no-control-socket"),
            *("--config", "deploy/gunicorn.conf.py"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "6", "--graceful-timeout", "3"),
            # Too long a question is refused by the page, in words and with what was typed, not by a bare 414.
            *("--limit-request-line", "0"),
            *(argument for bind in binds for argument in ("--bind", bind)),
        ],
        "worker": [
            *(*celery, "worker", "--pool", "threads", "--concurrency", "4"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *level,
        ],
        "beat": [*celery, "beat", "--pidfile", "", *level],
    }


def _check(crew: Crew, holding: Holding | None) -> None:
    if holding and (fault := holding.fault()):
        raise CannotStart(f"{fault}\nThe portal stops.")
    crew.check()


def _wait_ready(environment: Environment, crew: Crew, holding: Holding | None) -> None:
    host = environment["ALLOWED_HOSTS"][0].lstrip(".").replace("*", "localhost")
    probe = urllib.request.Request(f"http://127.0.0.1:{environment['PORT']}/readyz", headers={"Host": host})
    end = time.monotonic() + READY_SECONDS
    answer = "no answer"
    while time.monotonic() < end:
        _check(crew, holding)
        try:
            with urllib.request.urlopen(probe, timeout=5):
                return
        except urllib.error.HTTPError as error:
            answer = error.read(500).decode(errors="replace")
        except OSError as error:
            answer = str(error)
        time.sleep(0.05)
    raise CannotStart(
        f"The portal is not ready after {READY_SECONDS} s: {answer}. See {crew.where.log('web')}."
    )


def welcome(environment: Environment, where: Places) -> str:
    """What the user reads when the portal is ready."""
    root = f"http://localhost:{environment['PORT']}"
    return "\n".join(
        [
            "",
            f"Concordat is ready: {root}/",
            "",
            "Places to begin:",
            f"  whose results are accepted  {root}/accepted/?importing=US&exporting=GB&kind=test_report&sector=emc",
            f"  bodies                      {root}/bodies/",
            f"  agreements                  {root}/agreements/",
            f"  API                         {root}/api/v1/",
            *_sample_sign_ins(where, root),
            "",
            f"Logs are in {where.logs}. Ctrl-C stops everything.",
        ]
    )


def _sample_sign_ins(where: Places, root: str) -> list[str]:
    """What the loading of the sample has left word of: who can sign in, and with which password."""
    try:
        words = (where.data / "sample_sign_ins.txt").read_text().rstrip()
    except OSError:
        return []
    return ["", f"Sign in at {root}/account/login/", words]
