"""Handing out a file of a dump: whole, or from a byte on (RFC 9110, 14), in blocks, to be kept by every cache.

A file of a day never changes, so its address may be kept for ever. nginx hands it out where it may (see FILES_NGINX_LOCATION).
"""

import re
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from portal.files.sending import give_connection_back
from portal.files.storage import PrivateFiles, documents, storage_failed
from registry.opendata import writing
from registry.opendata.models import Dump

FOR_EVER = "public, max-age=31536000, immutable"
_BLOCK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def answer(request: HttpRequest, dump: Dump, told: dict) -> HttpResponse:
    """The file, a part of it, or 304. Raises StorageFailed before the first byte."""
    etag = quote_etag(told["sha256"])
    response = get_conditional_response(request, etag=etag) or _content(request, dump, told, etag)
    if response.status_code != 416:
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = FOR_EVER
    return response


def _content(request: HttpRequest, dump: Dump, told: dict, etag: str) -> HttpResponse:
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    start, end = _asked(asked, told["bytes"])
    if start >= end and told["bytes"]:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{told['bytes']}"})
    name = _shown_name(dump, told)
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Accept-Ranges": "bytes",
    }
    place, is_whole = writing.place_of(dump.day, told["name"]), end - start == told["bytes"]
    if is_whole and settings.FILES_NGINX_LOCATION and isinstance(documents(), PrivateFiles):
        headers["X-Accel-Redirect"] = f"{settings.FILES_NGINX_LOCATION}{place}"
        return HttpResponse(content_type=told["media_type"], headers=headers)
    headers["Content-Length"] = str(end - start)
    if not is_whole:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{told['bytes']}"
    blocks = _blocks(place, start, end)
    return StreamingHttpResponse(
        _begun(blocks), status=200 if is_whole else 206, content_type=told["media_type"], headers=headers
    )


def _shown_name(dump: Dump, told: dict) -> str:
    """The archive tells its day; the others keep the names that the list of hashes has."""
    return f"concordat-{dump.day}.zip" if told["name"] == writing.ZIP else told["name"]


def _asked(header: str, size: int) -> tuple[int, int]:
    """First byte and the one after the last. What cannot be read, and several parts at once, mean the whole file."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return 0, size
    return int(first), min(size, int(last) + 1) if last else size


def _blocks(place: str, start: int, end: int) -> Iterator[bytes]:
    left = end - start
    try:
        with documents().reading(place, start) as reader:
            while left and (block := reader.read(min(_BLOCK, left))):
                left -= len(block)
                yield block
    except FileNotFoundError as error:
        raise storage_failed() from error
    if left:
        # The reader sees a broken download and never a short file.
        raise storage_failed()


def _begun(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks, with the first one at hand: what is wrong shows before the answer begins."""
    first = next(blocks, b"")
    give_connection_back()

    def going_on() -> Iterator[bytes]:
        yield first
        yield from blocks

    return going_on()
