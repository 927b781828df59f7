"""A question that somebody watches, once for all who watch it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is asked, by the page that answers it."""

    BODIES = "bodies", _("a list of bodies")
    ACCEPTED = "accepted", _("whose results are accepted")
    CHANGES = "changes", _("a list of decisions")
    BODY = "body", _("a body")
    REQUIREMENT = "requirement", _("a requirement")
    PARTNER = "partner", _("what an economy accepts")


class SubjectQuerySet(models.QuerySet):
    """Sets of subjects."""

    def watched(self) -> Self:
        """Those that somebody watches."""
        watch = self.model._meta.apps.get_model("watching", "Watch")
        return self.filter(Exists(watch.objects.filter(subject=OuterRef("pk"), stopped_at=None)))

    def due(self, version: int, today: date) -> Self:
        """Watched ones not looked at since the register got that version, or not today; the longest waiting first."""
        stale = Q(checked_version__lt=version) | Q(checked_on__lt=today)
        return self.watched().filter(stale).order_by("checked_on", "checked_version", "id")


class Subject(models.Model):
    """A question, by kind and by the query of its page in one fixed spelling.

    ``look`` is what the last asking gave, in short (``looking``); None before the first. ``checked_version`` is the register's
    version then, ``seen`` the last sighting of a decision taken into account, ``newest`` the id of its newest change.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    query = models.CharField(max_length=1000, blank=True)
    look = models.JSONField(null=True, blank=True)
    checked_version = models.BigIntegerField(default=0)
    checked_on = models.DateField(null=True, blank=True)
    seen = models.BigIntegerField(default=0)
    newest = models.BigIntegerField(default=0)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "query"], name="subject_asked_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="subject_kind_known"),
        ]
        indexes = [models.Index(fields=["checked_on", "checked_version", "id"], name="subject_due")]

    def __str__(self):
        return f"{self.kind}?{self.query}"
