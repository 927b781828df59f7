"""Accreditations of a body: third-party attestation of its competence. Their life is a sequence of decisions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from agreements.models import Authority, Origin, Sector
from portal.verbs import Guarded
from registry.models.body import Body, Site


class Accreditation(Guarded):
    """One accreditation of a body by one accreditation body, for a sector (None: the source does not say)."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="accreditations")
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.PROTECT, related_name="accreditations"
    )
    accreditation_body = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="accreditations_given"
    )
    reference = models.CharField(max_length=80, blank=True, help_text="Certificate or schedule number.")
    standard = models.CharField(
        max_length=80, blank=True, help_text="ISO/IEC 17025:2017, ISO/IEC 17065:2012, …"
    )
    sector = models.ForeignKey(Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    covers = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="What its scope names, as it words it; empty: its scope is not on file.",
    )
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.REGISTER_ROW)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["body", "accreditation_body", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "site", "accreditation_body", "reference", "standard"],
                name="accreditation_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return " ".join(
            part for part in (str(self.accreditation_body), self.reference, self.standard) if part
        )
