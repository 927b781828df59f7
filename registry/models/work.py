"""What awaits whom: the desk of an authority, and of a body."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Authority
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.models.accreditation import Accreditation
from registry.models.body import Body
from registry.models.designation import Designation, Recognition
from registry.models.proposal import Proposal


class Work(models.TextChoices):
    """Kinds of work that await somebody."""

    DRAFT = "draft", _("draft to complete")
    APPROVE = "approve", _("proposal to decide as the second person")
    RECOGNISE = "recognise", _("designation to decide on")
    ANSWER = "answer", _("question to answer")
    CONTESTED = "contested", _("contestation to answer")
    SIGN = "sign", _("joint decision to sign")
    ACCREDITATION = "accreditation", _("accreditation changed")
    SITE = "site", _("site moved")
    EXPIRING = "expiring", _("term running out")
    PARTNER = "partner", _("decision of the partner")
    REQUEST = "request", _("report or inspection asked for")
    SHARE = "share", _("promised report to share")
    RELEASE = "release", _("release to decide as the second person")
    ONWARD = "onward", _("question about passing a document on")
    COMMITMENT = "commitment", _("commitment to confirm as the second person")
    ALERT = "alert", _("rapid alert to acknowledge")
    SHARED = "shared", _("news of requests and shared documents")


class WorkItemQuerySet(GuardedQuerySet):
    """Sets of work items."""

    def waiting(self) -> Self:
        """Items still to be done."""
        return self.filter(closed_at=None)

    def visible_to(self, by) -> Self:
        """Members see what awaits the authority they act for."""
        return self.filter(authority_id=by.authority_id) if by.authority_id else self.none()

    def by_deadline(self) -> Self:
        """The nearest deadline first, then the longest waiting."""
        return self.order_by(F("due_on").asc(nulls_last=True), "opened_at", "id")

    def told(self) -> Self:
        """With all that a row of the desk shows, in one query."""
        return self.select_related(
            "assigned_to",
            "proposal__body",
            "designation__body",
            "designation__annex",
            "designation__importing",
            "recognition__body",
            "recognition__annex",
            "recognition__exporting",
            "accreditation__body",
            "accreditation__accreditation_body",
            "body",
        )


class WorkItem(Guarded):
    """One thing that awaits an authority, until the verb that settles it closes it.

    ``key`` keeps the same thing from waiting twice. ``due_on`` is the last day on which it is in time, with the source of
    that limit in ``due_source``; None where no limit is on file.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="work")
    kind = models.CharField(max_length=20, choices=Work)
    key = models.CharField(max_length=120)
    words = models.CharField(max_length=300, blank=True, help_text="What it is about, beyond the record.")
    proposal = models.ForeignKey(
        Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )
    designation = models.ForeignKey(
        Designation, null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )
    recognition = models.ForeignKey(
        Recognition, null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )
    accreditation = models.ForeignKey(
        Accreditation, null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )
    joint = models.ForeignKey(
        "registry.JointDecision", null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="work")
    place = models.CharField(
        max_length=200,
        blank=True,
        help_text="The path where it is done, where no record of the registry tells it.",
    )
    opened_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField(null=True, blank=True)
    due_source = models.CharField(max_length=300, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=200, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                F("authority"),
                F("due_on").asc(nulls_last=True),
                "opened_at",
                "id",
                name="work_waiting_by_deadline",
                condition=Q(closed_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "key"], condition=Q(closed_at=None), name="work_waits_once"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.key}"

    @property
    def record(self):
        """The record it is about, if any."""
        return self.designation or self.recognition or self.accreditation

    @property
    def about(self) -> str:
        """The name of the body or matter it is about."""
        if self.proposal_id:
            return self.proposal.name
        if self.record is not None:
            return self.record.body.name
        return self.body.name if self.body_id else self.words
