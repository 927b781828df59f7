"""Where files are stored and with which keys, as settings."""

import base64
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from portal.env import FILE_KEY_BYTES, BadValue, parse_file_keys


def documents_settings(url: str, *, for_nginx: bool) -> dict:
    """Django's entry for the storage of files: a folder, or a bucket that speaks S3.

    A folder is the portal's alone; ``for_nginx`` lets the folder's group read it.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return {"BACKEND": "portal.files.buckets.PrivateBucket", "OPTIONS": _bucket(url)}
    options = {
        "location": Path(unquote(parts.path)),
        "file_permissions_mode": 0o640 if for_nginx else 0o600,
        "directory_permissions_mode": 0o750 if for_nginx else 0o700,
    }
    return {"BACKEND": "portal.files.storage.PrivateFiles", "OPTIONS": options}


def _bucket(url: str) -> dict:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    secure = query.get("tls", "1") == "1"
    return {
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "bucket_name": parts.path.strip("/"),
        "endpoint_url": f"{'https' if secure else 'http'}://{parts.netloc.rpartition('@')[2]}",
        "region_name": query.get("region") or "us-east-1",
        "use_ssl": secure,
    }


def new_file_key() -> str:
    """A key-encryption key for local use, as FILE_KEYS would have it."""
    return f"local-1:{base64.b64encode(secrets.token_bytes(FILE_KEY_BYTES)).decode()}\n"


def local_file_keys(kept: str) -> tuple[tuple[str, bytes], ...]:
    """The keys kept in the data folder. Ends the start in words when the file was damaged."""
    try:
        return parse_file_keys(kept.strip())
    except BadValue as expected:
        raise SystemExit(
            f"The file file_keys in the data folder cannot be used; expected {expected}."
        ) from None
