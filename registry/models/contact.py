"""Whom to reach at a body, and who signs in for it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.models.body import Body


class ContactQuerySet(GuardedQuerySet):
    """Sets of contacts."""

    def current(self, moment=None) -> Self:
        """Contacts on record at that moment (None: now)."""
        now = moment or clock.now()
        return self.filter(Q(replaced_at=None) | Q(replaced_at__gt=now), recorded_at__lte=now)

    def public(self) -> Self:
        """Contacts that the body lets the public see."""
        return self.filter(is_public=True)


class Contact(Guarded):
    """A way to reach a body. A change replaces the row, so that what was told then stays known."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=160)
    role = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    is_public = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=clock.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-is_public", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="contact_can_be_reached")
        ]

    def __str__(self):
        return self.name


class RepresentativeQuerySet(GuardedQuerySet):
    """Sets of representatives."""

    def running(self) -> Self:
        """Those who still sign in for their body."""
        return self.filter(ended_at=None, user__is_active=True)


class Representative(Guarded):
    """A person who signs in for a body: sees its standing with each partner and proposes changes to its contacts."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="representatives")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="represents")
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        ordering = ["body", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "user"], condition=Q(ended_at=None), name="represents_once"
            )
        ]

    def __str__(self):
        return f"{self.user} for {self.body_id}"
