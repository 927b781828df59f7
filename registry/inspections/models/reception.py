"""What an authority asks of the documents that it is given."""

from django.db import models

from agreements.models import Authority
from portal import clock
from portal.verbs import Guarded


class Reception(Guarded):
    """One authority's terms; without a row it takes what has passed the checks, scanned or not."""

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="reception")
    scanned_only = models.BooleanField(
        default=False, help_text="Takes only what a virus scanner found clean."
    )
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=200)

    def __str__(self):
        return f"{self.authority}: {'scanned only' if self.scanned_only else 'any'}"
