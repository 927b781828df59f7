"""Taking a report: streamed into quarantine, with its row and the request to check it in one transaction."""

import hashlib
import re
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.translation import gettext as _

from portal.files.examining import BadFile, check_declared, shown_name
from portal.files.models import LARGEST_REPORT, ContentType, State, StoredFile
from portal.files.storing import keep
from portal.outbox.queue import enqueue

CHECK = "files.check"
KINDS = {
    "pdf": ContentType.PDF,
    "png": ContentType.PNG,
    "jpg": ContentType.JPEG,
    "jpeg": ContentType.JPEG,
    "docx": ContentType.DOCX,
    "xlsx": ContentType.XLSX,
}
_STARTS = {
    ContentType.PDF: b"%PDF-",
    ContentType.PNG: b"\x89PNG\r\n\x1a\n",
    ContentType.JPEG: b"\xff\xd8\xff",
    ContentType.DOCX: b"PK\x03\x04",
    ContentType.XLSX: b"PK\x03\x04",
}
# Endings of what is run, or read as a page: whoever sees such a name inside another one is to be misled.
_MISLEADING = re.compile(
    r"\.(exe|com|scr|bat|cmd|ps1|js|jse|vbs|vbe|wsf|hta|msi|jar|lnk|app|sh|html?|svg|xml|php|docm|xlsm|dotm|zip|iso)(\.|$)",
    re.IGNORECASE,
)


def receive(*, by_words: str, uploaded: UploadedFile) -> StoredFile:
    """Take a file of up to 50 MiB into quarantine. Whoever refers to it waits for the checks (see ``checking``).

    Call it inside the transaction that will refer to it. Raises BadFile or StorageFailed with words that say what to do.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A file is taken inside the transaction that refers to it.")
    name = shown_name(uploaded.name or "")
    kind = _kind(uploaded, name)
    stored = StoredFile(content_type=kind, shown_name=name, stored_by=by_words[:200], state=State.QUARANTINED)
    uploaded.seek(0)
    keep(stored, _measured(uploaded.chunks(), stored))
    enqueue(task=CHECK, key=str(stored.key), payload={"file": stored.pk})
    return stored


def _kind(uploaded: UploadedFile, name: str) -> str:
    stem, _point, ending = name.rpartition(".")
    kind = KINDS.get(ending)
    if kind is None:
        raise BadFile(_("Choose a PDF, PNG, JPEG, DOCX or XLSX file. Save other files as PDF first."))
    if _MISLEADING.search(f".{stem}".replace("..", ".")):
        raise BadFile(_("The name holds a second ending that misleads. Rename the file and try again."))
    check_declared(uploaded, kind)
    return kind


def _measured(chunks: Iterator[bytes], stored: StoredFile) -> Iterator[bytes]:
    """The chunks, while size and hash are taken. Raises BadFile for what can be seen at once."""
    digest, stored.size = hashlib.sha256(), 0
    for chunk in chunks:
        if not stored.size and not chunk.startswith(_STARTS[stored.content_type]):
            raise BadFile(
                _(
                    "The content is not a whole %(kind)s file. Open it, save it anew as %(kind)s, and try again."
                )
                % {"kind": ContentType(stored.content_type).label}
            )
        stored.size += len(chunk)
        if stored.size > LARGEST_REPORT:
            raise BadFile(
                _("The file is larger than %(size)s MB. Make it smaller, or file it in several parts.")
                % {"size": LARGEST_REPORT // 1024**2}
            )
        digest.update(chunk)
        yield chunk
    if not stored.size:
        raise BadFile(_("The file is empty. Choose another one."))
    stored.sha256 = digest.hexdigest()
