"""What somebody without an account asked for, until the address is confirmed or the time is over."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from portal import clock
from registry.watching.models.subject import Subject
from registry.watching.models.watch import WatchPace


class ConfirmationQuerySet(models.QuerySet):
    """Sets of confirmations."""

    def open(self, moment: datetime) -> Self:
        """Those whose link still works at that moment."""
        return self.filter(used_at=None, expires_at__gt=moment)

    def over(self, moment: datetime) -> Self:
        """Those whose link works no longer."""
        return self.exclude(used_at=None, expires_at__gt=moment)


class Confirmation(models.Model):
    """One link sent to one address, to be followed once. Only the hash of its secret is kept."""

    email = models.EmailField()
    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256.")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(used_at=None), name="confirmation_one_open_per_address"
            ),
        ]

    def __str__(self):
        return f"confirmation {self.pk}"


class Wish(models.Model):
    """One watch that waits for the confirmation."""

    confirmation = models.ForeignKey(Confirmation, on_delete=models.CASCADE, related_name="wishes")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    pace = models.CharField(max_length=8, choices=WatchPace)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["confirmation", "subject"], name="wish_once_per_question"),
        ]

    def __str__(self):
        return f"wish {self.pk}"
