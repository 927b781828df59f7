"""Sealing contents: AES-256-GCM in frames under a key of the file's own, which a key outside the database locks.

Frames are numbered, the last one is marked, and each is bound to its file and copy, so that none can be changed, swapped,
repeated, left out or moved to another file (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import os
import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME = 256 * 1024
KEY_BYTES = 32
_NONCE, _TAG = 12, 16
SEALED_FRAME = _NONCE + FRAME + _TAG


class BrokenSeal(Exception):
    """What is read is not what was sealed: changed, cut off, or sealed with another key."""


class NoSuchKey(Exception):
    """A file's key is locked with a key-encryption key that is not at hand; the text names it."""


@dataclass(frozen=True)
class Keys:
    """Key-encryption keys by their id, in order: the first locks what is new, all unlock."""

    by_id: dict[str, bytes]

    @property
    def current(self) -> str:
        """The id of the key that locks what is new."""
        return next(iter(self.by_id))

    def lock(self, file_key: bytes, name: uuid.UUID) -> bytes:
        """The file's own key, locked with the current key and bound to the file's name."""
        nonce = os.urandom(_NONCE)
        bound = _bound_to(name, self.current)
        return nonce + AESGCM(self.by_id[self.current]).encrypt(nonce, file_key, bound)

    def unlock(self, locked: bytes, name: uuid.UUID, kek: str) -> bytes:
        """The file's own key. Raises NoSuchKey or BrokenSeal."""
        if kek not in self.by_id:
            raise NoSuchKey(f"The key “{kek}” is not among FILE_KEYS.")
        try:
            return AESGCM(self.by_id[kek]).decrypt(locked[:_NONCE], locked[_NONCE:], _bound_to(name, kek))
        except InvalidTag as error:
            raise BrokenSeal(f"The key of file {name} cannot be unlocked with “{kek}”.") from error


def _bound_to(name: uuid.UUID, kek: str) -> bytes:
    return b"file key\0" + name.bytes + kek.encode()


def new_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def sealed_size(size: int) -> int:
    """How many bytes a content of ``size`` bytes takes when sealed."""
    frames = max(1, -(-size // FRAME))
    return size + frames * (_NONCE + _TAG)


def seal(chunks: Iterable[bytes], *, key: bytes, name: uuid.UUID) -> Iterator[bytes]:
    """The content, sealed frame by frame. ``name`` is the name under which this copy lies."""
    cipher, number, frames = AESGCM(key), 0, _frames(chunks)
    frame = next(frames, b"")
    while True:
        following = next(frames, None)
        nonce = os.urandom(_NONCE)
        yield nonce + cipher.encrypt(nonce, frame, _place(name, number, following is None))
        if following is None:
            return
        frame, number = following, number + 1


def unseal(chunks: Iterable[bytes], *, key: bytes, name: uuid.UUID) -> Iterator[bytes]:
    """The content frame by frame, each whole and in its place. Raises BrokenSeal at the first that is not."""
    cipher, number, frames = AESGCM(key), 0, _frames(chunks, SEALED_FRAME)
    frame = next(frames, b"")
    while True:
        following = next(frames, None)
        place = _place(name, number, following is None)
        try:
            yield cipher.decrypt(frame[:_NONCE], frame[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            raise BrokenSeal(f"Frame {number} of {name} is not what was sealed.") from error
        if following is None:
            return
        frame, number = following, number + 1


def _place(name: uuid.UUID, number: int, is_last: bool) -> bytes:
    return name.bytes + struct.pack(">Q?", number, is_last)


def _frames(chunks: Iterable[bytes], size: int = FRAME) -> Iterator[bytes]:
    """The same bytes in frames of one size; the last may be shorter."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) > size:
            yield bytes(held[:size])
            del held[:size]
    if held:
        yield bytes(held)
