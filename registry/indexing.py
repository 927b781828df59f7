"""Keeps the directory's search rows equal to what the register says of each body now.

Every verb that touches a body refreshes its row here, in its own transaction; ``rebuild`` makes all rows anew.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import connection

COLUMNS = (
    "body_id",
    "apart",
    "name",
    "sort_name",
    "local_name",
    "slug",
    "economy_id",
    "local_word",
    "website",
    "origin",
    "source_name",
    "recorded_at",
    "last_decision",
    "strong",
    "weak",
)

# One row per body on record at the moment, under the name it had then, with what is merged into it at that moment.
_ROWS = """
WITH body AS (
    SELECT b.*, coalesce(m.into_id, b.id) AS own, m.id IS NULL AS apart,
           coalesce(f.name, b.name) AS shown_name, coalesce(f.local_name, b.local_name) AS shown_local_name,
           coalesce(f.slug, b.slug) AS shown_slug
    FROM registry_body b
    LEFT JOIN registry_merger m ON m.body_id = b.id AND m.recorded @> %(moment)s::timestamptz
    LEFT JOIN LATERAL (
        SELECT name, local_name, slug FROM registry_formername
        WHERE body_id = b.id AND renamed_at > %(moment)s ORDER BY renamed_at, id LIMIT 1
    ) f ON true
    WHERE b.recorded_at <= %(moment)s {among}
), named AS (
    SELECT own, shown_name AS text FROM body
    UNION SELECT own, shown_local_name FROM body
    UNION SELECT own, f.name FROM body JOIN registry_formername f ON f.body_id = body.id
        WHERE f.recorded_at <= %(moment)s
    UNION SELECT own, f.local_name FROM body JOIN registry_formername f ON f.body_id = body.id
        WHERE f.recorded_at <= %(moment)s
    UNION SELECT own, i.value FROM body JOIN registry_identifier i ON i.body_id = body.id
        WHERE i.recorded @> %(moment)s::timestamptz
), told AS (
    SELECT own, concat_ws(' ', s.name, s.town, s.postcode) AS text
        FROM body JOIN registry_site s ON s.body_id = body.id WHERE s.recorded_at <= %(moment)s
    UNION SELECT own, l.product FROM body JOIN registry_scopeline l ON l.body_id = body.id
        WHERE l.recorded_at <= %(moment)s
), record AS (
    SELECT own, r.id AS designation_id, NULL::bigint AS recognition_id, NULL::bigint AS accreditation_id
        FROM body JOIN registry_designation r ON r.body_id = body.id
    UNION ALL SELECT own, NULL, r.id, NULL FROM body JOIN registry_recognition r ON r.body_id = body.id
    UNION ALL SELECT own, NULL, NULL, r.id FROM body JOIN registry_accreditation r ON r.body_id = body.id
), decided AS (
    SELECT own, max(recorded_at) AS at FROM (
        SELECT own, d.recorded_at FROM record JOIN registry_decision d USING (designation_id)
        UNION ALL SELECT own, d.recorded_at FROM record JOIN registry_decision d USING (recognition_id)
        UNION ALL SELECT own, d.recorded_at FROM record JOIN registry_decision d USING (accreditation_id)
    ) every WHERE recorded_at <= %(moment)s GROUP BY own
)
SELECT body.id AS body_id, apart, shown_name AS name, lower(unaccent(shown_name)) COLLATE "C" AS sort_name,
       shown_local_name AS local_name, shown_slug AS slug, economy_id, local_word, website, origin, source_name,
       body.recorded_at, decided.at AS last_decision, coalesce(strong.text, '') AS strong,
       coalesce(weak.text, '') AS weak
FROM body
LEFT JOIN (SELECT own, string_agg(text, E'\\n' ORDER BY text COLLATE "C") AS text
           FROM named WHERE text <> '' GROUP BY own) strong ON strong.own = body.id
LEFT JOIN (SELECT own, string_agg(text, E'\\n' ORDER BY text COLLATE "C") AS text
           FROM told WHERE text <> '' GROUP BY own) weak ON weak.own = body.id
LEFT JOIN decided ON decided.own = body.id
{these}
"""
_ALL = _ROWS.format(among="", these="")
_THESE = _ROWS.format(
    among="""AND b.id IN (
        SELECT unnest(%(ids)s::bigint[]) UNION SELECT body_id FROM registry_merger WHERE into_id = ANY(%(ids)s::bigint[])
    )""",
    these="WHERE body.id = ANY(%(ids)s::bigint[])",
)
# Later than all that is on record: the rows say what the register says now, whatever the clock of a loader shows.
_NOW = "infinity"
_WRITE = f"""
INSERT INTO registry_searchrow ({", ".join(COLUMNS)}, changed, edition)
SELECT row.*, pg_current_xact_id()::text::bigint, 1 FROM ({{}}) row ORDER BY body_id
ON CONFLICT (body_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])},
    changed = excluded.changed, edition = registry_searchrow.edition + 1
"""
_TOUCH = """
UPDATE registry_searchrow SET changed = pg_current_xact_id()::text::bigint, edition = edition + 1
WHERE body_id IN (
    SELECT body_id FROM registry_searchrow
    WHERE body_id IN (SELECT body_id FROM registry_acceptedscope WHERE line_id = ANY(%s::bigint[]))
    ORDER BY body_id FOR UPDATE
)
"""
_DIFFERENT = f"""
SELECT body_id FROM (
    SELECT body_id FROM (SELECT {", ".join(COLUMNS)} FROM registry_searchrow EXCEPT ({_ALL})) gone
    UNION SELECT body_id FROM (({_ALL}) EXCEPT SELECT {", ".join(COLUMNS)} FROM registry_searchrow) missing
) row ORDER BY body_id
"""


def refresh(body_ids: Collection[int]) -> None:
    """Write the rows of these bodies anew, as the register stands now."""
    if body_ids:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE.format(_THESE), {"moment": _NOW, "ids": sorted(body_ids)})


def touch(line_ids: Collection[int]) -> None:
    """Say that the acceptance of these scope lines has changed, and nothing else of their bodies."""
    if line_ids:
        with connection.cursor() as cursor:
            cursor.execute(_TOUCH, [list(line_ids)])


def rebuild() -> int:
    """Write all rows anew. Returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(_ALL), {"moment": _NOW})
        return cursor.rowcount


def drift() -> list[int]:
    """The ids of bodies whose row is missing or does not say what the register says now."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, {"moment": _NOW})
        return [body_id for (body_id,) in cursor]


def rows_at(moment: datetime) -> Iterator[tuple]:
    """The rows as they would have been written at the moment, with ``COLUMNS``."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL, {"moment": moment})
        yield from cursor
