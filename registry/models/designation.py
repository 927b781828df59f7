"""Designation (by the body's own authority), recognition (by the partner) and the scope lines both speak of."""

from django.db import models
from django.db.models import F, Q

from agreements.models import Annex, Authority, Economy, Origin, Requirement, ResultKind, Sector
from portal.verbs import Guarded
from registry.models.body import Body, Site


class Direction(Guarded):
    """A body under an annex, from the exporting party to the importing one."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="%(class)ss")
    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="%(class)ss")
    exporting = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    importing = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.REGISTER_ROW)
    source_name = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class Designation(Direction):
    """A body's own authority names it to the partner (21 CFR 26.60). Owner: the designating authority."""

    authority = models.ForeignKey(
        Authority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="designations",
        help_text="None where the register row does not name it.",
    )

    class Meta:
        ordering = ["body__name", "annex__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "annex", "exporting", "importing"], name="designation_once"
            ),
            models.CheckConstraint(condition=~Q(importing=F("exporting")), name="designation_between_two"),
        ]

    def __str__(self):
        return f"{self.body}: {self.annex.code}, {self.exporting.code} to {self.importing.code}"


class Recognition(Direction):
    """The partner accepts a body (another record than its designation, with another owner: the regulator).

    ``designation`` is None where a partner's list shows the recognition and no designation is on file.
    """

    designation = models.OneToOneField(
        Designation, null=True, blank=True, on_delete=models.PROTECT, related_name="recognition"
    )
    authority = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="recognitions_given"
    )

    class Meta:
        ordering = ["body__name", "annex__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "annex", "exporting", "importing"], name="recognition_once"
            ),
            models.CheckConstraint(condition=~Q(importing=F("exporting")), name="recognition_between_two"),
        ]

    def __str__(self):
        return f"{self.body}: {self.annex.code}, recognised by {self.importing.code}"


class ScopeLine(Guarded):
    """What a designation or recognition covers, line by line: requirement or product × procedure × site.

    ``kind`` is "" where the source names no kind of result; ``requirement`` is None where the scope is on file only as its
    sector. At least one of ``designation`` and ``recognition`` is set.
    """

    designation = models.ForeignKey(
        Designation, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    recognition = models.ForeignKey(
        Recognition, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="lines")
    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="lines")
    exporting = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    importing = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=30, choices=ResultKind, blank=True)
    requirement = models.ForeignKey(
        Requirement, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    product = models.CharField(max_length=300, blank=True)
    procedure = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(designation__isnull=False) | Q(recognition__isnull=False),
                name="line_belongs_somewhere",
            ),
            models.UniqueConstraint(
                fields=[
                    "body",
                    "annex",
                    "exporting",
                    "importing",
                    "site",
                    "sector",
                    "kind",
                    "requirement",
                    "product",
                    "procedure",
                ],
                name="line_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["annex", "importing", "exporting"])]

    def __str__(self):
        parts = (
            self.get_kind_display(),
            self.sector.name,
            self.requirement and str(self.requirement),
            self.product,
        )
        return ", ".join(str(part) for part in parts if part)
