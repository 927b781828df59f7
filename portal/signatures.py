"""The register's own signature: Ed25519 (RFC 8032), with the keys that verify it, in use and retired.

The key of SIGNING_KEY signs. Its id is made from the public key alone, so that whoever holds the key can check the id:
``openssl pkey -pubin -in key.pem -outform DER | sha256sum`` begins with it.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from portal import clock
from portal.env import SIGNING_KEY_BYTES, BadValue, parse_signing_key

ALGORITHM = "Ed25519"
KEY_ID_DIGITS = 16


@dataclass(frozen=True)
class PublishedKey:
    """A public key that verifies what was signed from one day up to another; ``until`` is None for the one in use."""

    key_id: str
    pem: bytes
    raw: bytes
    since: date
    until: date | None = None


def sign(content: bytes) -> bytes:
    """The signature of the content with the key in use: 64 bytes, always the same for the same content."""
    return _private_key().sign(content)


def key_id() -> str:
    """The id of the key in use: the first 16 hexadecimal digits of the SHA-256 of its public key (SubjectPublicKeyInfo, DER)."""
    return _in_use().key_id


def public_key_pem() -> bytes:
    """The public key in use, as PEM."""
    return _in_use().pem


def published_keys() -> list[PublishedKey]:
    """The public key in use and the retired ones after it, latest first: old statements stay verifiable after a rotation."""
    in_use = _in_use()
    retired = (_published(raw, since, until) for since, until, raw in settings.RETIRED_SIGNING_KEYS)
    former = sorted(retired, key=lambda key: key.since, reverse=True)
    return [in_use, *(key for key in former if key.key_id != in_use.key_id)]


def as_retired() -> str:
    """The key in use as RETIRED_SIGNING_KEYS takes it when it is replaced today."""
    key = _in_use()
    return f"{key.since}/{clock.today()}:{base64.b64encode(key.raw).decode()}"


def new_signing_key() -> str:
    """A signing key as SIGNING_KEY takes it, in use from today."""
    return f"{clock.today()}:{base64.b64encode(secrets.token_bytes(SIGNING_KEY_BYTES)).decode()}\n"


def local_signing_key(kept: str) -> tuple[date, bytes]:
    """The key kept in the data folder. Ends the start in words when the file was damaged."""
    try:
        return parse_signing_key(kept.strip())
    except BadValue as expected:
        raise SystemExit(
            f"The file signing_key in the data folder cannot be used; expected {expected}."
        ) from None


def _private_key() -> Ed25519PrivateKey:
    return _key_pair(*settings.SIGNING_KEY)[0]


def _in_use() -> PublishedKey:
    return _key_pair(*settings.SIGNING_KEY)[1]


@lru_cache(maxsize=2)
def _key_pair(since: date, seed: bytes) -> tuple[Ed25519PrivateKey, PublishedKey]:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return private, _published(private.public_key().public_bytes_raw(), since, None)


def _published(raw: bytes, since: date, until: date | None) -> PublishedKey:
    public = Ed25519PublicKey.from_public_bytes(raw)
    digest = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return PublishedKey(digest[:KEY_ID_DIGITS], pem, raw, since, until)
