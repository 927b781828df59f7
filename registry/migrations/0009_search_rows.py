"""What the directory searches: one row per body, written at once where there are bodies already."""

import django.db.models.deletion
from django.db import migrations, models

from registry import indexing


def fill(apps, schema_editor) -> None:
    """A new register has no bodies yet; their verbs write the rows then."""
    if apps.get_model("registry", "Body").objects.exists():
        indexing.rebuild()


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_time_limits_entered"),
        ("registry", "0008_newcomers"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                (
                    "body",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_row",
                        serialize=False,
                        to="registry.body",
                    ),
                ),
                ("apart", models.BooleanField()),
                ("name", models.CharField(max_length=300)),
                (
                    "sort_name",
                    models.TextField(db_collation="C", help_text="The name without accents and case."),
                ),
                ("local_name", models.CharField(blank=True, max_length=300)),
                ("slug", models.CharField(max_length=160)),
                ("local_word", models.CharField(blank=True, max_length=120)),
                ("website", models.CharField(blank=True, max_length=300)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("catalogue", "reference catalogue"),
                            ("register_row", "named by a row of a public register"),
                            ("sample", "sample"),
                            ("entered", "entered in the portal"),
                        ],
                        max_length=20,
                    ),
                ),
                ("source_name", models.CharField(blank=True, max_length=200)),
                ("recorded_at", models.DateTimeField()),
                (
                    "last_decision",
                    models.DateTimeField(help_text="When the last decision on it was recorded.", null=True),
                ),
                ("strong", models.TextField()),
                ("weak", models.TextField(blank=True)),
                ("changed", models.BigIntegerField(db_index=True)),
                ("edition", models.PositiveIntegerField(default=1)),
                (
                    "economy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.economy",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_name", "body"],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
