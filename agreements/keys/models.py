"""Keys of authorities for programs, and the answers that were given to what they asked to be done."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agreements.models import Authority
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet


class KeyQuerySet(GuardedQuerySet):
    """Sets of keys."""

    def visible_to(self, by) -> Self:
        """A member sees the keys of the authority acted for; nobody else any."""
        return self.filter(authority_id=by.authority_id) if by.authority_id else self.none()

    def in_force(self) -> Self:
        """Keys that are taken today: not revoked, the last day not over, the authority not replaced by another."""
        return self.filter(revoked_at=None, last_day__gte=clock.today(), authority__successor=None)

    def told(self) -> Self:
        """With all that a page shows of them."""
        return self.select_related("authority", "made_by", "revoked_by", "writes_as")


class Key(Guarded):
    """A key of an authority. It was shown once; here is its hash.

    ``scopes`` are actions of the table of rights. ``last_day`` is the last day (UTC) on which it is taken. ``writes_as`` is the
    name under which what it does stands on record; ``made_by`` the person who stands behind that.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=80)
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=20, help_text="The first signs, to tell it from others.")
    last_day = models.DateField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    writes_as = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = KeyQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], condition=Q(revoked_at=None), name="one_key_of_a_name"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="revocation_says_by_whom",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.beginning}…)"


class KeyUse(models.Model):
    """That a key was used, and when last, to the day: more would be a diary of the program."""

    key = models.OneToOneField(Key, primary_key=True, on_delete=models.PROTECT, related_name="use")
    first_at = models.DateTimeField(default=clock.now)
    last_on = models.DateField()

    def __str__(self):
        return f"{self.key_id}: {self.last_on}"


class Answered(models.Model):
    """What a key was answered under an Idempotency-Key: asked again, it gets the same answer and nothing is done.

    ``asked`` is the SHA-256 of what was asked. ``code`` is the kind of problem where it was refused, "" where it was done;
    ``status`` counts in the latter case. The body names the thing and its stage alone, so that nothing confidential lies here.
    """

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="answers")
    name = models.CharField(max_length=255, help_text="The Idempotency-Key.")
    asked = models.CharField(max_length=64)
    code = models.CharField(max_length=40, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(help_text="JSON as it was sent, so that it is the same again.")
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="one_answer_under_a_name")]
        verbose_name_plural = "answers given"

    def __str__(self):
        return f"{self.name}: {self.status}"
