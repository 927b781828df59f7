"""Sealing contents, and the keys they are sealed with. Pure: no database, no storage, no settings.

Every file has a key of its own (AES-256-GCM). Its content is cut into frames, each sealed with a nonce of its own and bound to the
file, the kind of content, the writing, its number and whether it is the last: a frame that is changed, moved, repeated, left out or
put into another file does not open, nor does a content that was cut off or continued (the STREAM construction: Hoang, Reyhanitabar,
Rogaway and Vizár, Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, CRYPTO 2015). The file's key is stored
wrapped with a key-encryption key that never lies beside it.
"""

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FRAME = 256 * 1024
ORIGINAL, SAFE = b"original", b"safe"
KEY_BYTES = 32

_NONCE = 12
_TAG = 16
_FORM = b"CSF1"
_WRITING = 16
_HEADER = len(_FORM) + _WRITING
_SEALED_FRAME = _NONCE + FRAME + _TAG
_WRAPPED_FORM = b"CFK1"


class NotAuthentic(Exception):
    """What was found is not what was sealed, or not here."""


class UnknownKey(Exception):
    """The key-encryption key is not at hand; the text is its name."""


@dataclass(frozen=True)
class Place:
    """Which content of which file something is: part of what is authenticated."""

    key: uuid.UUID
    kind: bytes

    def of_frame(self, writing: bytes, number: int, end: bytes) -> bytes:
        """The words that bind one frame to its place; ``end`` is empty but for the last frame, where it is the content's SHA-256."""
        return b"|".join((_FORM + writing, self.key.bytes, self.kind, number.to_bytes(8), end))


def new_key() -> bytes:
    """A key for one file."""
    return AESGCM.generate_key(KEY_BYTES * 8)


def seal(key: bytes, place: Place, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed content, in pieces of at most one frame."""
    cipher, writing, digest = AESGCM(key), os.urandom(_WRITING), hashlib.sha256()
    yield _FORM + writing
    for number, (frame, last) in enumerate(_with_last(frames(chunks))):
        digest.update(frame)
        nonce = os.urandom(_NONCE)
        end = digest.digest() if last else b""
        yield nonce + cipher.encrypt(nonce, frame, place.of_frame(writing, number, end))


def unseal(key: bytes, place: Place, read: Callable[[int], bytes], sha256: bytes) -> Iterator[bytes]:
    """The frames of a sealed content, each authenticated before it is given out. Raises NotAuthentic.

    The last frame opens only for the content's own SHA-256, which therefore need not be computed again. ``read`` gives exactly as
    many bytes as it is asked for, and fewer only at the end.
    """
    header = read(_HEADER)
    if len(header) != _HEADER or not header.startswith(_FORM):
        raise NotAuthentic("This is no sealed content.")
    cipher, writing = AESGCM(key), header[len(_FORM) :]
    for number, (frame, last) in enumerate(_with_last(iter(lambda: read(_SEALED_FRAME), b""))):
        bound = place.of_frame(writing, number, sha256 if last else b"")
        try:
            yield cipher.decrypt(frame[:_NONCE], frame[_NONCE:], bound)
        except (InvalidTag, ValueError):
            raise NotAuthentic(f"Frame {number} is not what was sealed here.") from None


def sealed_size(size: int) -> int:
    """How many bytes a content of ``size`` bytes takes when it is sealed."""
    return _HEADER + size + (_NONCE + _TAG) * max(1, -(-size // FRAME))


def frames(chunks: Iterable[bytes], size: int = FRAME) -> Iterator[bytes]:
    """The same bytes in pieces of exactly ``size``; the last may be shorter. An empty content has none."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)


def _with_last(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one; nothing at all counts as one empty piece."""
    pieces = iter(pieces)
    held = next(pieces, b"")
    for piece in pieces:
        yield held, False
        held = piece
    yield held, True


class Ring:
    """The key-encryption keys by name. The first wraps; all of them unwrap."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]):
        self._ciphers = {name: AESGCM(key) for name, key in keys}
        self.current = keys[0][0] if keys else ""

    def __contains__(self, name: str) -> bool:
        return name in self._ciphers

    def wrap(self, key: bytes, file_key: uuid.UUID) -> tuple[str, bytes]:
        """The name of the first key-encryption key, and the file's key locked with it. Raises UnknownKey when there is none."""
        nonce = os.urandom(_NONCE)
        return self.current, nonce + self._named(self.current).encrypt(
            nonce, key, _bound(file_key, self.current)
        )

    def unwrap(self, name: str, wrapped: bytes, file_key: uuid.UUID) -> bytes:
        """The file's key. Raises UnknownKey, and NotAuthentic when it was locked otherwise or for another file."""
        cipher = self._named(name)
        try:
            return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _bound(file_key, name))
        except (InvalidTag, ValueError):
            raise NotAuthentic(f"The key of file {file_key} does not open with {name}.") from None

    def _named(self, name: str) -> AESGCM:
        try:
            return self._ciphers[name]
        except KeyError:
            raise UnknownKey(name) from None


def _bound(file_key: uuid.UUID, name: str) -> bytes:
    return b"|".join((_WRAPPED_FORM, file_key.bytes, name.encode()))
