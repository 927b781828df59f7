"""What a key looks like: ``ccd_``, 256 random bits and a checksum, in digits and letters alone.

Scanners for leaked secrets find it by prefix and checksum without asking anybody, as they do GitHub's tokens; and what was
mistyped is refused without a look at the database. It is kept as its SHA-256: slow hashing protects what people can remember
and others can guess; nobody goes through 2**256 keys, and each request is checked once.
"""

import hashlib
import re
import secrets
import string
import zlib

PREFIX = "ccd_"
SHOWN = len(PREFIX) + 6
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BITS, _LENGTH, _CHECK = 256, 43, 6  # 62**43 > 2**256, 62**6 > 2**32
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_LENGTH + _CHECK}}}")


def new_secret() -> str:
    """A key that nobody has had yet."""
    body = _written(secrets.randbits(_BITS), _LENGTH)
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(secret: str) -> bool:
    """Whether it could be a key at all."""
    if not _FORM.fullmatch(secret):
        return False
    body = secret.removeprefix(PREFIX)[:_LENGTH]
    return secret.endswith(_checksum(body))


def digest(secret: str) -> str:
    """What is kept of it: SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def beginning(secret: str) -> str:
    """As much of it as may be shown to tell it from others."""
    return secret[:SHOWN]


def _checksum(body: str) -> str:
    return _written(zlib.crc32(body.encode()), _CHECK)


def _written(number: int, length: int) -> str:
    """The number in base 62, with zeros in front."""
    found = ""
    for _place in range(length):
        number, digit = divmod(number, len(_DIGITS))
        found = _DIGITS[digit] + found
    return found
