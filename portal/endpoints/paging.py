"""Pages by cursor: the next page starts after the last row of this one, whatever is added or removed meanwhile."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from portal.pages import BadQuestion

PAGE, LARGEST = 50, 200

# Pairs of a field ("-" in front for descending) and how its value is read back. The last one is unique.
Order = tuple[tuple[str, Callable], ...]


@dataclass(frozen=True)
class CursorPage:
    """Rows of one page and the mark after which the next one starts ("" on the last)."""

    rows: list
    next_cursor: str


def size(parameters: Mapping[str, str]) -> int:
    """The page size asked for. Raises BadQuestion."""
    text = parameters.get("page_size", "").strip() or str(PAGE)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= LARGEST):
        raise BadQuestion(
            "page_size", _("Enter a whole number from 1 to %(largest)s.") % {"largest": LARGEST}
        )
    return int(text)


def page(rows: QuerySet, *, order: Order, cursor: str, size: int) -> CursorPage:
    """One page of the rows in that order. Raises BadQuestion for a cursor that was not made here."""
    rows = rows.order_by(*(field for field, _read in order))
    if cursor:
        rows = rows.filter(_after(order, _read_cursor(order, cursor)))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    return CursorPage(found, _make_cursor(order, found[-1]) if more else "")


def next_address(request: Request, cursor: str) -> str | None:
    """The address of the next page: this one with its cursor; None on the last page."""
    if not cursor:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _after(order: Order, values: list) -> Q:
    condition, equal = Q(), Q()
    for (field, _read), value in zip(order, values, strict=True):
        name, word = field.lstrip("-"), "lt" if field.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{word}": value})
        equal &= Q(**{name: value})
    return condition


def _make_cursor(order: Order, row) -> str:
    values = [_stored(getattr(row, field.lstrip("-"))) for field, _read in order]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _stored(value):
    return value.isoformat() if isinstance(value, datetime) else value


def _read_cursor(order: Order, cursor: str) -> list:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        found = [read(value) for (_field, read), value in zip(order, values, strict=True)]
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadQuestion(
            "cursor", _("This page mark is not valid. Start again from the first page.")
        ) from error
    if any(isinstance(value, str) and "\x00" in value for value in found):
        raise BadQuestion("cursor", _("This page mark is not valid. Start again from the first page."))
    return found
