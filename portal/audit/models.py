"""One entry per act. Actor, authority and target are text, so an entry outlives whatever it speaks of."""

from django.db import models


class AuditEntry(models.Model):
    """One act, chained to the entry before it: ``hash`` covers all other fields and ``previous_hash``.

    Rows are only ever inserted; the database refuses UPDATE, DELETE and TRUNCATE (migration 0001).
    """

    at = models.DateTimeField(help_text="When the entry was written.")
    room = models.CharField(max_length=40, help_text="The package whose verb acted: agreements, registry, …")
    act = models.CharField(max_length=80, help_text="The verb, with its package: registry.designate")
    actor = models.CharField(max_length=200, help_text="Who acted, as text.")
    authority = models.CharField(max_length=120, blank=True, help_text="The authority acted for, by code.")
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=80)
    target_name = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=80, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["room", "id"]), models.Index(fields=["target_kind", "target_id"])]
        verbose_name_plural = "audit entries"

    def __str__(self):
        return f"{self.act} {self.target_kind} {self.target_id} by {self.actor}"
