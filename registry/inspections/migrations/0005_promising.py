"""Who sent an alert stands on its receivers too, so that the rules of alert and receiver do not look at each other.

Nothing has ever written an alert before this step, so the new columns need no meaning for older rows.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.clock

# Table: what is seen, what is added, what is changed or removed.
_RULES = {
    "inspections_alert": (
        """sender_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_alertreceiver a
        WHERE a.alert_id = inspections_alert.id AND a.sender_id = inspections_alert.sender_id
        AND a.authority_id = concordat_me())""",
        "sender_id = concordat_me()",
        "sender_id = concordat_me()",
    ),
    # The sender names the receivers; each of them alone says what it did.
    "inspections_alertreceiver": (
        "sender_id = concordat_me() OR authority_id = concordat_me()",
        "sender_id = concordat_me()",
        "authority_id = concordat_me()",
    ),
    # An alert is there for its sender and its receivers alone; what the sender says is for all of them.
    "inspections_alertmessage": (
        """sender_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_alert al WHERE al.id = alert_id
        AND (al.sender_id = concordat_me() OR al.sender_id = inspections_alertmessage.sender_id))""",
        """sender_id = concordat_me() AND EXISTS (SELECT 1 FROM inspections_alert al WHERE al.id = alert_id)""",
        "false",
    ),
}


def _on(table: str) -> str:
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    """


def _off(table: str) -> str:
    return f"""
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """


def _policies(table: str, seen: str, added: str, changed: str) -> str:
    seen, added, changed = (f"concordat_everything() OR {rule}" for rule in (seen, added, changed))
    return f"""
        CREATE POLICY {table}_seen ON {table} FOR SELECT USING ({seen});
        CREATE POLICY {table}_added ON {table} FOR INSERT WITH CHECK ({added});
        CREATE POLICY {table}_changed ON {table} FOR UPDATE USING ({changed}) WITH CHECK ({changed});
        CREATE POLICY {table}_removed ON {table} FOR DELETE USING ({changed});
    """


def _drop(table: str) -> str:
    return "".join(
        f"DROP POLICY {table}_{what} ON {table};" for what in ("seen", "added", "changed", "removed")
    )


# As 0002 had it.
_ALERT_BEFORE = (
    """sender_id = concordat_me() OR EXISTS (SELECT 1 FROM inspections_alertreceiver a
    WHERE a.alert_id = inspections_alert.id AND a.authority_id = concordat_me())""",
    "sender_id = concordat_me()",
    "sender_id = concordat_me()",
)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0005_documents_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inspections", "0004_asking"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="ended_by",
            field=models.CharField(blank=True, help_text="The authority, by name.", max_length=200),
        ),
        migrations.AlterField(
            model_name="alert",
            name="words",
            field=models.TextField(help_text="What is wrong."),
        ),
        migrations.AddField(
            model_name="alert",
            name="to_do",
            field=models.TextField(default="", help_text="What the receiver should do."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="alertreceiver",
            name="sender",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.authority",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="alertreceiver",
            constraint=models.CheckConstraint(
                condition=models.Q(("sender", models.F("authority")), _negated=True),
                name="alert_goes_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="alertreceiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                    models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                    _connector="OR",
                ),
                name="acknowledgement_says_by_whom",
            ),
        ),
        migrations.CreateModel(
            name="AlertMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField()),
                ("sent_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "alert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="inspections.alert",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.authority",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["sent_at", "id"]},
        ),
        migrations.RunSQL(
            _drop("inspections_alert") + _policies("inspections_alert", *_RULES["inspections_alert"]),
            _drop("inspections_alert") + _policies("inspections_alert", *_ALERT_BEFORE),
        ),
        *(
            migrations.RunSQL(_on(table) + _policies(table, *_RULES[table]), _drop(table) + _off(table))
            for table in ("inspections_alertreceiver", "inspections_alertmessage")
        ),
    ]
