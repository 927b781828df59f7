"""What changed in the answer to a watched question, and when each decision was first seen."""

from django.db import models
from django.db.models import Q

from portal import clock
from registry.models import Decision
from registry.watching.models.subject import Subject


class Family(models.TextChoices):
    """What a change is about; it decides the words (``wording``)."""

    BODY = "body"
    COUNT = "count"
    DECISION = "decision"
    MORE = "more"
    NAME = "name"
    SITE = "site"
    NUMBER = "number"
    MERGED = "merged"
    PARTNER = "partner"
    UNDERTAKING = "undertaking"
    LISTING = "listing"
    ANNEX = "annex"
    INSPECTORATE = "inspectorate"
    EDITION = "edition"
    QUESTION = "question"


class Change(models.Model):
    """One thing that is otherwise than it was. Ids grow in the order of commits within one subject, whose row is locked.

    ``about`` names the thing as it was called then. ``before`` and ``after`` are how it stood, in codes; "" is not there.
    ``link`` is a path of the portal. A decision is named; its words are read from it.
    """

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="changes")
    family = models.CharField(max_length=12, choices=Family)
    about = models.CharField(max_length=400, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "decision"], name="change_tells_a_decision_once"),
            models.CheckConstraint(condition=Q(family__in=Family.values), name="change_family_known"),
            models.CheckConstraint(
                condition=Q(link__regex=r"^(/([^/\\].*)?)?$"), name="change_link_is_a_path"
            ),
        ]
        indexes = [models.Index(fields=["subject", "-id"], name="change_of_subject")]

    def __str__(self):
        return f"{self.family} {self.about}"


class Sighting(models.Model):
    """When, in the order of sightings, a decision was first seen on record.

    A decision's own id and moment are given before its transaction ends, so that one with a lower id may come to light
    later. Ids here are given one transaction at a time (``sighting``), so whoever has read up to one has missed nothing.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return f"{self.pk}: decision {self.decision_id}"
