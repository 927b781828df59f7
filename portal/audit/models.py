"""One entry per act. Actor, authority and target are text, so an entry outlives whatever it speaks of."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import models
from django.db.models import Q


class AuditEntryQuerySet(models.QuerySet):
    """Sets of entries."""

    def visible_to(self, by):
        """What ``by`` may read: an operator everything, a member the own authority's entries, anybody else nothing."""
        if by.is_operator:
            return self
        if by.authority_code and by.roles:
            return self.of_authority(by.authority_code)
        return self.none()

    def of_authority(self, code: str):
        """Acts done for that authority."""
        return self.filter(authority=code)

    def of_act(self, act: str):
        """Acts of one verb, such as ``registry.designate``."""
        return self.filter(act=act)

    def by_person(self, words: str):
        """Acts of the person with that key, or with those words in the name."""
        found = Q()
        for word in words.split()[:8]:
            found &= Q(actor__icontains=word)
        return self.filter(found | Q(actor_key=words.strip())) if words.strip() else self

    def on_target(self, words: str):
        """Acts on what has that id, or those words in its name."""
        found = Q()
        for word in words.split()[:8]:
            found &= Q(target_name__icontains=word)
        return self.filter(found | Q(target_id=words.strip())) if words.strip() else self

    def since(self, day: date):
        """Written on that day (UTC) or later."""
        return self.filter(at__gte=_start(day))

    def until(self, day: date):
        """Written on that day (UTC) or earlier."""
        return self.filter(at__lt=_start(day) + timedelta(days=1))

    def of_request(self, request_id: str):
        """Written while that request was served."""
        return self.filter(request_id=request_id)

    def acts(self) -> list[str]:
        """The verbs that occur, in alphabetical order."""
        return list(self.order_by("act").values_list("act", flat=True).distinct())

    def newest_first(self):
        """The latest entry first."""
        return self.order_by("-id")


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


class AuditEntry(models.Model):
    """One act, chained to the entry before it: ``hash`` covers all other fields but the id, and ``previous_hash``.

    Rows are only ever inserted; the database refuses UPDATE, DELETE and TRUNCATE (migration 0002).
    """

    at = models.DateTimeField(help_text="When the entry was written.")
    room = models.CharField(max_length=40, help_text="The package whose verb acted: agreements, registry, …")
    act = models.CharField(max_length=80, help_text="The verb, with its package: registry.designate")
    actor = models.CharField(max_length=200, help_text="Who acted, as text.")
    actor_key = models.CharField(
        max_length=64, blank=True, default="", help_text="The person's key; empty for a process."
    )
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

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["room", "id"]),
            models.Index(fields=["room", "at"]),
            models.Index(fields=["target_kind", "target_id"]),
            models.Index(fields=["authority", "id"]),
        ]
        verbose_name_plural = "audit entries"

    def __str__(self):
        return f"{self.act} {self.target_kind} {self.target_id} by {self.actor}"


class AuditHead(models.Model):
    """How far the chain has come, in one row: a chain cut off at its end, or emptied, no longer meets its head.

    ``mac`` covers the three other fields with a key derived from SECRET_KEY, so that whoever can write to the database
    alone cannot make a head for a shortened chain. "" is a head that nobody has sealed. The database refuses a second
    row, DELETE and TRUNCATE.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    entries = models.PositiveBigIntegerField(default=0)
    last_id = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_has_one_head")]

    def __str__(self):
        return f"{self.entries}:{self.last_hash}"
