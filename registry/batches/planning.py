"""From checked rows to parts: what becomes one draft each, written in one statement. Stands on the tables of the check."""

from registry.batches import sql
from registry.batches.cells import WITH_ROWS
from registry.batches.columns import OF_BODY, field
from registry.batches.recorded import KEY


def keep_parts(values: dict, authority_id: int) -> int:
    """Write the parts of the batch; rows that are on file already make none. Returns how many parts there are."""
    _keep_details(values)
    return sql.run(
        f"""
        INSERT INTO batches_importpart (batch_id, number, authority_id, key, newcomer, name, rows, details, body_id,
            annex_id, exporting_id, importing_id, stage, words)
        SELECT %(batch)s, row_number() OVER (ORDER BY min(r.number)), %(authority)s, {KEY},
            CASE WHEN b.body_id IS NULL THEN %(batch)s || ':' || md5(b.key || '|' || b.code) ELSE '' END,
            min(b.name), jsonb_agg(r.number ORDER BY r.number), (array_agg(d.details))[1], b.body_id,
            w.annex_id, w.exporting_id, w.importing_id, 'planned', ''
        FROM imp_row r JOIN imp_body b ON b.hb = r.hb JOIN imp_what w ON w.hw = r.hw JOIN imp_details d ON d.hb = r.hb
        LEFT JOIN batches_said f ON f.batch_id = %(batch)s AND f.row = r.number AND f.reason = 'on_file'
        WHERE f.id IS NULL
        GROUP BY b.body_id, b.key, b.code, w.annex_id, w.exporting_id, w.importing_id""",
        {**values, "authority": authority_id},
    )


def _keep_details(values: dict) -> None:
    """Of each body what its rows say of it: they say the same, or nothing."""
    said = ", ".join(f"'{name}', coalesce(min(nullif(s.{field(name)}, '')), '')" for name in OF_BODY)
    sql.temporary(
        "imp_details",
        f"""
        SELECT r.hb, jsonb_build_object({said}, 'economy', upper(min(s.economy)),
            'sites', coalesce(jsonb_agg(DISTINCT jsonb_build_array(s.site, s.address, s.town, s.postcode))
                FILTER (WHERE s.site <> ''), '[]'),
            'numbers', coalesce(jsonb_agg(DISTINCT jsonb_build_array(s.number_kind, s.body_number))
                FILTER (WHERE s.body_number <> ''), '[]')) AS details
        FROM {WITH_ROWS} GROUP BY r.hb""",
        values,
    )
