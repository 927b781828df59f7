"""Files put to a proposal."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from agreements import competence
from agreements.models import Capacity
from portal import clock
from portal.files.models import StoredFile
from registry.models.proposal import Proposal, Stage


class AttachmentQuerySet(models.QuerySet):
    """Sets of attachments."""

    def visible_to(self, by) -> Self:
        """The authority that attached it; once the designation is made, also the partner's authority that decides.

        What was taken away before that stays with the authority that attached it.
        """
        if not by.authority_id:
            return self.none()
        seen = Q(proposal__authority_id=by.authority_id)
        for annex_id, party_id in competence.directions(by, Capacity.REGULATORY):
            seen |= Q(
                proposal__stage=Stage.DECIDED,
                proposal__annex_id=annex_id,
                proposal__importing_id=party_id,
                removed_at=None,
            )
        return self.filter(seen)


class Attachment(models.Model):
    """A file put to a proposal: a certificate of accreditation, a document that the partner asks for."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="attachments")
    purpose = models.CharField(max_length=60, help_text="The code of the document asked for.")
    stored = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["purpose", "id"]

    def __str__(self):
        return f"{self.purpose}: {self.stored_id}"
