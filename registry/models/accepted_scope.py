"""The read model of acceptance: for every scope line, over both clocks, whether its results count and how it stands."""

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Economy, Requirement, ResultKind, Sector, Undertaking
from portal.validity import no_overlap
from registry.models.body import Body, Site
from registry.models.designation import ScopeLine


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    CANNOT_BE_TOLD = "cannot_be_told", _("cannot be told")


class Standing(models.TextChoices):
    """Why: the first step of the chain that decides the verdict."""

    RECOGNISED = "recognised", _("recognised")
    ANNEX_NOT_IN_FORCE = "annex_not_in_force", _("the text is not in force")
    ANNEX_SUSPENDED = "annex_suspended", _("the text is suspended")
    ANNEX_STATUS_UNKNOWN = "annex_status_unknown", _("whether the text was in force is not known")
    NO_UNDERTAKING = "no_undertaking", _("the text does not oblige the partner to accept this kind of result")
    UNDERTAKING_UNVERIFIED = (
        "undertaking_unverified",
        _("whether the text already covered this kind of result is not verified"),
    )
    SECTOR_NOT_NAMED = "sector_not_named", _("the source does not name the sectors of the text")
    REQUIREMENT_NOT_LISTED = "requirement_not_listed", _("the requirement is not on the list")
    REQUIREMENT_LIST_NOT_ON_FILE = (
        "requirement_list_not_on_file",
        _("the list of requirements is not on file"),
    )
    OUTSIDE_THE_PARTY = "outside_the_party", _("the body is not located in the exporting party")
    MEMBERSHIP_UNVERIFIED = (
        "membership_unverified",
        _("whether the body counts as the union's is not verified"),
    )
    DESIGNATION_UNDATED = "designation_undated", _("designated later; since when is not on file")
    NOT_DESIGNATED = "not_designated", _("not designated")
    DESIGNATION_SUSPENDED = "designation_suspended", _("designation suspended")
    DESIGNATION_WITHDRAWN = "designation_withdrawn", _("designation withdrawn")
    DESIGNATION_EXPIRED = "designation_expired", _("designation expired")
    RECOGNITION_NOT_ON_FILE = "designated_recognition_not_on_file", _("designated, recognition not on file")
    RECOGNITION_UNDATED = "recognition_undated", _("recognised later; since when is not on file")
    AWAITING_RECOGNITION = "awaiting_recognition", _("designated, awaiting the partner's decision")
    REFUSED = "refused", _("recognition refused")
    CONTESTED = "contested", _("contested by the partner")
    SUSPENDED = "suspended", _("recognition suspended")
    WITHDRAWN = "withdrawn", _("recognition withdrawn")
    EXPIRED = "expired", _("recognition expired")
    ACCREDITATION_NOT_ON_FILE = "accreditation_not_on_file", _("accreditation not on file")
    ACCREDITATION_SUSPENDED = "accreditation_suspended", _("accreditation suspended")
    ACCREDITATION_ENDED = "accreditation_ended", _("accreditation ended")
    NOT_THIRD_PARTY = "not_third_party", _("not a third-party body")
    THIRD_PARTY_NOT_ON_FILE = "third_party_not_on_file", _("whether it is a third party is not on file")
    AUTHORITY_NOT_RECOGNISED = "authority_not_recognised", _("the inspectorate is not recognised")
    AUTHORITY_RECOGNITION_NOT_ON_FILE = (
        "authority_recognition_not_on_file",
        _("whether an inspectorate is recognised is not on file"),
    )
    AUTHORITY_SINCE_NOT_ON_FILE = (
        "authority_since_not_on_file",
        _("since when the inspectorate is recognised is not on file"),
    )
    KIND_NOT_STATED = "kind_not_stated", _("recognised; for which kind of result is not on file")
    REQUIREMENT_NOT_STATED = (
        "requirement_not_stated",
        _("recognised for the sector; for which requirement is not on file"),
    )
    OLDER_RESULTS_REFUSED = (
        "older_results_refused",
        _("results made before the withdrawal are no longer accepted"),
    )


class AcceptedScope(models.Model):
    """One stretch of days, as known over one stretch of moments, with its verdict: the finder reads nothing else.

    Written only by ``registry.accepted_scope``; ``manage.py rebuild_accepted_scope`` makes the same rows from the decisions.
    """

    line = models.ForeignKey(ScopeLine, on_delete=models.CASCADE, related_name="accepted")
    undertaking = models.ForeignKey(
        Undertaking, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    annex = models.ForeignKey(Annex, on_delete=models.CASCADE, related_name="+")
    importing = models.ForeignKey(Economy, on_delete=models.CASCADE, related_name="+")
    exporting = models.ForeignKey(Economy, on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(
        Economy, on_delete=models.CASCADE, related_name="+", help_text="Where the site lies."
    )
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="accepted")
    body_name = models.CharField(max_length=300)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30, choices=ResultKind, blank=True)
    requirement = models.ForeignKey(
        Requirement, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    standing = models.CharField(max_length=40, choices=Standing)

    class Meta:
        ordering = ["body_name", "line", "valid"]
        indexes = [
            models.Index(fields=["importing", "origin", "sector", "body_name"], name="accepted_scope_find"),
            models.Index(fields=["body"], name="accepted_scope_body"),
        ]
        constraints = [no_overlap(name="accepted_scope_no_overlap", same=["line"])]

    def __str__(self):
        return f"{self.line_id}: {self.verdict} {self.valid}"
