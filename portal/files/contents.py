"""The one place where the content of a file is written or read, sealed when keys are on."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from portal.files import keys, sealing
from portal.files.models import StoredFile
from portal.files.storage import HALF_WRITTEN, StorageFailed, documents

__all__ = ["LostFile", "StorageFailed", "delete", "exists", "lying", "read", "write"]


class LostFile(Exception):
    """The content is not in the storage, or is not what was stored."""


def write(stored: StoredFile, chunks: Iterable[bytes], *, safe: bool = False) -> None:
    """Keep a content under ``stored.path``, or the sanitised copy under ``stored.safe_path``; whole, or not at all.

    The file's own key is made when its original is first written, where SEAL_FILES is on: save ``wrapped_key`` and ``kek`` with the
    row. A copy is sealed when its original is. What is raised by ``chunks`` goes through. Raises StorageFailed in words.
    """
    if not safe and settings.SEAL_FILES and not stored.wrapped_key:
        _give_key(stored)
    if stored.wrapped_key:
        chunks = sealing.seal(_key_of(stored), _place(stored, safe), chunks)
    documents().write(_path(stored, safe), chunks)


def read(stored: StoredFile, *, safe: bool = False) -> Iterator[bytes]:
    """The content in frames of at most 256 KiB, unsealed and authenticated.

    The last frame is given out only when size and SHA-256 are those of the row, so nothing that was changed is ever read to its end.
    Raises LostFile, also in the middle, and StorageFailed.
    """
    size, sha256 = (stored.safe_size, stored.safe_sha256) if safe else (stored.size, stored.sha256)
    try:
        with documents().reading(_path(stored, safe)) as reader:
            if stored.wrapped_key:
                place, digest = _place(stored, safe), bytes.fromhex(sha256)
                frames = sealing.unseal(_key_of(stored), place, reader.read, digest)
            else:
                frames = _verified(reader, sha256)
            yield from _of_size(frames, size)
    except FileNotFoundError as error:
        raise LostFile(f"The content of file {stored.key} is missing.") from error
    except (sealing.NotAuthentic, _Changed) as error:
        raise LostFile(f"The content of file {stored.key} is not what was stored.") from error


def exists(path: str) -> bool:
    """Whether something lies at a place of the storage."""
    return documents().exists(path)


def delete(path: str) -> None:
    """Remove what lies at a place of the storage, if anything does."""
    documents().delete(path)


def lying() -> Iterator[tuple[str, list[tuple[str, datetime]]]]:
    """Everything in the storage, folder by folder: each place with the moment it was written. For the sweeper."""
    storage = documents()
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return
    for folder in sorted(set(folders) - {HALF_WRITTEN}):
        places = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
        yield folder, [(place, storage.get_modified_time(place)) for place in places]


def _path(stored: StoredFile, safe: bool) -> str:
    path = stored.safe_path if safe else stored.path
    if not path:
        raise ValueError("A sanitised copy needs a safe_key.")
    return path


def _place(stored: StoredFile, safe: bool) -> sealing.Place:
    return sealing.Place(stored.key, sealing.SAFE if safe else sealing.ORIGINAL)


def _give_key(stored: StoredFile) -> None:
    try:
        stored.kek, stored.wrapped_key = keys.ring().wrap(sealing.new_key(), stored.key)
    except sealing.UnknownKey as error:
        raise _key_away() from error


def _key_of(stored: StoredFile) -> bytes:
    try:
        return keys.ring().unwrap(stored.kek, bytes(stored.wrapped_key), stored.key)
    except sealing.UnknownKey as error:
        raise _key_away() from error


def _key_away() -> StorageFailed:
    return StorageFailed(
        _("The key that files are locked with is not at hand. The operator of the portal must put it back.")
    )


class _Changed(Exception):
    """A content that is not sealed has another hash, or any content another size."""


def _verified(reader, sha256: str) -> Iterator[bytes]:
    """The frames of a content that is not sealed; the last one when the hash of all is right."""
    digest, held = hashlib.sha256(), b""
    for frame in iter(lambda: reader.read(sealing.FRAME), b""):
        digest.update(frame)
        if held:
            yield held
        held = frame
    if digest.hexdigest() != sha256:
        raise _Changed
    yield held


def _of_size(frames: Iterable[bytes], size: int) -> Iterator[bytes]:
    for frame in frames:
        size -= len(frame)
        if size < 0:
            raise _Changed
        yield frame
    if size:
        raise _Changed
