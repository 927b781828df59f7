"""Notices, how often each person wants to hear of them, and the secret addresses of calendars."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.verbs import Guarded

# A path of the portal itself: never another host's address.
PATH = r"^(/([^/\\].*)?)?$"


class Category(models.TextChoices):
    """What a notice is about, in words that give nothing away."""

    DECISIONS = "decisions", _("Decisions")
    QUEUE = "queue", _("Work that awaits you")
    DEADLINES = "deadlines", _("Deadlines")
    MEMBERSHIP = "membership", _("Membership and access")


class Pace(models.TextChoices):
    """How soon an e-mail follows a notice."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, together")
    WEEKLY = "weekly", _("Once a week, together")
    OFF = "off", _("Never; I look here")


DEFAULT_PACES = {
    Category.DECISIONS: Pace.DAILY,
    Category.QUEUE: Pace.AT_ONCE,
    Category.DEADLINES: Pace.AT_ONCE,
    Category.MEMBERSHIP: Pace.AT_ONCE,
}


class NoticeQuerySet(models.QuerySet):
    def of(self, user_id: int) -> Self:
        """The notices told to a person."""
        return self.filter(user_id=user_id)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def latest_before(self, mark: int | None) -> Self:
        """Newest first, those told before the notice with the id ``mark``."""
        rows = self if mark is None else self.filter(id__lt=mark)
        return rows.order_by("-id")

    def waiting(self) -> Self:
        """Unread, and no e-mail has dealt with them."""
        return self.filter(read_at=None, delivered_at=None)

    def for_digest(self, pace: str, before: datetime) -> Self:
        """Waiting for the digest of that pace, told before that moment, to people who may sign in.

        What waited when its reader chose "at once" still comes with the next daily digest.
        """
        chosen = Preference.objects.filter(user=OuterRef("user"), category=OuterRef("category"))
        default = Case(*(When(category=name, then=Value(value)) for name, value in DEFAULT_PACES.items()))
        fitting = Q(pace=pace)
        if pace == Pace.DAILY:
            fitting |= Q(pace=Pace.AT_ONCE, at_once=False)
        rows = self.waiting().filter(created_at__lt=before, user__is_active=True)
        return rows.annotate(pace=Coalesce(Subquery(chosen.values("pace")), default)).filter(fitting)


class Notice(models.Model):
    """One thing told to one person. ``key`` names the event: the same event is told once.

    ``kind`` names what happened (``recognition.decided``); its gate says whether the person may still read it.
    ``link`` is a path of the portal. ``delivered_at`` is when the e-mail side was done with it, whether one was sent
    or none was wanted; ``at_once`` that a message of its own was asked for.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=60)
    category = models.CharField(max_length=12, choices=Category.choices)
    words = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    target_kind = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=80, blank=True)
    authority_code = models.CharField(max_length=120, blank=True)
    at_once = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_told_once"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="notice_category_known"),
            models.CheckConstraint(condition=Q(link__regex=PATH), name="notice_link_is_a_path"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user", "-id"], name="notice_unread_of_user", condition=Q(read_at=None)),
            models.Index(
                fields=["category", "user"],
                name="notice_waiting",
                condition=Q(read_at=None, delivered_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"


class Preference(Guarded):
    """How soon one person wants an e-mail about one category; without a row ``DEFAULT_PACES`` says it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=12, choices=Category.choices)
    pace = models.CharField(max_length=8, choices=Pace.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="preference_once_per_category"),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="preference_category_known"
            ),
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="preference_pace_known"),
        ]

    def __str__(self):
        return f"{self.category}: {self.pace}"


class Digest(models.Model):
    """One digest sent to one person: at most one of a pace for a day (for the weekly one, its Monday)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=8, choices=Pace.choices)
    day = models.DateField()
    counted = models.PositiveIntegerField(help_text="How many notices it spoke of.")
    sent_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "pace", "day"], name="digest_once_per_day"),
            models.CheckConstraint(
                condition=Q(pace__in=[Pace.DAILY, Pace.WEEKLY]), name="digest_is_daily_or_weekly"
            ),
        ]

    def __str__(self):
        return f"{self.pace} {self.day}"


class CalendarAddress(models.Model):
    """A secret address under which a person's calendar program reads deadlines. Only the secret's hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256.")
    created_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the hour.")

    class Meta:
        verbose_name_plural = "calendar addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None), name="calendar_address_one_live_per_user"
            ),
        ]

    def __str__(self):
        return f"calendar address {self.pk}"
