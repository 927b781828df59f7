"""Writing the files of a dump into the storage, each as it streams, with its size and hash.

Nothing here is listed: that is ``making``'s last step. Memory stays at a few blocks whatever the size of the register.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection

from portal import clock, signatures
from portal.audit import recording
from portal.files.storage import documents
from registry.opendata import describing
from registry.opendata.provenance import samples
from registry.opendata.public_tables import TABLES

FOLDER = "dumps"
SUMS, SIGNATURE, KEY, ZIP = "SHA256SUMS", "SHA256SUMS.sig", "signing-key.pem", "concordat.zip"
_BLOCK = 512 * 1024
# Rows of a register resemble one another: the fastest level takes off nearly as much as the others.
_LEVEL = 1


def place_of(day: date, name: str = "") -> str:
    """Where a file of that day's dump lies in the storage; without a name, the folder."""
    return f"{FOLDER}/{day}/{name}" if name else f"{FOLDER}/{day}"


@dataclass
class Written:
    """What a dump holds so far: its day, the moment and version that it shows, and its files."""

    day: date
    made_at: datetime
    register_version: int
    samples: int
    files: list[dict] = field(default_factory=list)

    def write(self, name: str, blocks: Iterable[bytes], media_type: str, **facts) -> dict:
        """Keep one file, and note its name, size, hash and further facts."""
        digest, size = hashlib.sha256(), 0

        def passing() -> Iterator[bytes]:
            nonlocal size
            for block in blocks:
                digest.update(block)
                size += len(block)
                yield block

        documents().write(place_of(self.day, name), passing())
        told = {"name": name, "bytes": size, "sha256": digest.hexdigest(), "media_type": media_type, **facts}
        self.files.append(told)
        return told


def write_tables() -> Written:
    """All tables as the running transaction sees them, with the words that describe them.

    Raises StorageFailed.
    """
    now = clock.now()
    written = Written(now.date(), now, recording.latest(), samples())
    for table in TABLES:
        rows = _Rows(table.as_csv(), ending=b"\r\n", heading=True)
        told = written.write(f"{table.name}.csv", rows, "text/csv", table=table.name)
        told["rows"] = rows.count
        rows = _Rows(table.as_json())
        told = written.write(f"{table.name}.jsonl", rows, "application/jsonl", table=table.name)
        told["rows"] = rows.count
    for name, media_type, content in describing.documents_of(written, archive=ZIP):
        written.write(name, [content], media_type)
    return written


def seal(written: Written) -> None:
    """The list of all hashes, its signature with the key that verifies it, and everything in one archive."""
    lines = "".join(
        f"{one['sha256']}  {one['name']}\n" for one in sorted(written.files, key=lambda one: one["name"])
    )
    sums = lines.encode()
    written.write(SUMS, [sums], "text/plain")
    written.write(SIGNATURE, [signatures.sign(sums)], "application/octet-stream")
    written.write(KEY, [signatures.public_key_pem()], "application/x-pem-file")
    written.write(ZIP, _archive(written), "application/zip")


class _Rows:
    """The rows of a statement in blocks. ``count`` is how many they were, known at their end."""

    def __init__(self, statement: str, *, ending: bytes = b"\n", heading: bool = False):
        self._statement, self._ending, self._heading = statement, ending, heading
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        block, size, seen = [], 0, 0
        with connection.cursor() as cursor, cursor.copy(self._statement) as copy:
            # The server sends each row in a message of its own, with a line feed at its end.
            for row in copy:
                block.append(bytes(row)[:-1])
                size += len(row)
                if size >= _BLOCK:
                    seen += len(block)
                    yield self._joined(block)
                    block, size = [], 0
        seen += len(block)
        self.count = seen - self._heading
        yield self._joined(block)

    def _joined(self, rows: list[bytes]) -> bytes:
        return self._ending.join([*rows, b""]) if rows else b""


def _archive(written: Written) -> Iterator[bytes]:
    """Every file so far in one archive, read back from the storage."""
    pipe = _Pipe()
    stamp = written.made_at.timetuple()[:6]
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for told in written.files:
            entry = ZipInfo(f"concordat-{written.day}/{told['name']}", stamp)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            with (
                documents().reading(place_of(written.day, told["name"])) as reader,
                archive.open(entry, "w", force_zip64=told["bytes"] > 2**31) as member,
            ):
                while block := reader.read(_BLOCK):
                    member.write(block)
                    yield pipe.taken()
    yield pipe.taken()


class _Pipe:
    """What an archive is written to, and taken from, in one go."""

    def __init__(self):
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        found = bytes(self._waiting)
        self._waiting.clear()
        return found
