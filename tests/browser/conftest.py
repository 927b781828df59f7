"""The portal as a newcomer starts it, and a browser that looks at it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
_START_SECONDS = 180


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """The address of a portal started by the real launcher on an empty data folder: catalogue and sample register."""
    port, folder = _free_port(), tmp_path_factory.mktemp("portal")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name
        not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")
    }
    environment |= {"PORT": str(port), "DATA_DIR": str(folder)}
    log = (folder / "launcher.out").open("w")
    launcher = subprocess.Popen(
        [sys.executable, "-m", "portal.embedded"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, launcher, folder)
        yield address
    finally:
        launcher.send_signal(signal.SIGINT)
        launcher.wait(60)
        log.close()


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
