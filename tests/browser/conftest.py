"""The portal as a newcomer starts it, and a browser that looks at it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
_START_SECONDS = 180
_MAIL_SECONDS = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Started:
    """A portal that runs: the number of its port and its data folder."""

    port: int
    folder: Path

    @property
    def address(self) -> str:
        """Where e-mails and commands say it is; browsers know no security key for a number."""
        return f"http://localhost:{self.port}"

    def manage(self, *arguments: str) -> str:
        """What a command says that the operator runs beside the portal; it must succeed."""
        ended = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=_environment(self.port, self.folder),
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def mail_to(self, email: str) -> str:
        """The newest e-mail to somebody, once the worker has written it to a file."""
        deadline = time.monotonic() + _MAIL_SECONDS
        while time.monotonic() < deadline:
            letters = [path.read_text() for path in (self.folder / "mail").glob("*")]
            found = [letter for letter in letters if f"To: {email}" in letter]
            if found:
                return found[-1]
            threading.Event().wait(0.2)
        raise AssertionError(f"no e-mail to {email} after {_MAIL_SECONDS} s")


def _environment(port: int, folder: Path, **more: str) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")
    }
    return inherited | {"PORT": str(port), "DATA_DIR": str(folder)} | more


@contextmanager
def started(folder: Path, **environment: str):
    """A portal started by the real launcher on a data folder, until the code inside ends."""
    port = _free_port()
    log = (folder / "launcher.out").open("w")
    launcher = subprocess.Popen(
        [sys.executable, "-m", "portal.embedded"],
        cwd=ROOT,
        env=_environment(port, folder, **environment),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", launcher, folder)
        yield Started(port, folder)
    finally:
        launcher.send_signal(signal.SIGINT)
        launcher.wait(60)
        log.close()


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """The address of a portal started by the real launcher on an empty data folder: catalogue and sample register."""
    with started(tmp_path_factory.mktemp("portal")) as running:
        yield f"http://127.0.0.1:{running.port}"


@pytest.fixture
def empty_portal(tmp_path_factory):
    """A portal as an authority's own operator starts it: the catalogue, and not one person or body."""
    with started(tmp_path_factory.mktemp("empty"), SAMPLE="0") as running:
        yield running


def _wait_until_ready(address: str, launcher: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if launcher.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            launcher_ended(launcher)
    raise AssertionError(f"the portal did not start:\n{(folder / 'launcher.out').read_text()}")


def launcher_ended(launcher: subprocess.Popen) -> bool:
    """Wait a moment for the launcher to end; True when it did."""
    try:
        launcher.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.fixture(scope="session")
def chromium():
    """Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, portal):
    """Open a page at a width, with or without JavaScript; complaints on its console are kept in ``page.complaints``."""
    contexts = []

    def open_at(path: str, *, width: int = 1280, javascript: bool = True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on(
            "console",
            lambda message: (
                page.complaints.append(message.text)
                if message.type in ("error", "warning") or re.search("Content.Security.Policy", message.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.answer = page.goto(f"{portal}{path}")
        return page

    yield open_at
    for context in contexts:
        context.close()
