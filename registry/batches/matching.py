"""Which body a row speaks of: one on file that the authority looks after, or a new one; and what does not fit about it."""

from agreements.acting import Acting
from agreements.models import Authority, Origin
from registry import dossier
from registry.batches import sql
from registry.batches.cells import WITH_ROWS
from registry.batches.columns import OF_BODY, field
from registry.models import Body, Merger

SAMPLE = " (sample)"
# What the law of each place puts behind a name: left out when names are compared for resemblance.
_FORMS = (
    "limited",
    "ltd",
    "gmbh",
    "inc",
    "llc",
    "plc",
    "corporation",
    "corp",
    "sas",
    "srl",
    "spa",
    "bv",
    "ag",
    "kg",
    "co",
)
_OTHER_SIGNS = " .,;:-_/&()''\"’+"


def match(by: Acting, own: Authority, values: dict) -> dict[str, int]:
    """Keep the bodies of the file in ``imp_body`` (``body_id`` where on file) and tell what does not fit. Returns counts."""
    _keep_bodies(values)
    _tell_economies(by, values)
    if by.authority_id is not None:
        _find(own, values)
    _tell_differences(values)
    _tell_numbers(values)
    _tell_sites(values)
    _tell_contacts(values)
    _suggest(values)
    found = sql.rows("SELECT count(*), count(body_id) FROM imp_body")[0]
    return {"bodies": found[0], "bodies_on_file": found[1], "bodies_new": found[0] - found[1]}


def named(own: Authority) -> str:
    """The body's name as it comes on the register: what a made-up authority registers is made up, too, and says so."""
    if own.origin != Origin.SAMPLE:
        return "s.body"
    # "%%" is a percent sign where a statement has values.
    return f"CASE WHEN s.body LIKE '%%{SAMPLE}' THEN s.body ELSE s.body || '{SAMPLE}' END"


def _keep_bodies(values: dict) -> None:
    """``first`` is the row that speaks for the body: its first one."""
    sql.temporary(
        "imp_body",
        f"""
        SELECT g.*, s.body_id AS slug, {values["named"]} AS name, lower({values["named"]}) AS key, s.economy AS code,
            NULL::bigint AS body_id, NULL::bigint AS economy_id
        FROM (
            SELECT hb, min(number) AS first, bool_or(is_line) AS has_lines, bool_or(is_reached) AS is_reached,
                min(ha) <> max(ha) AS differs FROM imp_row GROUP BY hb
        ) g JOIN batches_stagedrow s ON s.number = g.first AND s.batch_id = %(batch)s""",
        values,
    )


def _tell_economies(by: Acting, values: dict) -> None:
    members = dossier.party_members(by)
    sql.copied("imp_economy", 'code text COLLATE "C", id bigint', [(one.code, one.pk) for one in members])
    sql.run("UPDATE imp_body b SET economy_id = e.id FROM imp_economy e WHERE upper(b.code) = e.code")
    sql.run(
        f"{sql.SAID} SELECT %(batch)s, r.number, 'economy', b.code, 'economy', %(codes)s, true "
        "FROM imp_body b JOIN imp_row r ON r.hb = b.hb WHERE b.economy_id IS NULL AND b.code <> ''",
        {**values, "codes": ", ".join(sorted(one.code for one in members))},
    )


def _find(own: Authority, values: dict) -> None:
    """By address, or by name and economy, among those that the authority looks after (see ``Body.looked_after_by``)."""
    query, params = (
        Body.objects.looked_after_by(own).values("id", "slug", "name", "economy_id").query.sql_with_params()
    )
    sql.temporary(
        "imp_own",
        f'SELECT o.id, o.slug COLLATE "C" AS slug, o.name, lower(o.name COLLATE "C") AS key, o.economy_id FROM ({query}) o '
        f"WHERE NOT EXISTS (SELECT 1 FROM ({_merged()}) m WHERE m.body_id = o.id)",
        params,
    )
    by_slug = "FROM imp_body b LEFT JOIN imp_own o ON o.slug = b.slug WHERE b.slug <> ''"
    sql.run(
        f"{sql.SAID} SELECT %(batch)s, r.number, 'body_id', b.slug, 'body_id', '', true "
        "FROM imp_body b JOIN imp_row r ON r.hb = b.hb LEFT JOIN imp_own o ON o.slug = b.slug "
        "WHERE b.slug <> '' AND o.id IS NULL",
        values,
    )
    sql.run(
        f"{sql.SAID} SELECT %(batch)s, b.first, 'body', left(b.name, 200), 'body_name', o.name, true "
        f"{by_slug} AND o.key <> b.key",
        values,
    )
    sql.run("UPDATE imp_body b SET body_id = o.id FROM imp_own o WHERE o.slug = b.slug AND b.slug <> ''")
    sql.temporary(
        "imp_named",
        "SELECT b.hb, min(o.id) AS id, count(*) AS number FROM imp_body b "
        "JOIN imp_own o ON o.key = b.key AND o.economy_id = b.economy_id WHERE b.slug = '' GROUP BY b.hb",
    )
    sql.run(
        f"{sql.SAID} SELECT %(batch)s, b.first, 'body', left(b.name, 200), 'several', '', true "
        "FROM imp_named n JOIN imp_body b ON b.hb = n.hb WHERE n.number > 1",
        values,
    )
    sql.run("UPDATE imp_body b SET body_id = n.id FROM imp_named n WHERE n.hb = b.hb")


def _merged() -> str:
    return str(Merger.objects.known().values("body_id").query)


def _tell_differences(values: dict) -> None:
    """Of what must be the same in all rows of a body: cells that differ from the first one that is filled in."""
    if not sql.rows("SELECT 1 FROM imp_body WHERE differs LIMIT 1"):
        return
    cells = ", ".join(f"('{name}', s.{field(name)})" for name in OF_BODY)
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, t.number, t.name, left(t.value, 200), 'differs', t.first::text, true FROM (
            SELECT s.number, c.name, c.value, first_value(c.value) OVER same AS said, first_value(s.number) OVER same AS first
            FROM {WITH_ROWS} JOIN imp_body b ON b.hb = r.hb CROSS JOIN LATERAL (VALUES {cells}) AS c (name, value)
            WHERE b.differs AND c.value <> ''
            WINDOW same AS (PARTITION BY r.hb, c.name ORDER BY s.number)
        ) t WHERE t.value <> t.said""",
        values,
    )


def _tell_numbers(values: dict) -> None:
    """A number that another body bears, on file or in the file."""
    found = sql.temporary(
        "imp_number",
        """
        SELECT hb, scheme, body_number AS value, min(number) AS first
        FROM imp_row WHERE body_number <> '' GROUP BY 1, 2, 3""",
    )
    if not found:
        return
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, n.first, 'number', left(n.value, 200), 'number_taken', left(o.name, 400), true
        FROM imp_number n JOIN imp_body b ON b.hb = n.hb
        JOIN registry_identifier i ON i.value = n.value AND i.scheme = n.scheme
        JOIN registry_body o ON o.id = i.body_id
        WHERE upper_inf(i.recorded) AND i.body_id IS DISTINCT FROM b.body_id""",
        values,
    )
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, t.first, 'number', left(t.value, 200), 'number_taken', left(o.name, 400), true FROM (
            SELECT hb, value, first, first_value(hb) OVER same AS other FROM imp_number
            WINDOW same AS (PARTITION BY scheme, value ORDER BY first)
        ) t JOIN imp_body o ON o.hb = t.other WHERE t.other <> t.hb""",
        values,
    )


def _tell_sites(values: dict) -> None:
    """A location that is not on file and of which no row says where it lies."""
    if not sql.rows("SELECT 1 FROM imp_row WHERE is_bare LIMIT 1"):
        return
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, t.first, 'site', left(t.site, 200), 'site', '', true FROM (
            SELECT b.body_id, r.hb, lower(s.site) AS key, min(s.site) AS site, min(s.number) AS first
            FROM {WITH_ROWS} JOIN imp_body b ON b.hb = r.hb
            WHERE s.site <> '' GROUP BY 1, 2, 3 HAVING bool_and(r.is_bare)
        ) t
        LEFT JOIN registry_site o ON o.body_id = t.body_id AND lower(o.name COLLATE "C") = t.key
        WHERE o.id IS NULL""",
        values,
    )


def _tell_contacts(values: dict) -> None:
    """A body to be designated whom nobody could reach."""
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, b.first, 'contact', '', 'contact', '', true FROM imp_body b
        LEFT JOIN (SELECT DISTINCT body_id FROM registry_contact WHERE replaced_at IS NULL) held ON held.body_id = b.body_id
        WHERE b.has_lines AND NOT b.is_reached AND held.body_id IS NULL""",
        values,
    )


def _suggest(values: dict) -> None:
    """New names that differ from one on file, or from another one in the file, by no more than signs and legal forms."""
    if not sql.rows("SELECT 1 FROM imp_body WHERE body_id IS NULL LIMIT 1"):
        return
    sql.temporary(
        "imp_new",
        f"SELECT first, name, economy_id, {_bare('key')} AS bare FROM imp_body WHERE body_id IS NULL",
    )
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, n.first, 'body', left(n.name, 200), 'similar', left(min(o.name), 400), false
        FROM imp_new n JOIN (SELECT name, economy_id, {_bare("key")} AS bare FROM imp_own) o
            ON o.bare = n.bare AND o.economy_id = n.economy_id
        GROUP BY n.first, n.name""",
        values,
    )
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, first, 'body', left(name, 200), 'similar', left(before, 400), false FROM (
            SELECT first, name, lag(name) OVER (PARTITION BY bare, economy_id ORDER BY first) AS before FROM imp_new
        ) t WHERE before IS NOT NULL""",
        values,
    )


def _bare(column: str) -> str:
    """The letters and digits of a name without its legal form."""
    text = f"translate({column}, '{_OTHER_SIGNS.replace(' ', '')}', '')"
    text = f"({text} || ' ')"
    for form in _FORMS:
        text = f"replace({text}, ' {form} ', ' ')"
    return f"replace({text}, ' ', '')"
