"""Undertakings: whose results of which kind a party must accept."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Annex
from agreements.models.economy import Economy
from agreements.models.requirement import Requirement, Sector
from agreements.models.source import Sourced
from portal.validity import Dated, no_overlap


class ResultKind(models.TextChoices):
    TEST_REPORT = "test_report", _("test report")
    CERTIFICATE = "certificate", _("certificate")
    TYPE_APPROVAL = "type_approval", _("type approval")
    INSPECTION_REPORT = "inspection_report", _("inspection report")
    FACTORY_INSPECTION = "factory_inspection", _("factory inspection")
    GMP_INSPECTION = "gmp_inspection", _("GMP inspection")
    GLP_INSPECTION = "glp_inspection", _("GLP inspection")
    BATCH_CERTIFICATE = "batch_certificate", _("batch certificate (no retest on import)")
    OFFICIAL_BATCH_RELEASE = "official_batch_release", _("official batch release")
    MARKET_ACCESS = "market_access", _("goods lawfully saleable in the other market")


class Undertaking(Dated, Sourced):
    """The importing party accepts results of one kind, in one sector, made in the exporting party, while the annex applies.

    ``valid`` narrows the annex's own periods where an undertaking began later or ended earlier; ``sector`` is null where
    the source names none. ``phase`` is APEC's label (I: test reports, II: certification).
    """

    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="undertakings")
    importing = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="accepts")
    exporting = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="accepted_by")
    kind = models.CharField(max_length=30, choices=ResultKind)
    sector = models.ForeignKey(
        Sector, null=True, blank=True, on_delete=models.PROTECT, related_name="undertakings"
    )
    phase = models.CharField(max_length=10, blank=True)
    accreditation_required = models.BooleanField(default=False, help_text="The text asks for accreditation.")
    third_party_only = models.BooleanField(
        default=False, help_text="A manufacturer's own laboratory is refused."
    )

    class Meta:
        ordering = ["annex", "importing", "exporting", "kind", "sector"]
        constraints = [
            no_overlap(
                name="undertaking_no_overlap",
                same=["annex", "importing", "exporting", "kind", "sector"],
                condition=Q(sector__isnull=False),
            ),
            no_overlap(
                name="undertaking_no_overlap_without_sector",
                same=["annex", "importing", "exporting", "kind"],
                condition=Q(sector__isnull=True),
            ),
            models.CheckConstraint(condition=~Q(importing=F("exporting")), name="undertaking_between_two"),
        ]

    def __str__(self):
        return f"{self.importing_id} accepts {self.kind} from {self.exporting_id} ({self.annex_id})"


class RequirementListing(Dated, Sourced):
    """A requirement on the list for which results are accepted under an annex in one direction (APEC: Annex I)."""

    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="requirement_listings")
    importing = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="requirement_listings")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="listings")

    class Meta:
        ordering = ["annex", "importing", "requirement"]
        constraints = [
            no_overlap(name="requirement_listing_no_overlap", same=["annex", "importing", "requirement"])
        ]

    def __str__(self):
        return f"{self.requirement_id} on the list of {self.annex_id}"


class Condition(Dated, Sourced):
    """A condition, exclusion or explanation in words that a reader must know beside an undertaking."""

    class Kind(models.TextChoices):
        CONDITION = "condition", _("condition")
        EXCLUSION = "exclusion", _("exclusion")
        SCOPE = "scope", _("scope")
        DATE = "date", _("date")

    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="conditions")
    importing = models.ForeignKey(Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result_kind = models.CharField(max_length=30, choices=ResultKind, blank=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.CONDITION)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["annex", "kind", "text"]
        constraints = [no_overlap(name="condition_no_overlap", same=["annex", "text"])]

    def __str__(self):
        return self.text
