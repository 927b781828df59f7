"""Where contents lie: the one place that writes and reads them, sealed with a key of the file's own or as they are."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from portal.files import sealing
from portal.files.models import StoredFile, path_of
from portal.files.sealing import FRAME, Keys
from portal.files.storage import documents


class LostFile(Exception):
    """The content is not in the storage, or is not what was stored."""


class StorageFailed(Exception):
    """The storage cannot take or give a content now; the text says in words what to do."""


def keys() -> Keys:
    """The key-encryption keys of this portal."""
    return Keys(settings.FILE_KEYS)


def write(stored: StoredFile, chunks: Iterable[bytes], *, safe: bool = False) -> None:
    """Write the content of a file, or of its sanitised copy, under its name. Never holds more than a few frames.

    Gives the file its own key at first use; the row is the caller's to save. Raises StorageFailed with nothing left behind.
    """
    name = _name(stored, safe)
    if settings.SEAL_FILES and not stored.wrapped_key and not safe:
        stored.kek = keys().current
        stored.wrapped_key = keys().lock(sealing.new_key(), stored.key)
    if stored.wrapped_key:
        chunks = sealing.seal(chunks, key=_key(stored), name=name)
    try:
        documents().save(path_of(name), _Chunks(chunks))
    except OSError as error:
        delete(name)
        raise StorageFailed(
            _("The file could not be stored (%(reason)s). Nothing was kept; try again later.")
            % {"reason": error.strerror or type(error).__name__}
        ) from error


def read(stored: StoredFile, *, safe: bool = False) -> Iterator[bytes]:
    """The content in frames of at most 256 KiB. Raises LostFile when it is missing, cut off or not what was stored."""
    name = _name(stored, safe)
    expected = stored.safe_sha256 if safe else stored.sha256
    digest = hashlib.sha256()
    try:
        chunks = _chunks(name)
        for chunk in sealing.unseal(chunks, key=_key(stored), name=name) if stored.wrapped_key else chunks:
            digest.update(chunk)
            yield chunk
    except sealing.BrokenSeal as error:
        raise LostFile(str(error)) from error
    if digest.hexdigest() != expected:
        raise LostFile(f"The content of file {stored.key} is not what was stored.")


def delete(name: UUID) -> None:
    """Remove the content under a name, if there is one."""
    documents().delete(path_of(name))


def exists(name: UUID) -> bool:
    """Whether there is a content under a name."""
    return documents().exists(path_of(name))


def _name(stored: StoredFile, safe: bool) -> UUID:
    name = stored.safe_key if safe else stored.key
    if name is None:
        raise LostFile(f"File {stored.key} has no sanitised copy.")
    return name


def _key(stored: StoredFile) -> bytes:
    return keys().unlock(bytes(stored.wrapped_key), stored.key, stored.kek)


def _chunks(name: UUID) -> Iterator[bytes]:
    try:
        content = documents().open(path_of(name), "rb")
    except FileNotFoundError as error:
        raise LostFile(f"The content under {name} is missing.") from error
    with content:
        while chunk := content.read(FRAME):
            yield chunk


class _Chunks(File):
    """Chunks as Django's storages take them: read through once."""

    def __init__(self, chunks: Iterable[bytes]):
        super().__init__(None, "content")
        self._chunks = iter(chunks)
        self._held = b""

    def chunks(self, chunk_size=None) -> Iterator[bytes]:
        yield from self._chunks

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            following = next(self._chunks, None)
            if following is None:
                break
            self._held += following
        size = len(self._held) if size < 0 else size
        given, self._held = self._held[:size], self._held[size:]
        return given

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return 0

    def __bool__(self) -> bool:
        return True
