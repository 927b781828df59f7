"""Handing a file out. Whether the reader may have it is decided, and recorded, by the caller."""

import hashlib

from django.http import FileResponse

from portal.files.models import StoredFile
from portal.files.storage import documents

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
}


class LostFile(Exception):
    """The content is not in the storage, or is not what was stored."""


def answer(stored: StoredFile) -> FileResponse:
    """The content as an attachment of exactly its type, checked against its hash. Raises LostFile."""
    try:
        content = documents().open(stored.path, "rb")
    except FileNotFoundError as error:
        raise LostFile(f"The content of file {stored.key} is missing.") from error
    if hashlib.file_digest(content, "sha256").hexdigest() != stored.sha256:
        content.close()
        raise LostFile(f"The content of file {stored.key} is not what was stored.")
    content.seek(0)
    return FileResponse(
        content,
        as_attachment=True,
        filename=stored.shown_name,
        content_type=stored.content_type,
        headers=HEADERS,
    )
