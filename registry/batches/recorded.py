"""Rows beside what is on record: lines that are designated already, records that do not allow it, files still under way."""

from collections import defaultdict
from datetime import date

from portal.lifecycle import NotAllowed
from registry import policies
from registry.batches import sql
from registry.batches.meanings import day
from registry.batches.models import ImportPart
from registry.models import Act, Decision, Designation

_LINES = """
    FROM batches_stagedrow s
    JOIN imp_row r ON r.number = s.number
    JOIN imp_body b ON b.hb = r.hb
    JOIN imp_what w ON w.hw = r.hw
    WHERE s.batch_id = %(batch)s AND b.body_id IS NOT NULL"""


def tell(authority_id: int, values: dict) -> None:
    """What is on record already, and what does not follow from it."""
    if sql.rows("SELECT 1 FROM imp_body WHERE body_id IS NOT NULL LIMIT 1"):
        _tell_lines_on_file(values)
        _tell_bodies_on_file(values)
        _tell_states(values)
    _tell_under_way(authority_id, values)


def _tell_lines_on_file(values: dict) -> None:
    """Lines designated by a decision that counts now."""
    sql.temporary(
        "imp_standing",
        """
        SELECT DISTINCT ON (l.id) l.id, l.body_id, l.annex_id, l.exporting_id, l.importing_id, x.code AS sector_code,
            coalesce(q.slug, '') AS requirement_slug, l.kind, lower(coalesce(t.name, '') COLLATE "C") AS site,
            l.product COLLATE "C" AS product, l.procedure COLLATE "C" AS procedure, dl.state
        FROM registry_scopeline l
        JOIN registry_decisionline dl ON dl.line_id = l.id
        JOIN registry_decision d ON d.id = dl.decision_id AND d.designation_id IS NOT NULL AND d.act <> 'annul'
        JOIN agreements_sector x ON x.id = l.sector_id
        LEFT JOIN agreements_requirement q ON q.id = l.requirement_id
        LEFT JOIN registry_site t ON t.id = l.site_id
        WHERE l.body_id IN (SELECT body_id FROM imp_body)
            AND NOT EXISTS (SELECT 1 FROM registry_decision c WHERE c.corrects_id = d.id)
        ORDER BY l.id, d.effective_on DESC, coalesce(d.place, d.id) DESC""",
    )
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, t.number, '', left(t.name, 200), 'on_file', '', false FROM (
            SELECT s.number, b.name, b.body_id, w.annex_id, w.exporting_id, w.importing_id, w.sector_code,
                w.requirement_slug, w.kind_code, lower(s.site) AS site, s.product, s.procedure {_LINES}
        ) t JOIN imp_standing l ON l.body_id = t.body_id AND l.annex_id = t.annex_id
            AND l.exporting_id = t.exporting_id AND l.importing_id = t.importing_id AND l.sector_code = t.sector_code
            AND l.requirement_slug = t.requirement_slug AND l.kind = t.kind_code AND l.site = t.site
            AND l.product = t.product AND l.procedure = t.procedure AND l.state = 'designated'""",
        values,
    )


def _tell_bodies_on_file(values: dict) -> None:
    """Rows about a body alone whose location and number are on file."""
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, s.number, '', left(b.name, 200), 'on_file', '', false {_LINES} AND s.annex = ''
            AND (s.site = '' OR EXISTS (SELECT 1 FROM registry_site t
                WHERE t.body_id = b.body_id AND lower(t.name COLLATE "C") = lower(s.site)))
            AND (s.body_number = '' OR EXISTS (SELECT 1 FROM registry_identifier i
                WHERE i.body_id = b.body_id AND i.scheme = s.number_kind AND i.value = s.body_number
                AND upper_inf(i.recorded)))
            AND s.accreditation_body = '' AND s.contact = ''""",
        values,
    )


def _tell_states(values: dict) -> None:
    """Designations on record from whose state it does not follow, by the rules of the desk."""
    wanted = sql.rows(
        f"SELECT b.body_id, w.annex_id, w.exporting_id, w.importing_id, min(s.number), min(s.from_on) {_LINES} "
        "AND w.direction IS NOT NULL AND NOT EXISTS (SELECT 1 FROM batches_said f WHERE f.batch_id = s.batch_id "
        "AND f.row = s.number AND f.reason = 'on_file') GROUP BY 1, 2, 3, 4",
        values,
    )
    held = {
        (one.body_id, one.annex_id, one.exporting_id, one.importing_id): one
        for one in Designation.objects.filter(body__in={row[0] for row in wanted})
    }
    decided = decisions_on(held.values())
    faults = []
    for *key, number, first_day in wanted:
        record, start = held.get(tuple(key)), day(first_day)
        if record is None or start is None:
            continue
        if words := why_not(record, decided[record.pk], start):
            faults.append((values["batch"], number, "from", first_day[:200], "state", words[:400], True))
    if faults:
        sql.copy(sql.COPY_SAID, faults)


def decisions_on(designations) -> dict[int, list[Decision]]:
    """The decisions that count now on each of the designations, in order."""
    found = defaultdict(list)
    rows = Decision.objects.known().exclude(act=Act.ANNUL)
    for decision in rows.filter(designation__in=[one.pk for one in designations]).in_order():
        found[decision.designation_id].append(decision)
    return found


def why_not(record: Designation, decisions: list[Decision], start: date) -> str:
    """Why the record cannot be designated from that day; "" when it can."""
    try:
        policies.check_follows(record, Act.DESIGNATE, decisions, start)
    except NotAllowed as error:
        return str(error)
    return ""


# What names a part in whichever file: the body and the direction.
KEY = (
    "md5(concat_ws('|', coalesce('#' || b.body_id, b.key || '|' || b.code), "
    "coalesce(w.annex_id || '>' || w.exporting_id || '>' || w.importing_id, '')))"
)


def _tell_under_way(authority_id: int, values: dict) -> None:
    """Bodies and partners whose drafts of another file are not decided yet."""
    open_parts = ImportPart.objects.under_way().filter(authority=authority_id)
    parts = [(key, name) for key, name in open_parts.values_list("key", "batch__name")]
    if not parts:
        return
    sql.copied("imp_open", 'key text COLLATE "C", name text', parts)
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, t.first, 'body', left(t.name, 200), 'under_way', left(o.name, 400), true FROM (
            SELECT {KEY} COLLATE "C" AS key, min(b.name) AS name, min(r.number) AS first FROM imp_row r
            JOIN imp_body b ON b.hb = r.hb JOIN imp_what w ON w.hw = r.hw GROUP BY 1
        ) t JOIN imp_open o ON o.key = t.key""",
        values,
    )
