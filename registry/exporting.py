"""The directory as files: all bodies that meet a question, a few thousand at a time.

Each batch is a statement of its own, read whole before it is handed on: a slow reader keeps no statement waiting, and the list
itself was made in one moment.
"""

from collections.abc import Iterator

from django.db import connection

from agreements import texts
from portal.tables import defused
from registry.directory.listed import row_of
from registry.models import SearchRow
from registry.searching import Everything

COLUMNS = (
    "name",
    "local_name",
    "slug",
    "economy",
    "local_word",
    "website",
    "origin",
    "source",
    "recorded_at",
    "last_decision",
)
_AT_ONCE = 10_000
_WORDS = {
    "economy": "e.code",
    "source": "r.source_name",
    "recorded_at": "r.recorded_at",
    "last_decision": "r.last_decision",
}
_COLUMN = {name: _WORDS.get(name, f"r.{name}") for name in COLUMNS}
# As portal.tables.defused does it: a cell that a spreadsheet would execute is marked as text (OWASP, CSV injection).
_DEFUSED = "CASE WHEN left({0}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r') THEN '''' || {0} ELSE {0} END"
_MOMENTS = ("recorded_at", "last_decision")
_FROM = """
    FROM unnest(%s::bigint[]) WITH ORDINALITY asked (body_id, place)
    JOIN registry_searchrow r USING (body_id) JOIN agreements_economy e ON e.id = r.economy_id
    ORDER BY asked.place
"""
_COPY = f"""
COPY (SELECT {
    ", ".join(column if name in _MOMENTS else _DEFUSED.format(column) for name, column in _COLUMN.items())
} {_FROM}) TO STDOUT (FORMAT CSV)
"""
_SELECT = f"SELECT {', '.join(_COLUMN.values())} {_FROM}"


def csv(found: Everything) -> Iterator[bytes]:
    """The list as CSV (RFC 4180, UTF-8 with byte order mark, so that Excel reads the names), batch by batch."""
    yield ("\ufeff" + ",".join(COLUMNS) + "\r\n").encode()
    for ids in _batches(found.ids):
        with connection.cursor() as cursor, cursor.cursor.copy(_COPY, [ids]) as copy:
            content = b"".join(copy)
        yield content


def rows(found: Everything) -> Iterator[list[dict]]:
    """The list as plain data, batch by batch, also of a past moment."""
    for ids in _batches(found.ids):
        if found.shown is not None:
            economies = texts.current().economies
            past = (row_of(found.shown[body_id]) for body_id in ids)
            yield [_told(row, economies[row.economy_id].code) for row in past]
            continue
        with connection.cursor() as cursor:
            cursor.execute(_SELECT, [ids])
            yield [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def cells(batches: Iterator[list[dict]]) -> Iterator[list[str]]:
    """Rows for a spreadsheet: every cell as text that nothing executes."""
    for batch in batches:
        for row in batch:
            yield [defused(row[name]) for name in COLUMNS]


def _told(row: SearchRow, economy: str) -> dict:
    named = {"economy": economy, "source": row.source_name}
    return {name: named[name] if name in named else getattr(row, name) for name in COLUMNS}


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
