"""Row-level security that says exactly what Release.objects.giving_access() says.

A release is of a version of its giver, and a version of a document of its authority: without that, one authority could let
itself read what is another's. Nothing that was shared is ever deleted, and no release begins as released.
"""

from django.db import migrations, models

_PROMISED = """EXISTS (SELECT 1 FROM inspections_commitment c
    WHERE c.giver_id = r.giver_id AND c.receiver_id = r.receiver_id AND c.ended_at IS NULL
    AND c.confirmed_at IS NOT NULL AND c.valid @> concordat_day() AND c.information @> inspections_version.information
    AND (c.sector_codes = '{}' OR inspections_version.sector_code = ANY (c.sector_codes)))"""
_APPLIES = """(r.annex_id IS NULL OR EXISTS (SELECT 1 FROM agreements_annexperiod p WHERE p.annex_id = r.annex_id
    AND upper_inf(p.recorded) AND p.valid @> concordat_day() AND p.status IN ('in_force', 'provisionally_applied')))"""
_TAKEN = """(f.scan = 'clean' OR NOT EXISTS (SELECT 1 FROM inspections_reception t
    WHERE t.authority_id = r.receiver_id AND t.scanned_only))"""
_READABLE = f"""authority_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_release r, files_storedfile f
    WHERE r.version_id = inspections_version.id AND r.stage = 'released'
    AND f.id = inspections_version.stored_id AND f.state = 'accepted'
    AND (r.until IS NULL OR r.until >= concordat_day()) AND {_APPLIES}
    AND ((r.receiver_id IS NULL AND inspections_version.information = '{{}}')
        OR (r.receiver_id = concordat_me() AND {_TAKEN} AND {_PROMISED})))"""
_READABLE_BEFORE = f"""authority_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_release r
    JOIN files_storedfile f ON f.id = inspections_version.stored_id
    WHERE r.version_id = inspections_version.id AND r.stage = 'released' AND f.state = 'accepted'
    AND (r.until IS NULL OR r.until >= concordat_day()) AND {_APPLIES}
    AND (r.receiver_id IS NULL OR (r.receiver_id = concordat_me() AND {_TAKEN}
        AND {_PROMISED.replace("inspections_version.information", "r.information")})))"""
_SIDE = "EXISTS (SELECT 1 FROM inspections_release r WHERE r.id = release_id AND {})"
_EITHER = _SIDE.format("(r.giver_id = concordat_me() OR r.receiver_id = concordat_me())")
_OWN, _GIVEN = "authority_id = concordat_me()", "giver_id = concordat_me()"

# Table, part of the policy's name, command, its rule, the rule before.
_RULES = (
    ("inspections_version", "seen", "SELECT USING", _READABLE, _READABLE_BEFORE),
    ("inspections_version", "removed", "DELETE USING", "false", _OWN),
    ("inspections_document", "removed", "DELETE USING", "false", _OWN),
    ("inspections_release", "added", "INSERT WITH CHECK", f"{_GIVEN} AND stage = 'proposed'", _GIVEN),
    ("inspections_release", "removed", "DELETE USING", "false", _GIVEN),
    (
        "inspections_onward",
        "added",
        "INSERT WITH CHECK",
        f"stage = 'asked' AND {_SIDE.format('r.receiver_id = concordat_me()')}",
        _EITHER,
    ),
    ("inspections_onward", "changed", "UPDATE USING", _SIDE.format("r.giver_id = concordat_me()"), _EITHER),
    ("inspections_onward", "removed", "DELETE USING", "false", _EITHER),
)


def _policy(table: str, part: str, command: str, rule: str) -> str:
    return f"""
        DROP POLICY {table}_{part} ON {table};
        CREATE POLICY {table}_{part} ON {table} FOR {command} (concordat_everything() OR ({rule}));
    """


def _belongs(table: str, columns: str, to: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        ALTER TABLE {to} ADD CONSTRAINT {to}_of_authority UNIQUE (id, authority_id);
        ALTER TABLE {table} ADD CONSTRAINT {table}_of_its_authority
            FOREIGN KEY ({columns}) REFERENCES {to} (id, authority_id) DEFERRABLE INITIALLY DEFERRED;
        """,
        f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_of_its_authority;
        ALTER TABLE {to} DROP CONSTRAINT {to}_of_authority;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_quarantine_and_tickets"),
        ("inspections", "0006_loading"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receiver__isnull", False),
                    models.Q(("form", "exact"), ("information", [])),
                    _connector="OR",
                ),
                name="what_everybody_reads_is_open",
            ),
        ),
        _belongs("inspections_version", "document_id, authority_id", "inspections_document"),
        _belongs("inspections_release", "version_id, giver_id", "inspections_version"),
        *(
            migrations.RunSQL(_policy(table, part, command, rule), _policy(table, part, command, rule_before))
            for table, part, command, rule, rule_before in _RULES
        ),
    ]
