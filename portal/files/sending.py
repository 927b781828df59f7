"""Handing a file out as a stream that stops when the reader may no longer have it."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from portal.files import contents
from portal.files.contents import LostFile
from portal.files.models import State, StoredFile, path_of
from portal.files.storage import documents

# The reader's right is asked again before each further mebibyte.
ASK_EVERY = 1024 * 1024
COMPLETE, REFUSED, BROKEN_OFF, LOST = "complete", "refused", "broken off", "lost"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
    "Accept-Ranges": "none",
}


class NotHandedOut(Exception):
    """The file was not accepted by the checks."""


class Refused(ConnectionAbortedError):
    """The reader's right ended while the file was on its way: the connection is cut, so that no half file looks whole."""


def answer(
    stored: StoredFile,
    *,
    safe: bool = False,
    still_allowed: Callable[[], bool],
    ended: Callable[[int, str], None],
) -> HttpResponse:
    """The content as an attachment of exactly its type.

    ``still_allowed`` is asked before the first byte and before each further mebibyte; ``ended`` is told once how many bytes
    went out and how it ended. Raises NotHandedOut for a file that the checks have not accepted.
    """
    if stored.state != State.ACCEPTED:
        raise NotHandedOut(f"File {stored.key} is {stored.state}.")
    size = stored.safe_size if safe else stored.size
    headers = HEADERS | {
        "Content-Disposition": content_disposition_header(True, stored.shown_name),
        "Content-Type": stored.content_type,
    }
    if inside := _by_nginx(stored, safe):
        ended(size, COMPLETE)
        return HttpResponse(headers=headers | {"X-Accel-Redirect": inside})
    stream = _stream(contents.read(stored, safe=safe), still_allowed, ended)
    return StreamingHttpResponse(stream, headers=headers | {"Content-Length": str(size)})


def _by_nginx(stored: StoredFile, safe: bool) -> str:
    """The internal address under which nginx finds an unsealed file of a local folder; "" where it cannot."""
    if (
        stored.wrapped_key
        or not settings.FILES_NGINX_LOCATION
        or not isinstance(documents(), FileSystemStorage)
    ):
        return ""
    name = stored.safe_key if safe else stored.key
    return settings.FILES_NGINX_LOCATION + quote(path_of(name))


def _stream(
    frames: Iterator[bytes], still_allowed: Callable[[], bool], ended: Callable[[int, str], None]
) -> Iterator[bytes]:
    sent, asked_at, outcome = 0, None, BROKEN_OFF
    try:
        for frame in frames:
            if asked_at is None or sent + len(frame) - asked_at > ASK_EVERY:
                if not still_allowed():
                    outcome = REFUSED
                    raise Refused
                asked_at = sent
            yield frame
            sent += len(frame)
        outcome = COMPLETE
    except LostFile:
        outcome = LOST
        raise
    finally:
        ended(sent, outcome)
