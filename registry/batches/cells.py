"""What can be said of a row by its own cells, and by other rows of the file: in SQL, all rows at once.

The rows are read once in full. What they have in common is kept as hashes of 64 bits (``imp_row``), and what follows
compares these: a file has at most 100,000 different ones, so that two different ones meet once in 3,000,000,000 files.
"""

from registry.batches import sql
from registry.batches.columns import COLUMNS, DAYS, OF_BODY, OF_LINE, REQUIRED, field

# Each cell that must be filled in when the other one is.
_TOGETHER = (
    ("number", "number_kind"),
    ("number_kind", "number"),
    *(("site", name) for name in ("address", "town", "postcode")),
    *(
        ("accreditation_body", name)
        for name in ("accreditation_number", "accreditation_standard", "accredited_from", "accredited_until")
    ),
    ("accredited_from", "accreditation_body"),
    ("partner", "annex"),
    *(("annex", name) for name in OF_LINE if name != "annex"),
    ("kind", "annex"),
    ("from", "annex"),
)
# "%%" is a percent sign where a statement has values.
_NO_EMAIL = "(s.contact_email NOT LIKE '_%%@_%%._%%' OR s.contact_email LIKE '%% %%')"
_NO_ANSWER = "s.third_party NOT IN ('', 'yes', 'no', 'Yes', 'No', 'YES', 'NO')"
_UNREACHED = "s.contact <> '' AND s.contact_email = '' AND s.contact_phone = ''"
# What is looked up, or read as a day, needs no measuring: what is too long is not found.
_MEASURED = tuple(
    column
    for column in COLUMNS
    if column.name not in (*OF_LINE, *DAYS, "economy", "third_party", "accreditation_body", "body_id")
    or column.name in ("product", "procedure")
)


def _hash(*cells: str) -> str:
    return f"hash_record_extended(ROW({', '.join(cells)}), 0)"


def _s(names) -> list[str]:
    return [f"s.{field(name)}" for name in names]


def _blank_pairs() -> list[tuple[str, str, str]]:
    pairs = [(name, "", f"s.{field(name)} = ''") for name in REQUIRED]
    return pairs + [
        (blank, filled, f"(s.{field(blank)} = '' AND s.{field(filled)} <> '')") for blank, filled in _TOGETHER
    ]


_OF_LINE_ALONE = [name for name in OF_LINE if name != "annex"]
# Of each row whether anything may be wrong with its own cells: a first look, since it is taken at every row. Bytes are
# counted without looking at them; only a text with more bytes than it may have letters is looked at.
_MAY_BE_WRONG = " OR ".join(
    [
        "s.body = '' OR s.economy = '' OR (s.body_number = '') <> (s.number_kind = '')",
        "(s.site = '' AND (s.address <> '' OR s.town <> '' OR s.postcode <> ''))",
        "CASE WHEN s.annex = '' THEN "
        + " OR ".join(f"{each} <> ''" for each in _s(_OF_LINE_ALONE))
        + " ELSE s.partner = '' OR s.kind = '' OR s.from_on = '' END",
        "CASE WHEN s.accreditation_body = '' THEN s.accreditation_number <> '' OR s.accreditation_standard <> '' "
        "OR s.accredited_from <> '' OR s.accredited_until <> '' ELSE s.accredited_from = '' END",
        *(f"octet_length(s.{field(column.name)}) > {column.longest}" for column in _MEASURED),
        _NO_ANSWER,
        f"(s.contact_email <> '' AND {_NO_EMAIL})",
        f"({_UNREACHED})",
    ]
)


def keep_rows(values: dict) -> None:
    """Read every row once, and keep of it in ``imp_row`` what tells it from others.

    hb: which body · ha: what is said of it · hw: which combination of codes · ht: which term · hl: what else.
    """
    sql.unmeasured(
        "imp_row",
        f"""
        SELECT s.number, s.annex <> '' AS is_line, s.contact <> '' AS is_reached,
            s.site <> '' AND s.town = '' AND s.address = '' AND s.postcode = '' AS is_bare,
            s.accreditation_body <> '' OR s.accredited_from <> '' OR s.accredited_until <> '' AS is_accredited,
            s.number_kind AS scheme, s.body_number,
            {_hash("s.body_id", f"lower({values['named']})", "s.economy")} AS hb,
            {_hash(*_s(OF_BODY))} AS ha,
            {_hash(*_s(CODES))} AS hw,
            {_hash("s.from_on", "s.until_on")} AS ht,
            {_hash("lower(s.site)", "s.product", "s.procedure", "s.number_kind", "s.body_number")} AS hl,
            {_MAY_BE_WRONG} AS may_be_wrong
        FROM batches_stagedrow s WHERE s.batch_id = %(batch)s""",
        values,
    )


CODES = ("annex", "partner", "sector", "requirement", "kind")
# Staged rows as s with what is kept of them as r.
WITH_ROWS = "batches_stagedrow s JOIN imp_row r ON r.number = s.number AND s.batch_id = %(batch)s"


def tell(values: dict) -> None:
    """Cells that are blank, too long or no value of their column."""
    if not sql.rows("SELECT 1 FROM imp_row WHERE may_be_wrong LIMIT 1"):
        return
    pairs = ", ".join(f"('{blank}', '{filled}', {test})" for blank, filled, test in _blank_pairs())
    sql.run(
        f"""{sql.SAID}
        SELECT DISTINCT ON (s.number, c.name) s.batch_id, s.number, c.name, '',
            CASE c.filled WHEN '' THEN 'blank' ELSE 'blank_too' END, c.filled, true
        FROM {WITH_ROWS} CROSS JOIN LATERAL (VALUES {pairs}) AS c (name, filled, is_so)
        WHERE r.may_be_wrong AND c.is_so ORDER BY s.number, c.name, c.filled""",
        values,
    )
    cells = [
        (name, f"s.{field(name)}", str(longest), "long", f"length(s.{field(name)}) > {longest}")
        for name, longest in ((column.name, column.longest) for column in _MEASURED)
    ]
    cells.append(("third_party", "s.third_party", "", "third_party", _NO_ANSWER))
    cells.append(("contact_email", "s.contact_email", "", "email", f"s.contact_email <> '' AND {_NO_EMAIL}"))
    cells.append(("contact", "s.contact", "", "reach", _UNREACHED))
    told = ", ".join(
        f"('{name}', {value}, '{reason}', '{detail}', {test})" for name, value, detail, reason, test in cells
    )
    sql.run(
        f"""{sql.SAID}
        SELECT s.batch_id, s.number, c.name, left(c.value, 200), c.reason, c.detail, true
        FROM {WITH_ROWS} CROSS JOIN LATERAL (VALUES {told}) AS c (name, value, reason, detail, is_so)
        WHERE r.may_be_wrong AND c.is_so""",
        values,
    )


def tell_repeated(values: dict) -> None:
    """Rows that say nothing of a line that an earlier row has not said."""
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, unnest(t.later), '', '', 'twice', t.first::text, true FROM (
            SELECT min(r.number) AS first, (array_agg(r.number ORDER BY r.number))[2:] AS later FROM imp_row r
            JOIN (SELECT hb, hw, hl FROM imp_row GROUP BY 1, 2, 3 HAVING count(*) > 1) d USING (hb, hw, hl)
            GROUP BY hb, hw, hl
        ) t""",
        values,
    )


def keep_parts() -> int:
    """Keep each body and direction in ``imp_part``, with how many rows it has. Needs ``imp_what``. Returns how many parts."""
    return sql.temporary(
        "imp_part",
        """
        SELECT r.hb, w.direction, count(*) AS rows, min(r.number) AS first, min(r.ht) <> max(r.ht) AS differs
        FROM imp_row r JOIN imp_what w ON w.hw = r.hw WHERE w.direction IS NOT NULL GROUP BY 1, 2""",
    )


def tell_different_terms(values: dict) -> None:
    """Rows of one body and partner with another term than its first row whose days can be read. Needs ``imp_part``."""
    if not sql.rows("SELECT 1 FROM imp_part WHERE differs LIMIT 1"):
        return
    sql.run(
        f"""{sql.SAID}
        SELECT %(batch)s, t.number, 'from', left(t.term, 200), 'first_day', t.first::text, true FROM (
            SELECT s.number, concat_ws(' – ', s.from_on, nullif(s.until_on, '')) AS term, r.ht,
                first_value(r.ht) OVER same AS first_ht, first_value(s.number) OVER same AS first
            FROM {WITH_ROWS} JOIN imp_what w ON w.hw = r.hw
            JOIN imp_part t ON t.hb = r.hb AND t.direction = w.direction
            WHERE t.differs AND NOT EXISTS (
                SELECT 1 FROM batches_said f WHERE f.batch_id = %(batch)s AND f.row = s.number AND f.is_fault
                    AND f.column IN ('from', 'until')
            )
            WINDOW same AS (PARTITION BY r.hb, w.direction ORDER BY s.number)
        ) t WHERE t.ht <> t.first_ht""",
        values,
    )
