"""Reading the register into memory: bodies with what they are found by, their scope lines of a day, their accreditations."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import numpy as np
from django.db import connection

from agreements.models import ResultKind
from registry.models import Standing, Verdict

KINDS = ("", *ResultKind.values)
STANDINGS = ("", *Standing.values)
# The best first: of several scope lines the smallest speaks for the body.
VERDICTS = ("", Verdict.ACCEPTED.value, Verdict.CANNOT_BE_TOLD.value, Verdict.NOT_ACCEPTED.value)

ROW = (
    "body_id",
    "apart",
    "sort_name",
    "economy_id",
    "local_word",
    "origin",
    "last_decision",
    "strong",
    "weak",
)
LINE = ("body", "importing", "annex", "sector", "kind", "requirement", "standing", "verdict")
ACCREDITATION = ("body", "by", "standard")

_LINES = """
COPY (
    SELECT body_id::int, importing_id::int, annex_id::int, sector_id::int, array_position(%(kinds)s, kind) - 1,
           coalesce(requirement_id, 0)::int, array_position(%(standings)s, standing) - 1,
           array_position(%(verdicts)s, verdict) - 1
    FROM registry_acceptedscope
    WHERE valid @> %(day)s::date AND recorded @> %(moment)s::timestamptz {among}
) TO STDOUT (FORMAT BINARY)
"""
_ACCREDITATIONS = """
COPY (
    SELECT coalesce(m.into_id, a.body_id)::int, a.accreditation_body_id::int,
           array_position(%(standards)s, a.standard) - 1
    FROM registry_accreditation a
    LEFT JOIN registry_merger m ON m.body_id = a.body_id AND m.recorded @> %(moment)s::timestamptz
    WHERE a.recorded_at <= %(moment)s {among}
) TO STDOUT (FORMAT BINARY)
"""
_HEADER, _TRAILER = 19, 2


def changes(since: int) -> tuple[int, dict[int, int]]:
    """From which transaction on to look the next time, and the editions of the rows written since one, by body id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,"
            " ARRAY(SELECT ARRAY[body_id, edition] FROM registry_searchrow WHERE changed >= %s)",
            [since],
        )
        horizon, editions = cursor.fetchone()
    return horizon, dict(editions)


def horizon() -> int:
    """The oldest transaction that may still write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def rows(body_ids: Sequence[int] | None = None) -> list[tuple]:
    """Search rows of these bodies, or of all, with the columns of ``ROW``."""
    among = "" if body_ids is None else "WHERE body_id = ANY(%s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(ROW)} FROM registry_searchrow {among} ORDER BY body_id",
            [] if body_ids is None else [list(body_ids)],
        )
        return cursor.fetchall()


def lines(day: date, moment: datetime, body_ids: Sequence[int] | None = None) -> dict[str, np.ndarray]:
    """What stands of each scope line on the day, as known at the moment, in columns."""
    asked = {
        "day": day,
        "moment": moment,
        "kinds": list(KINDS),
        "standings": list(STANDINGS),
        "verdicts": list(VERDICTS),
    }
    return _columns(_LINES, LINE, asked, body_ids, "AND body_id = ANY(%(ids)s::bigint[])")


def accreditations(
    moment: datetime | str, standards: list[str], body_ids: Sequence[int] | None = None
) -> dict[str, np.ndarray]:
    """Accreditations on record at the moment, in columns; those of a merged body are the other's.

    ``standards`` says which number stands for which standard; those met for the first time are added.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT standard FROM registry_accreditation ORDER BY standard")
        standards += [standard for (standard,) in cursor if standard not in standards]
    among = "AND coalesce(m.into_id, a.body_id) = ANY(%(ids)s::bigint[])"
    asked = {"moment": moment, "standards": standards}
    return _columns(_ACCREDITATIONS, ACCREDITATION, asked, body_ids, among)


def _columns(
    statement: str, names: Iterable[str], asked: dict, body_ids: Sequence[int] | None, among: str
) -> dict[str, np.ndarray]:
    """Columns of whole numbers by the binary form of COPY, which needs no reading row by row."""
    one = [("fields", ">i2"), *(pair for name in names for pair in ((f"{name}_size", ">i4"), (name, ">i4")))]
    statement = statement.format(among="" if body_ids is None else among)
    asked["ids"] = None if body_ids is None else list(body_ids)
    # The cursor beneath: where queries are logged, Django's own takes no parameters for COPY.
    with connection.cursor() as cursor, cursor.cursor.copy(statement, asked) as copy:
        content = b"".join(copy)
    read = np.frombuffer(content[_HEADER:-_TRAILER], dtype=np.dtype(one))
    return {name: read[name].astype(np.int32) for name in names}
