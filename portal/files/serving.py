"""Handing out a small file at once. Whether the reader may have it is decided, and recorded, by the caller."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.files import contents
from portal.files.contents import LostFile
from portal.files.models import StoredFile
from portal.files.sending import HEADERS

__all__ = ["LostFile", "answer"]


def answer(stored: StoredFile) -> HttpResponse:
    """The content as an attachment of exactly its type, checked against its hash. Raises LostFile."""
    content = b"".join(contents.read(stored))
    return HttpResponse(
        content,
        content_type=stored.content_type,
        headers=HEADERS | {"Content-Disposition": content_disposition_header(True, stored.shown_name)},
    )
