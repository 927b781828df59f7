import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


# What is merged takes in nothing, and what took something in is not merged: looked at from both ends of the new row.
_NO_CHAIN = """
CREATE FUNCTION registry_merger_refuse_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM registry_merger other
        WHERE other.id <> NEW.id AND other.recorded && NEW.recorded
            AND (other.body_id = NEW.into_id OR other.into_id = NEW.body_id)
    ) THEN
        RAISE EXCEPTION 'a body that is merged takes in no other' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_merger_no_chain BEFORE INSERT OR UPDATE ON registry_merger
    FOR EACH ROW EXECUTE FUNCTION registry_merger_refuse_chain();
"""
_CHAIN = """
DROP TRIGGER registry_merger_no_chain ON registry_merger;
DROP FUNCTION registry_merger_refuse_chain();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_standings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recorded",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        help_text="Moments at which the register said so, [from, to)."
                    ),
                ),
                ("reason", models.TextField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="formername",
            name="former_name_once",
        ),
        migrations.AddField(
            model_name="formername",
            name="local_name",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="formername",
            name="renamed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="formername",
            name="slug",
            field=models.SlugField(
                blank=True, help_text="The part of the address given up with it.", max_length=160
            ),
        ),
        migrations.AddField(
            model_name="formername",
            name="until",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="left_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="site",
            name="moved_to",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moved_from",
                to="registry.site",
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(
                condition=models.Q(("renamed_at__isnull", True)),
                fields=("body", "name"),
                name="former_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("renamed_at__isnull", True), ("slug", ""), ("until__isnull", True)),
                    models.Q(
                        ("renamed_at__isnull", False),
                        ("until__isnull", False),
                        models.Q(("slug", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="renaming_leaves_name_address_and_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("slug", ""), _negated=True),
                expressions=[("slug", "="), ("body", "<>")],
                name="former_address_of_one_body",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_on__isnull", True), ("moved_to__isnull", True)),
                    models.Q(("left_on__isnull", False), ("moved_to__isnull", False)),
                    _connector="OR",
                ),
                name="left_site_says_when_and_where_to",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("moved_to", models.F("id")), _negated=True), name="site_moves_elsewhere"
            ),
        ),
        migrations.AddField(
            model_name="merger",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="mergers", to="registry.body"
            ),
        ),
        migrations.AddField(
            model_name="merger",
            name="into",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absorbed", to="registry.body"
            ),
        ),
        migrations.AddConstraint(
            model_name="merger",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", models.F("into")), _negated=True), name="merger_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="merger",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="merger_gives_its_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="merger",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("body", "="), ("recorded", "&&")], name="merged_into_one_at_a_moment"
            ),
        ),
        migrations.RunSQL(sql=_NO_CHAIN, reverse_sql=_CHAIN),
    ]
