"""Files that an authority loads, behind the second fence: their rows may speak of what is internal."""

import django.db.models.deletion
import portal.clock
from django.conf import settings
from django.db import migrations, models


_OWN = "concordat_everything() OR authority_id = concordat_me()"
# The batch has a rule of its own, which a look at it from here obeys.
_OF_AN_OWN_BATCH = "EXISTS (SELECT 1 FROM inspections_loadbatch b WHERE b.id = batch_id)"


def _fence(table: str, own: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_own ON {table} USING ({own}) WITH CHECK ({own});
        """,
        f"""
        DROP POLICY {table}_own ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0005_documents_asked"),
        ("inspections", "0005_promising"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LoadBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=200)),
                ("ending", models.CharField(max_length=5)),
                ("sha256", models.CharField(max_length=64)),
                ("heads", models.JSONField(default=list)),
                ("counts", models.JSONField(default=dict)),
                ("remarks", models.JSONField(default=list, help_text="On the file as a whole.")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("checked", "checked, not loaded"),
                            ("waiting", "being loaded"),
                            ("loaded", "loaded"),
                            ("failed", "not loaded: something failed"),
                            ("undone", "undone"),
                            ("dropped", "given up"),
                        ],
                        default="checked",
                        max_length=10,
                    ),
                ),
                ("checked_at", models.DateTimeField(default=portal.clock.now)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="Loaded, failed, or given up.", null=True),
                ),
                ("words", models.CharField(blank=True, help_text="Why it failed.", max_length=500)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="load_batches",
                        to="agreements.authority",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "load batches",
                "ordering": ["-checked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="LoadRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(help_text="As a spreadsheet counts: the heading is row 1."),
                ),
                ("cells", models.JSONField(default=list)),
                ("facts", models.JSONField(default=dict)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("unchanged", "unchanged"),
                            ("rejected", "cannot be read"),
                        ],
                        max_length=10,
                    ),
                ),
                ("remarks", models.JSONField(default=list, help_text="Kind, column, value, reason.")),
                ("before", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inspections.loadbatch",
                    ),
                ),
                (
                    "facility_made",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.facility",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="load_rows",
                        to="inspections.inspection",
                    ),
                ),
            ],
            options={
                "ordering": ["batch", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="loadbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage__in", ["waiting", "loaded"])),
                fields=("authority", "sha256"),
                name="batch_loaded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="loadrow",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="load_row_once"),
        ),
        _fence("inspections_loadbatch", _OWN),
        _fence("inspections_loadrow", _OF_AN_OWN_BATCH),
    ]
