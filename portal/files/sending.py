"""Handing a file out in a stream: asked again as it goes, stopped when the right ends, and told at its end.

A stream that may not go on is cut off, so that the reader sees a broken download and never a valid end.
"""

import logging
from collections.abc import Callable, Iterator
from itertools import chain

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.files import contents, stamping
from portal.files.contents import LostFile
from portal.files.examining import shown_name
from portal.files.models import State, StoredFile
from portal.files.serving import HEADERS
from portal.files.stamping import Stamp
from portal.files.storage import PrivateFiles, documents

# What is on its way when the right ends comes on top: together it stays at about a MiB.
ASK_EVERY = 512 * 1024
# A file that nginx may always have: it cannot be stopped, and is no more than what a stopped stream lets through.
SMALL = 1024 * 1024
COMPLETE, REFUSED, BROKEN_OFF = "complete", "refused", "broken off"
HANDED_TO_NGINX = "handed to nginx"

_log = logging.getLogger(__name__)


class NotAccepted(Exception):
    """The file is still being checked, or was refused; the text says so in words."""


class CutOff(Exception):
    """The reader may not have the rest: the server closes the connection in the middle."""


def answer(
    stored: StoredFile,
    *,
    safe: bool,
    filename: str,
    still_allowed: Callable[[], bool],
    ended: Callable[[int, str], None],
    stamp: Stamp | None = None,
    stoppable: bool = True,
) -> HttpResponse:
    """The content as an attachment of exactly its type, ``safe`` for the sanitised copy, with a ``stamp`` where one is given.

    ``still_allowed`` is asked before the first byte (404 when it says no) and before every further half MiB. ``ended(bytes, outcome)``
    is called exactly once: complete, refused, broken off, or handed to nginx; ``bytes`` is how much the reader may have at most.
    Both run outside the request's transaction and may use the database.

    ``stoppable=False`` says that it is enough to ask once: the file may then go out through nginx, which cannot be stopped, as a
    file of at most one MiB may always. Raises NotAccepted, LostFile, StorageFailed and CannotStamp before the first byte.
    """
    if stored.state != State.ACCEPTED:
        raise NotAccepted(_("This file has not been accepted, so it cannot be fetched."))
    if safe and not stored.safe_key:
        raise LostFile(f"File {stored.key} has no sanitised copy.")
    if not still_allowed():
        ended(0, REFUSED)
        raise Http404
    size = stored.safe_size if safe else stored.size
    headers = HEADERS | {"Content-Disposition": content_disposition_header(True, shown_name(filename))}
    if stamp is None and _goes_through_nginx(stored, size, stoppable):
        return _by_nginx(stored, safe, size, headers, ended)
    if stamp is None:
        frames = contents.read(stored, safe=safe)
    else:
        copy = stamping.stamped(stored, stamp, safe=safe)
        size, frames = copy.size, copy.frames()
    stream = _Stream(next(frames), frames, still_allowed, ended)
    # nginx must not read ahead: it would go on sending what may no longer be read.
    headers |= {"Content-Length": str(size), "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(stream, content_type=stored.content_type, headers=headers)


def _goes_through_nginx(stored: StoredFile, size: int, stoppable: bool) -> bool:
    return bool(
        settings.FILES_NGINX_LOCATION
        and not stored.wrapped_key
        and (size <= SMALL or not stoppable)
        and isinstance(documents(), PrivateFiles)
    )


def _by_nginx(stored: StoredFile, safe: bool, size: int, headers: dict, ended) -> HttpResponse:
    path = stored.safe_path if safe else stored.path
    if not contents.exists(path) or documents().size(path) != size:
        raise LostFile(f"The content of file {stored.key} is missing, or not what was stored.")
    ended(size, HANDED_TO_NGINX)
    headers |= {"X-Accel-Redirect": f"{settings.FILES_NGINX_LOCATION}{path}"}
    return HttpResponse(content_type=stored.content_type, headers=headers)


class _Stream:
    """The frames as the server takes them; its end is told once, whichever way it comes."""

    def __init__(self, first: bytes, frames: Iterator[bytes], still_allowed, ended):
        self._frames, self._rest = chain([first], frames), frames
        self._still_allowed, self._ended = still_allowed, ended
        self._sent = self._since_asked = 0
        self._over = False

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        """The next frame. Raises CutOff, and whatever ended the content early."""
        if self._over:
            raise StopIteration
        try:
            frame = self._taken()
        except CutOff:
            self._end(REFUSED)
            raise
        except BaseException:
            self._end(BROKEN_OFF)
            raise
        if not frame:
            self._end(COMPLETE)
            raise StopIteration
        return frame

    def close(self) -> None:
        """Called by the server at the end, also when the reader has gone."""
        self._end(BROKEN_OFF)

    def _taken(self) -> bytes:
        if self._sent == 0:
            give_connection_back()
        frame = next(self._frames, b"")
        if self._since_asked + len(frame) > ASK_EVERY:
            self._ask()
        self._sent += len(frame)
        self._since_asked += len(frame)
        return frame

    def _ask(self) -> None:
        try:
            if not self._still_allowed():
                raise CutOff("The right to this file ended while it was being sent.")
        finally:
            give_connection_back()
        self._since_asked = 0

    def _end(self, outcome: str) -> None:
        if self._over:
            return
        self._over = True
        self._rest.close()
        try:
            self._ended(self._sent, outcome)
        except Exception:
            # The reader has what they have: the failure is for the operator.
            _log.exception("The end of a download (%s, %s bytes) could not be recorded.", outcome, self._sent)
        finally:
            give_connection_back()


def give_connection_back() -> None:
    """A download lasts long: no connection to the database waits for it."""
    if not connection.in_atomic_block:
        connection.close()
