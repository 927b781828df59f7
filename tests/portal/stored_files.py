"""Files for tests: made rows with a content in the storage, keys, and PDFs of any size."""

import base64
import hashlib
import io
import os
import uuid

import pikepdf

from portal.files import contents
from portal.files.models import ContentType, State, StoredFile

MIB = 1024 * 1024
OLD, NEW = (("2025", bytes(range(32))), ("2026", bytes(range(32, 64))))


def as_variable(*keys: tuple[str, bytes]) -> str:
    """The keys as FILE_KEYS has them."""
    return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys)


def made(content: bytes, *, safe: bytes | None = None, **fields) -> StoredFile:
    """An accepted file with its content, and a sanitised copy where one is given."""
    fields = {"content_type": ContentType.PDF, "shown_name": "report.pdf", "state": State.ACCEPTED} | fields
    stored = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(), size=len(content), stored_by="Ada", **fields
    )
    contents.write(stored, pieces(content))
    if safe is not None:
        stored.safe_key, stored.safe_size = uuid.uuid4(), len(safe)
        stored.safe_sha256 = hashlib.sha256(safe).hexdigest()
        contents.write(stored, pieces(safe), safe=True)
    stored.save(force_insert=True)
    return stored


def pieces(content: bytes, size: int = 60_000):
    """The content as an upload gives it."""
    return (content[start : start + size] for start in range(0, len(content), size))


def whole(stored: StoredFile, **which) -> bytes:
    """The content, read to its end."""
    return b"".join(contents.read(stored, **which))


def pdf(pages: int = 2, *, size: int = 0, rotate: int = 0) -> bytes:
    """A PDF with a word on each page, filled up to about ``size`` bytes."""
    made, out = pikepdf.new(), io.BytesIO()
    for number in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = made.make_stream(b"BT /F1 20 Tf 72 700 Td (Finding %d) Tj ET" % (number + 1))
        page.obj.Rotate = rotate
    if size:
        made.Root.Filling = made.make_stream(os.urandom(size))
    made.save(out)
    return out.getvalue()
