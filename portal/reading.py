"""What all read-only API endpoints have in common: the clocks, conditional GET and cursor paging."""

import base64
import binascii
import json

from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import clocks
from portal.pages import LONGEST_QUERY, BadQuestion, version_tag

MOST = 200


class Reading(APIView):
    """A public GET endpoint: ``self.clocks`` is set, an unchanged answer is a 304.

    Subclasses write ``answer(request, **parts)`` and return plain data.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request, **parts):
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise BadQuestion("q", "The question is too long. Shorten it to a few words.")
        self.clocks = request.clocks = request._request.clocks = clocks.read(request.GET)
        etag = quote_etag(version_tag(request))
        unchanged = get_conditional_response(request._request, etag=etag)
        if unchanged is not None:
            return unchanged
        response = Response(self.answer(request, **parts))
        response["ETag"] = etag
        response["Cache-Control"] = "public, max-age=0, s-maxage=60"
        response["Vary"] = "Accept, Accept-Language"
        return response


def page_size(request, default: int = 50) -> int:
    """``page_size`` between 1 and 200. Raises BadQuestion."""
    text = request.GET.get("page_size", str(default))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= MOST:
        raise BadQuestion("page_size", f"Enter a number from 1 to {MOST}.")
    return int(text)


def cursor_page(request, rows, *, by: str, tell) -> dict:
    """One page of rows in the order of a unique field ``by`` ("-id" for the newest first), with the next page's address."""
    size, descending, field = page_size(request), by.startswith("-"), by.lstrip("-")
    rows = rows.order_by(by)
    cursor = request.GET.get("cursor", "")
    if cursor:
        rows = rows.filter(**{f"{field}__{'lt' if descending else 'gt'}": _read(cursor, int if field == "id" else str)})
    page = list(rows[: size + 1])
    following = next_address(request, _make(getattr(page[size - 1], field))) if len(page) > size else None
    return {"next": following, "results": [tell(row) for row in page[:size]]}


def next_address(request, cursor: str) -> str:
    """This request's address with another cursor."""
    parameters = request.GET.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _make(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _read(cursor: str, kind: type):
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadQuestion("cursor", "This page mark is not valid. Start again from the first page.") from error
    if type(value) is not kind or "\x00" in str(value) or (kind is int and abs(value) >= 2**63):
        raise BadQuestion("cursor", "This page mark is not valid. Start again from the first page.")
    return value
