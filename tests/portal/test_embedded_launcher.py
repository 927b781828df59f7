"""The whole portal as `make run` starts it, on one data folder from test to test."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from portal.embedded import places
from tests.portal.embedded_machine import (
    ROOT,
    environment,
    launched,
    manage,
    nothing_left,
    pid_of,
    processes_of,
    wait_for_words,
)

pytestmark = pytest.mark.xdist_group("launcher")
READY = "Concordat is ready"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("launcher") / "data"


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def frozen(folder):
    """The database answers nothing while the code inside runs, but keeps its connections."""
    server = pid_of(folder, "bin/postgres")
    everyone = [server, *(int(pid) for pid in _children(server))]
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everyone:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return children.read().split()


def test_it_starts_answers_refuses_a_second_start_and_stops_on_ctrl_c(folder, port):
    with launched(folder, port) as launcher:
        wait_for_words(launcher, READY)
        assert f"http://localhost:{port}/" in launcher.said()
        assert answer(port, "/livez") == (200, '{"status": "ok"}')
        assert answer(port, "/readyz")[0] == 200

        second = subprocess.run(
            [sys.executable, "-m", "portal.embedded"],
            cwd=ROOT,
            env=environment(folder, PORT=str(port)),
            capture_output=True,
            text=True,
        )
        assert second.returncode == 1
        assert f"runs already with the data folder {folder}: http://localhost:{port}/" in second.stderr

        before = processes_of(folder)
        assert manage(folder, "migrate", "--check").returncode == 0
        assert set(before) <= set(processes_of(folder))

        assert answer(port, "/agreements/")[0] == 200
        status, body = answer(port, f"/accepted/?importing=US&exporting=GB&what={'a' * 10_000}")
        assert status == 400
        assert "a" * 10_000 in body
        with frozen(folder):
            started = time.monotonic()
            status, body = answer(port, "/readyz")
            assert time.monotonic() - started < 5
            assert status == 503
            # Which of the two limits is reached first, the connection's or the check's, is a matter of luck.
            assert json.loads(body)["checks"]["database"] in ("no answer in time", "unreachable")
            started = time.monotonic()
            assert answer(port, "/agreements/")[0] == 503
            assert time.monotonic() - started < 5
        assert answer(port, "/agreements/")[0] == 200
        launcher.send_signal(signal.SIGINT)
        assert launcher.wait(30) == 0
        assert launcher.said().endswith("Stopped.\n")
        assert processes_of(folder) == {}


def test_a_killed_launcher_leaves_nothing_running(folder, port):
    with launched(folder, port) as launcher:
        wait_for_words(launcher, READY)
        launcher.kill()
        assert nothing_left(folder)


def test_a_dead_part_stops_everything_and_is_named_with_its_log(folder, port):
    with launched(folder, port) as launcher:
        wait_for_words(launcher, READY)
        os.kill(pid_of(folder, "portal.celery worker"), signal.SIGKILL)
        assert launcher.wait(30) == 1
        assert "The worker process ended unexpectedly" in launcher.said()
        assert str(places.at(folder).log("worker")) in launcher.said()
        assert processes_of(folder) == {}


def test_it_stops_while_it_is_still_starting(folder, port):
    with launched(folder, port) as launcher:
        wait_for_words(launcher, "Preparing")
        launcher.send_signal(signal.SIGHUP)
        assert launcher.wait(30) == 0
        assert processes_of(folder) == {}
