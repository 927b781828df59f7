"""The outbox table."""

from typing import Self

from django.db import models

from portal import clock

MAX_ATTEMPTS = 10


class OutboxQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Messages still to be handled, now or later."""
        return self.filter(done_at=None, attempts__lt=MAX_ATTEMPTS)

    def due(self) -> Self:
        """Messages to be handled now, the longest waiting first."""
        return self.waiting().filter(available_at__lte=clock.now()).order_by("available_at", "id")

    def given_up(self) -> Self:
        """Messages whose last attempt failed; they stay here with their error."""
        return self.filter(done_at=None, attempts__gte=MAX_ATTEMPTS)


class OutboxMessage(models.Model):
    """One piece of work that a committed change asks for; `key` names the change within `task`."""

    task = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    available_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "key"], name="outbox_message_once_per_task_and_key"),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                name="outbox_message_waiting",
                condition=models.Q(done_at=None, attempts__lt=MAX_ATTEMPTS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"
