"""Row-level security on what authorities share, forced also for the owner of the tables.

The settings that the rules look at are set for one transaction by registry.inspections.fence. A table's rule looks only at tables
whose rules do not look back at it: release ‹ version ‹ document.
"""

from django.db import migrations

_FUNCTIONS = """
CREATE FUNCTION concordat_me() RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT coalesce(nullif(current_setting('concordat.authority', true), ''), '0')::bigint $$;
CREATE FUNCTION concordat_annexes() RETURNS bigint[] LANGUAGE sql STABLE AS
    $$ SELECT coalesce(nullif(current_setting('concordat.annexes', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION concordat_everything() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('concordat.everything', true), '') = 'on' $$;
CREATE FUNCTION concordat_day() RETURNS date LANGUAGE sql STABLE AS
    $$ SELECT coalesce(nullif(current_setting('concordat.day', true), '')::date, (now() AT TIME ZONE 'utc')::date) $$;
"""
_DROP_FUNCTIONS = """
DROP FUNCTION concordat_me(), concordat_annexes(), concordat_everything(), concordat_day();
"""

_PROMISED = """EXISTS (SELECT 1 FROM inspections_commitment c
    WHERE c.giver_id = r.giver_id AND c.receiver_id = r.receiver_id AND c.ended_at IS NULL
    AND c.confirmed_at IS NOT NULL AND c.valid @> concordat_day() AND c.information @> r.information
    AND (c.sector_codes = '{}' OR inspections_version.sector_code = ANY (c.sector_codes)))"""
_APPLIES = """(r.annex_id IS NULL OR EXISTS (SELECT 1 FROM agreements_annexperiod p WHERE p.annex_id = r.annex_id
    AND upper_inf(p.recorded) AND p.valid @> concordat_day() AND p.status IN ('in_force', 'provisionally_applied')))"""


def _classified(row: str, named: str, column: str) -> str:
    return f"""({row}.access_class = 'public' OR {row}.authority_id = concordat_me()
    OR ({row}.access_class = 'annex' AND {row}.annex_id = ANY (concordat_annexes()))
    OR ({row}.access_class = 'named' AND EXISTS (SELECT 1 FROM {named} n
        WHERE n.{column} = {row}.id AND n.authority_id = concordat_me())))"""


# Table: what is seen, what is written.
_RULES = {
    "inspections_release": (
        """giver_id = concordat_me()
        OR (receiver_id = concordat_me() AND stage IN ('released', 'revoked'))
        OR (receiver_id IS NULL AND stage = 'released')""",
        "giver_id = concordat_me()",
    ),
    "inspections_version": (
        f"""authority_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_release r
        WHERE r.version_id = inspections_version.id AND r.stage = 'released'
        AND (r.until IS NULL OR r.until >= concordat_day()) AND {_APPLIES}
        AND (r.receiver_id IS NULL OR (r.receiver_id = concordat_me() AND {_PROMISED})))""",
        "authority_id = concordat_me()",
    ),
    "inspections_document": (
        f"""{_classified("inspections_document", "inspections_document_named", "document_id")}
        OR EXISTS (SELECT 1 FROM inspections_version v WHERE v.document_id = inspections_document.id)""",
        "authority_id = concordat_me()",
    ),
    "inspections_finding": (
        f"""EXISTS (SELECT 1 FROM inspections_inspection i WHERE i.id = inspection_id
        AND {_classified("i", "inspections_inspection_named", "inspection_id")})""",
        """EXISTS (SELECT 1 FROM inspections_inspection i
        WHERE i.id = inspection_id AND i.authority_id = concordat_me())""",
    ),
    "inspections_reportrequest": (
        "asking_id = concordat_me() OR asked_id = concordat_me()",
        "asking_id = concordat_me() OR asked_id = concordat_me()",
    ),
    "inspections_requestmessage": (
        "sender_id = concordat_me() OR receiver_id = concordat_me()",
        "sender_id = concordat_me()",
    ),
    "inspections_onward": (
        """EXISTS (SELECT 1 FROM inspections_release r WHERE r.id = release_id
        AND (r.giver_id = concordat_me() OR r.receiver_id = concordat_me()))""",
        """EXISTS (SELECT 1 FROM inspections_release r WHERE r.id = release_id
        AND (r.giver_id = concordat_me() OR r.receiver_id = concordat_me()))""",
    ),
    "inspections_alert": (
        """sender_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_alertreceiver a
        WHERE a.alert_id = inspections_alert.id AND a.authority_id = concordat_me())""",
        "sender_id = concordat_me()",
    ),
}


def _fence(table: str, seen: str, written: str) -> migrations.RunSQL:
    seen, written = f"concordat_everything() OR {seen}", f"concordat_everything() OR {written}"
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({seen});
        CREATE POLICY {table}_added ON {table} FOR INSERT WITH CHECK ({written});
        CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({written}) WITH CHECK ({written});
        CREATE POLICY {table}_removed ON {table} FOR DELETE USING ({written});
        """,
        f"""
        DROP POLICY {table}_seen ON {table};
        DROP POLICY {table}_added ON {table};
        DROP POLICY {table}_changed ON {table};
        DROP POLICY {table}_removed ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_reports")]

    operations = [
        migrations.RunSQL(_FUNCTIONS, _DROP_FUNCTIONS),
        *(_fence(table, *rules) for table, rules in _RULES.items()),
    ]
