"""A number means one facility of an authority, and a facility may lie in a country that is no economy on file."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_time_limits_entered"),
        ("inspections", "0007_releasing"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="facilityidentifier",
            name="facility_number_means_one",
        ),
        migrations.AddField(
            model_name="facility",
            name="country",
            field=models.CharField(
                blank=True,
                help_text="Code of ISO 3166-1, where that country is no economy on file.",
                max_length=2,
            ),
        ),
        migrations.AddField(
            model_name="facilityidentifier",
            name="kept_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.authority",
            ),
        ),
        # The rows' own triggers run before the table is changed again.
        migrations.RunSQL(
            "UPDATE inspections_facilityidentifier n SET kept_by_id = f.entered_by_id "
            "FROM inspections_facility f WHERE f.id = n.facility_id; SET CONSTRAINTS ALL IMMEDIATE;",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("economy", None), ("country", ""), _connector="OR"),
                name="facility_lies_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityidentifier",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (django.db.models.functions.comparison.Coalesce("kept_by", 0), "="),
                    ("scheme", "="),
                    ("value", "="),
                    ("valid", "&&"),
                ],
                name="facility_number_means_one",
            ),
        ),
    ]
