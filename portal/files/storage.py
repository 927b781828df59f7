"""Where files lie: outside static and URL space, readable by the portal's user alone.

A backend of the storage "documents" is one of Django's with two more doors, ``write`` and ``reading``, that hold a few MiB at most
and either keep a content whole or leave nothing.
"""

import contextlib
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.core.files.storage import FileSystemStorage, storages
from django.utils.translation import gettext as _

ALIAS = "documents"
HALF_WRITTEN = ".incoming"
_STALE_SECONDS = 24 * 3600


class StorageFailed(Exception):
    """The storage cannot keep or give a content at the moment; the text tells people so in words."""


class Reader(Protocol):
    """A content, from its start or from a byte of it."""

    def read(self, size: int) -> bytes: ...


class PrivateFiles(FileSystemStorage):
    """A folder whose files have no address."""

    def url(self, name):
        """Refuses: a file is served only after a check."""
        raise ValueError("Stored files have no address.")

    def write(self, name: str, blocks: Iterable[bytes]) -> None:
        """Keep a content under its name, whole and on the disk, or nothing at all. Raises StorageFailed."""
        target = Path(self.path(name))
        half = Path(self.location) / HALF_WRITTEN / uuid.uuid4().hex
        try:
            for folder in (Path(self.location), half.parent, target.parent):
                self._make_folder(folder)
            self._clear_stale(half.parent)
            self._write_through(half, blocks)
            os.replace(half, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise storage_failed() from error
        finally:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)

    @contextmanager
    def reading(self, name: str, start: int = 0) -> Iterator[Reader]:
        """A content to be read from that byte on. Raises FileNotFoundError, and StorageFailed when the disk does not give it."""
        try:
            with open(self.path(name), "rb", buffering=0) as file:
                file.seek(start)
                yield file
        except FileNotFoundError:
            raise
        except OSError as error:
            raise storage_failed() from error

    def _write_through(self, path: Path, blocks: Iterable[bytes]) -> None:
        mode = self.file_permissions_mode or 0o600
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb", buffering=0) as file:
            os.fchmod(file.fileno(), mode)
            for block in blocks:
                _write_all(file, block)
            os.fsync(file.fileno())

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(mode=self.directory_permissions_mode or 0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)

    def _clear_stale(self, folder: Path) -> None:
        """Remove what processes that were killed have left; what is younger may still be written."""
        for left in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                    left.unlink()


def _write_all(file, block: bytes) -> None:
    """Unbuffered writing may take less than it was given."""
    left = memoryview(block)
    while left:
        left = left[file.write(left) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage_failed() -> StorageFailed:
    """The error with its words."""
    return StorageFailed(
        _(
            "The storage of files cannot be used at the moment. Nothing was lost or half kept. Try again shortly."
        )
    )


def documents():
    """The storage of files that people hand in."""
    return storages[ALIAS]
