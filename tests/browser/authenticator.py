"""What an authenticator app on a phone does: codes of six digits from a secret and the time (RFC 6238)."""

import base64
import hashlib
import hmac
import struct
import time

PERIOD_SECONDS = 30


def code(secret: str, at: float | None = None) -> str:
    """The code of a secret as the page shows it, in base 32 with spaces between, at a moment in seconds since 1970."""
    key = base64.b32decode("".join(secret.split()), casefold=True)
    counter = int(time.time() if at is None else at) // PERIOD_SECONDS
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
