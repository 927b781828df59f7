"""A watch, and how far its reader has been told."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.notices.models import Pace as NoticePace
from portal.verbs import Guarded, GuardedQuerySet
from registry.watching.models.reader import Reader
from registry.watching.models.subject import Subject


class WatchPace(models.TextChoices):
    """How soon a letter follows a change. The codes are those of notices."""

    AT_ONCE = NoticePace.AT_ONCE.value, _("At once")
    DAILY = NoticePace.DAILY.value, _("Once a day, together")
    WEEKLY = NoticePace.WEEKLY.value, _("Once a week, together")


class WatchQuerySet(GuardedQuerySet):
    """Sets of watches."""

    def running(self) -> Self:
        """Those not stopped."""
        return self.filter(stopped_at=None)

    def of(self, reader: Reader) -> Self:
        """The reader's, running ones first, the newest first."""
        return self.filter(reader=reader).order_by(F("stopped_at").asc(nulls_first=True), "-id")


class Watch(Guarded):
    """One reader wants to know when the answer to one question changes. ``since`` is the last change before it began."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="watches")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="watches")
    pace = models.CharField(max_length=8, choices=WatchPace)
    since = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(fields=["reader", "subject"], name="watch_once_per_question"),
            models.CheckConstraint(condition=Q(pace__in=WatchPace.values), name="watch_pace_known"),
        ]

    def __str__(self):
        return f"watch {self.pk} of {self.subject}"


class PostQuerySet(models.QuerySet):
    """Sets of posts."""

    def due(self, moment: datetime) -> Self:
        """Those of running watches for which a letter may be asked at that moment."""
        return self.filter(next_at__lte=moment, watch__stopped_at=None)


class Post(models.Model):
    """How far a watch's reader has been told: up to the change ``told``; ``next_at`` is when a letter may next be asked for."""

    watch = models.OneToOneField(Watch, primary_key=True, on_delete=models.CASCADE, related_name="post")
    told = models.BigIntegerField(default=0)
    next_at = models.DateTimeField()

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="post_next")]

    def __str__(self):
        return f"post of watch {self.watch_id}"
