"""Where documents are stored, as a URL says it in the environment."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def storage_settings(url: str) -> dict[str, Any]:
    """Django's storage entry for ``file:///folder`` or ``s3://key:secret@host:port/bucket?region=…&tls=1``."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "portal.files.storage.PrivateFiles",
            "OPTIONS": {
                "location": unquote(parts.path),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    query = dict(parse_qsl(parts.query))
    bucket, _slash, folder = parts.path.strip("/").partition("/")
    scheme = "https" if query.get("tls", "1") == "1" else "http"
    port = f":{parts.port}" if parts.port else ""
    return {
        "BACKEND": "portal.files.bucket.PrivateBucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": folder,
            "endpoint_url": f"{scheme}://{parts.hostname}{port}",
            "region_name": query.get("region", "us-east-1"),
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
        },
    }
