"""What the tests of the embedded services see of the machine."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SET_BY_THE_PLUGIN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "DATA_DIR", "PORT")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a newcomer, with `folder` as the data folder."""
    bare = {name: value for name, value in os.environ.items() if name not in SET_BY_THE_PLUGIN}
    return bare | {"DATA_DIR": str(folder)} | more


def processes_of(folder: Path) -> dict[int, str]:
    """Every process that works for the data folder, by id, with its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            told = (entry / "environ").read_bytes().decode(errors="replace")
            at_home = os.readlink(entry / "cwd").startswith(str(folder))
            if command and (at_home or str(folder) in command or f"DATA_DIR={folder}" in told):
                found[int(entry.name)] = command
    return found


def nothing_left(folder: Path, seconds: float = 15) -> bool:
    """Whether no process works for the data folder any more, after waiting a little."""
    end = time.monotonic() + seconds
    while left := processes_of(folder):
        if time.monotonic() > end:
            print(left)
            return False
        time.sleep(0.05)
    return True


def pid_of(folder: Path, part: str) -> int:
    """The id of the one process of the data folder whose command line begins with what `part` names."""
    (pid,) = (pid for pid, command in processes_of(folder).items() if part in command)
    return pid


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run manage.py with the data folder."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def launched(folder: Path, port: int):
    """The launcher as `make run` starts it, with its output in `launcher.said`; ended at the end at the latest."""
    with (folder.parent / f"said-{port}").open("w+") as said:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "portal.embedded"],
            cwd=ROOT,
            env=environment(folder, PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        launcher.said = lambda: Path(said.name).read_text()
        try:
            yield launcher
        finally:
            if launcher.poll() is None:
                launcher.send_signal(signal.SIGTERM)
                launcher.wait(30)


def wait_for_words(launcher: subprocess.Popen, words: str, seconds: float = 150) -> None:
    """Return when the launcher has said `words`; fail when it ends or time runs out before."""
    end = time.monotonic() + seconds
    while words not in launcher.said():
        assert launcher.poll() is None, launcher.said()
        assert time.monotonic() < end, launcher.said()
        time.sleep(0.05)
