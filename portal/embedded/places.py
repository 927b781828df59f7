"""Where the embedded services keep their things, derived from the data folder alone.

Every process that is given the same data folder finds the same sockets and locks.
"""

import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LONGEST_SOCKET = 100
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
POSTGRES_SOCKET = ".s.PGSQL.5432"
DATABASE = "concordat"
# The owner makes and changes the tables; the application only reads and writes rows.
OWNER = "concordat"
APPLICATION = "concordat_app"
SUPERUSER = "postgres"


class CannotStart(Exception):
    """The embedded services cannot run here; the text tells why and what to do."""


@dataclass(frozen=True)
class Places:
    """The files and folders below one data folder."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        return self.data / "valkey"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def fault(self) -> Path:
        """Why the keeper ended on its own, in words."""
        return self.data / "fault.txt"

    def lock(self, name: str) -> Path:
        return self.data / f"{name}.lock"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @cached_property
    def sockets(self) -> Path:
        """The folder of the sockets: in the data folder, or a private temporary one where that cannot work.

        It cannot when the path is too long for a socket or holds characters that connection URLs give a meaning.
        As root it is always the temporary one: the data folder may lie under a folder closed to the unprivileged
        user that runs the servers.
        """
        inside = self.data / "run"
        if (
            os.geteuid() != 0
            and len(str(inside / POSTGRES_SOCKET)) <= LONGEST_SOCKET
            and PLAIN_PATH.fullmatch(str(inside))
        ):
            return inside
        return temporary_folder() / f"concordat-{os.geteuid()}-{short_hash(str(self.data))}"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / POSTGRES_SOCKET

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def database_url(self) -> str:
        return self.database_url_of(DATABASE)

    def database_url_of(self, name: str, role: str = APPLICATION) -> str:
        return f"postgresql://{role}@/{name}?host={self.sockets}"

    @property
    def owner_url(self) -> str:
        return self.database_url_of(DATABASE, OWNER)

    @property
    def superuser_url(self) -> str:
        return self.database_url_of("postgres", SUPERUSER)

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=0"


def at(data: Path | str) -> Places:
    """The places below `data`, links resolved so that each spelling of a folder means the same one."""
    return Places(Path(data).expanduser().resolve())


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def temporary_folder() -> Path:
    """A short folder for temporary things that is the same for every process of the machine."""
    short = Path("/tmp")
    return short if os.access(short, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def open_to_all(path: Path) -> bool:
    """Whether any user can pass through `path` and every folder above it; what does not exist yet counts as open."""
    for folder in (path, *path.parents):
        try:
            if not folder.stat().st_mode & stat.S_IXOTH:
                return False
        except FileNotFoundError:
            continue
    return True


def private_folder(path: Path, owner: int | None = None) -> Path:
    """Make `path` a folder that only `owner` (default: this user) can enter.

    Raises CannotStart when something of another user stands there.
    """
    owner = os.geteuid() if owner is None else owner
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
        raise CannotStart(
            f"{path} belongs to another user of this machine; remove it or choose another DATA_DIR."
        )
    if found.st_uid != owner:
        os.chown(path, owner, -1)
    path.chmod(0o700)
    return path


def make_data_folder(places: Places) -> None:
    """Make the data and log folders, or raise CannotStart saying why they cannot be used."""
    try:
        places.data.mkdir(parents=True, exist_ok=True)
        places.logs.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=places.data), tempfile.TemporaryFile(dir=places.logs):
            pass
    except OSError as error:
        raise CannotStart(
            f"The data folder {places.data} cannot be written ({error.strerror}). "
            "Make it writable for this user, or choose another one with DATA_DIR=/some/folder."
        ) from None
