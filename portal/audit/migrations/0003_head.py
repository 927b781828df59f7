from django.db import migrations, models

from portal.audit.chaining import mac


def seal_what_is_there(apps, schema_editor):
    """The first head covers the entries written before there was one."""
    entry, head = apps.get_model("audit", "AuditEntry"), apps.get_model("audit", "AuditHead")
    count = entry.objects.count()
    last_id, last_hash = entry.objects.order_by("-id").values_list("id", "hash").first() or (0, "")
    head.objects.create(
        id=1, entries=count, last_id=last_id, last_hash=last_hash, mac=mac(count, last_id, last_hash)
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("entries", models.PositiveBigIntegerField(default=0)),
                ("last_id", models.PositiveBigIntegerField(default=0)),
                ("last_hash", models.CharField(blank=True, max_length=64)),
                ("mac", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_has_one_head")
                ],
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="actor_key",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The person's key; empty for a process.",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["authority", "id"], name="audit_audit_authori_db0287_idx"),
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
    ]
