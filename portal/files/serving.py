"""Handing a small file out. Whether the reader may have it is decided, and recorded, by the caller."""

import io

from django.http import FileResponse

from portal.files import contents
from portal.files.contents import LostFile
from portal.files.models import StoredFile

__all__ = ["HEADERS", "LostFile", "answer"]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
}


def answer(stored: StoredFile) -> FileResponse:
    """The content as an attachment of exactly its type, checked to its end before its first byte. Raises LostFile, StorageFailed.

    It is held in memory meanwhile: for the small files that ``storing`` takes.
    """
    content = b"".join(contents.read(stored))
    return FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=stored.shown_name,
        content_type=stored.content_type,
        headers=HEADERS,
    )
