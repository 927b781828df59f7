"""Who is written to, and the hashes of the secrets in the links of their letters."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal.verbs import Guarded, GuardedQuerySet


class ReaderQuerySet(GuardedQuerySet):
    """Sets of readers."""

    def without_watches(self) -> Self:
        """Those who watch nothing, not even something stopped lately."""
        watch = self.model._meta.apps.get_model("watching", "Watch")
        return self.filter(~Exists(watch.objects.filter(reader=OuterRef("pk"))))


class Reader(Guarded):
    """A person with an account (``user``), or an e-mail address that was confirmed by a link (``email``)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    email = models.EmailField(blank=True)
    confirmed_at = models.DateTimeField()

    objects = ReaderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="reader_once_per_address"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) & ~Q(email="") | Q(user__isnull=False, email=""),
                name="reader_has_an_account_or_an_address",
            ),
        ]

    def __str__(self):
        # Goes into the audit chain, which keeps no address for ever.
        return f"reader {self.pk}"

    @property
    def address(self) -> str:
        """Where letters go; "" for an account that may not sign in."""
        if self.user_id is None:
            return self.email
        return self.user.email if self.user.is_active else ""


class LinkKey(models.Model):
    """The hash of a secret that stands in letters: it opens one reader's watches, or stops one watch.

    Secrets are made from ``SECRET_KEY`` (``keys``) and their hashes kept, so that a link in an old letter works whatever
    became of the key since, and nobody learns a secret from the database.
    """

    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256.")
    reader = models.ForeignKey(Reader, null=True, blank=True, on_delete=models.CASCADE, related_name="keys")
    watch = models.ForeignKey(
        "watching.Watch", null=True, blank=True, on_delete=models.CASCADE, related_name="keys"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reader__isnull=True) ^ Q(watch__isnull=True), name="link_key_opens_one_thing"
            ),
        ]

    def __str__(self):
        return f"link key {self.pk}"
