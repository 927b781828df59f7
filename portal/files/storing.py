"""Taking a file: content into the storage, row into the caller's transaction, both or neither."""

import logging
import weakref
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from portal.files import contents
from portal.files.contents import StorageFailed
from portal.files.examining import BadFile, examine
from portal.files.models import StoredFile

__all__ = ["BadFile", "StorageFailed", "keep", "store"]

_log = logging.getLogger(__name__)


def store(*, by_words: str, uploaded: UploadedFile) -> StoredFile:
    """Keep an uploaded file. ``by_words`` says who hands it in. Raises BadFile with words that say what to do, and
    StorageFailed.

    Call it inside the transaction that will refer to it: when that rolls back, the content is removed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A file is stored inside the transaction that refers to it.")
    examined = examine(uploaded)
    stored = StoredFile(
        sha256=examined.sha256,
        size=examined.size,
        content_type=examined.content_type,
        shown_name=examined.shown_name,
        stored_by=by_words[:200],
    )
    uploaded.seek(0)
    keep(stored, uploaded.chunks())
    return stored


def keep(stored: StoredFile, chunks: Iterable[bytes]) -> None:
    """Write a content and its row: both, or neither when the transaction does not commit. Raises StorageFailed."""
    _Written(stored.path).keep_on_commit()
    contents.write(stored, chunks)
    stored.save(force_insert=True)


class _Written:
    """A content that is removed again unless its transaction commits.

    Django tells of a commit but not of a rollback: then it drops what waited for the commit, this among it.
    """

    def __init__(self, path: str):
        self._undo = weakref.finalize(self, _remove, path)

    def keep_on_commit(self) -> None:
        transaction.on_commit(self._keep)

    def _keep(self) -> None:
        self._undo.detach()


def _remove(path: str) -> None:
    session = connection.connection
    if session is None or session.closed:
        # The connection broke, perhaps after the commit: the sweeper asks for the row first.
        return
    try:
        contents.delete(path)
    except (OSError, contents.StorageFailed):
        _log.warning("A file of a transaction that was rolled back is left to the sweeper.", exc_info=True)
