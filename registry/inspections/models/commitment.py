"""Confidentiality commitments: what a receiver has promised a giver to keep to itself."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Authority
from portal import clock
from portal.validity import days
from portal.verbs import Guarded, GuardedQuerySet


class Information(models.TextChoices):
    """Classes of information that is not public (FDA and Public Health England, confidentiality commitment)."""

    CONFIDENTIAL_COMMERCIAL = "confidential_commercial", _("confidential commercial information")
    TRADE_SECRET = "trade_secret", _("trade secrets")
    PERSONAL_PRIVACY = "personal_privacy", _("personal privacy information")
    LAW_ENFORCEMENT = "law_enforcement", _("law enforcement information")
    NATIONAL_SECURITY = "national_security", _("national security information")
    PRE_DECISIONAL = "pre_decisional", _("internal, pre-decisional information")


class CommitmentState(models.TextChoices):
    """How a commitment stands on a day, as the register knew it at a moment."""

    TO_CONFIRM = "to_confirm", _("awaiting the second person")
    DROPPED = "dropped", _("given up before it counted")
    BEGINS = "begins", _("not yet in force")
    IN_FORCE = "in_force", _("in force")
    RUN_OUT = "run_out", _("run out")
    ENDED = "ended", _("ended")


class CommitmentQuerySet(GuardedQuerySet):
    """Sets of commitments."""

    def in_force(self, on=None) -> Self:
        """Confirmed, valid on that day (None: today) and not ended."""
        return self.filter(valid__contains=on or clock.today(), ended_at=None, confirmed_at__isnull=False)

    def confirmed_by(self, moment: datetime) -> Self:
        """Those that counted, or had counted, at that moment."""
        return self.filter(confirmed_at__lte=moment)

    def between(self, one: int, other: int) -> Self:
        """What ``one`` gives to ``other`` (authorities, by id)."""
        return self.filter(giver_id=one, receiver_id=other)

    def visible_to(self, by) -> Self:
        """Public ones; giver and receiver see theirs."""
        seen = Q(is_public=True, confirmed_at__isnull=False)
        if by.authority_id:
            seen |= Q(giver_id=by.authority_id) | Q(receiver_id=by.authority_id, confirmed_at__isnull=False)
        return self.filter(seen)


class Commitment(Guarded):
    """What ``giver`` shares, ``receiver`` keeps confidential: these classes of information, in these sectors ([]: all).

    It counts once a second person of the giver has confirmed it, on the days of ``valid``, until either side ends it.
    """

    giver = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="commitments_received")
    receiver = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="commitments_given")
    information = ArrayField(models.CharField(max_length=30, choices=Information), default=list)
    sector_codes = ArrayField(
        models.SlugField(max_length=60), default=list, blank=True, help_text="With the narrower ones."
    )
    valid = DateRangeField(default=days)
    citation = models.CharField(max_length=300)
    source_url = models.URLField(max_length=500, blank=True)
    is_public = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True, help_text="The authority, by name.")
    end_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["giver__name", "receiver__name", "valid"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="commitment_between_two"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(recorded_by=None) | ~Q(confirmed_by=F("recorded_by")),
                name="commitment_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="commitment_end_says_by_whom",
            ),
            ExclusionConstraint(
                name="commitment_not_twice",
                expressions=[
                    ("giver", RangeOperators.EQUAL),
                    ("receiver", RangeOperators.EQUAL),
                    ("citation", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.giver} → {self.receiver}: {self.citation}"

    def get_absolute_url(self):
        return f"/matrix/commitments/{self.pk}/"

    @property
    def last_day(self) -> date | None:
        """The last day of its term; None where it has none."""
        return self.valid.upper - timedelta(days=1) if self.valid.upper else None

    def state(self, on: date, moment: datetime) -> str:
        """How it stands on the day, as the register knew it at the moment. It ends at once: that day it is in force no more."""
        ended = self.ended_at is not None and self.ended_at <= moment
        if self.confirmed_at is None or self.confirmed_at > moment:
            return CommitmentState.DROPPED if ended else CommitmentState.TO_CONFIRM
        if ended and self.ended_at < datetime.combine(on, time.max, tzinfo=UTC):
            return CommitmentState.ENDED
        if self.valid.lower and on < self.valid.lower:
            return CommitmentState.BEGINS
        return (
            CommitmentState.IN_FORCE
            if not self.valid.upper or on < self.valid.upper
            else CommitmentState.RUN_OUT
        )
