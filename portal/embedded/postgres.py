"""The embedded PostgreSQL: making its data folder, starting and stopping it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from portal.embedded import children
from portal.embedded.binaries import OWN_SERVERS, Account, postgres_binary
from portal.embedded.places import APPLICATION, DATABASE, OWNER, SUPERUSER, CannotStart, Places

START_SECONDS = 60
STOP_SECONDS = 20
FIRST_SQL = f"CREATE ROLE {OWNER} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {OWNER};\n"
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}


def make(places: Places, account: Account, *, throwaway: bool) -> None:
    """Make the data folder with the portal's role and an empty database, once; a half-made one is made anew."""
    if places.postgres.exists():
        _hand_over(places.postgres, account)
        return
    half = places.data / "postgres.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    if account.uid is not None:
        os.chown(half, account.uid, account.gid)
    _run(
        half,
        account,
        [
            postgres_binary("initdb"),
            "-D",
            _here(half),
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--data-checksums",
            *(["--no-sync", "--wal-segsize=1"] if throwaway else []),
        ],
    )
    _run(
        half,
        account,
        [postgres_binary("postgres"), "--single", "-F", "-D", _here(half), "postgres"],
        FIRST_SQL,
    )
    half.rename(places.postgres)


def start(places: Places, account: Account, *, throwaway: bool) -> subprocess.Popen:
    """Start the server and return once it answers; what an earlier one left behind is cleared first."""
    clear_leftovers(places)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(places.sockets).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "80",
        **(THROWAWAY if throwaway else {}),
    }
    command: list[str | Path] = [postgres_binary("postgres"), "-D", _here(places.postgres)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with children.open_log(places.log("postgres")) as log:
        server = subprocess.Popen(
            command,
            cwd=places.postgres,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=children.die_with_parent(signal.SIGINT),
            **account.popen(),
        )
    _wait_ready(places, server)
    _give_roles(places)
    return server


def _give_roles(places: Places) -> None:
    """Make the application's role where a data folder has none yet."""
    with psycopg.connect(places.superuser_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")


def stop(server: subprocess.Popen) -> None:
    """Stop the server by SIGINT: clients are disconnected, data is written."""
    children.stop(server, signal.SIGINT, seconds=STOP_SECONDS)


def clear_leftovers(places: Places) -> None:
    """End a server whose keeper is gone, and remove the files a dead one left.

    The id in postmaster.pid is not trusted: another program may have it by now.
    """
    pid_file = places.postgres / "postmaster.pid"
    pid = _recorded_pid(pid_file)
    if pid and children.is_alive(pid) and children.runs_in(pid, "postgres", places.postgres):
        os.kill(pid, signal.SIGINT)
        if not children.wait_gone(pid, STOP_SECONDS):
            raise CannotStart(
                f"An earlier PostgreSQL (process {pid}) of {places.data} does not end; stop it first."
            )
    pid_file.unlink(missing_ok=True)
    for left in places.sockets.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def _recorded_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _hand_over(folder: Path, account: Account) -> None:
    """Give a data folder that root copied or restored to the account that runs the server."""
    if account.uid is None or folder.stat().st_uid == account.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _here(folder: Path) -> str:
    """How the server names its own folder: by its working directory where it changes user.

    The folders above may be closed to that user; Linux resolves this link without passing through them.
    """
    return "/proc/self/cwd" if os.geteuid() == 0 and sys.platform.startswith("linux") else str(folder)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _run(folder: Path, account: Account, command: list, given: str = "") -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        input=given,
        capture_output=True,
        text=True,
        start_new_session=True,
        **account.popen(),
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip()
        raise CannotStart(f"PostgreSQL cannot make its data folder: {words}\n{OWN_SERVERS}")


def _wait_ready(places: Places, server: subprocess.Popen) -> None:
    pid_file = places.postgres / "postmaster.pid"
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            lines = pid_file.read_text().split("\n")
            if len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
                return
        time.sleep(0.01)
    stop(server)
    log = places.log("postgres")
    raise CannotStart(f"PostgreSQL does not start. The end of {log}:\n{children.last_lines(log)}")
