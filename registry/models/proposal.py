"""Proposals: decisions in the making. One person drafts and submits, a second one of the same authority decides."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority, Economy
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.models.accreditation import Accreditation
from registry.models.body import Body
from registry.models.decision import Decision
from registry.models.designation import Designation, Recognition


class Step(models.TextChoices):
    """What a proposal would do once a second person has decided."""

    DESIGNATE = "designate", _("designate")
    REGISTER = "register", _("put on the register")
    NOTIFY = "notify", _("notify to the partner again")
    RECOGNISE = "recognise", _("recognise")
    RECOGNISE_IN_PART = "recognise_in_part", _("recognise in part")
    REFUSE = "refuse", _("refuse")
    CONTEST = "contest", _("contest")
    SUSPEND = "suspend", _("suspend")
    RESTORE = "restore", _("restore")
    RESTRICT = "restrict", _("restrict")
    WITHDRAW = "withdraw", _("withdraw")
    RENEW = "renew", _("renew")
    ACCREDIT = "accredit", _("accredit")
    CORRECT = "correct", _("correct a decision")
    ANNUL = "annul", _("annul a decision")
    RENAME = "rename", _("rename the body")
    MERGE = "merge", _("merge two bodies that are one")
    SEPARATE = "separate", _("take two merged bodies apart")
    MOVE_SITE = "move_site", _("move a site")
    CONTACTS = "contacts", _("change the contacts")


class Stage(models.TextChoices):
    """Where a proposal stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("awaiting the second person")
    DECIDED = "decided", _("decided")
    DROPPED = "dropped", _("dropped")


class ProposalQuerySet(GuardedQuerySet):
    """Sets of proposals."""

    def visible_to(self, by) -> Self:
        """Members of the authority see its proposals; a body's representative the ones it made; nobody else any."""
        return self.filter(authority_id=by.authority_id) if by.authority_id else self.none()

    def running(self) -> Self:
        """Proposals on which something is still to be done."""
        return self.filter(stage__in=[Stage.DRAFT, Stage.SUBMITTED])

    def told(self) -> Self:
        """With all that a page shows of them."""
        return self.select_related(
            "authority",
            "body__economy",
            "annex__agreement",
            "exporting",
            "importing",
            "designation__body",
            "recognition__body",
            "accreditation__body",
            "accreditation__accreditation_body",
            "decision",
            "opened_by",
            "submitted_by",
            "decided_by",
        )


class Proposal(Guarded):
    """A decision in the making. ``content`` holds what was typed, section by section, checked when it is submitted.

    ``hands`` are all who wrote in it or submitted it; ``decided_by`` is none of them (the database refuses it). ``version``
    counts the changes: who saves over a version that is no longer the newest is told, and nothing is overwritten. Which of
    the records is set follows from ``step``; ``body`` is None only while a designation's body is not chosen yet. Proposals
    with the same ``newcomer`` enter one and the same new body: the first of them to be decided registers it.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="proposals")
    step = models.CharField(max_length=30, choices=Step)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.DRAFT)
    version = models.PositiveIntegerField(default=1)
    content = models.JSONField(default=dict)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    newcomer = models.CharField(max_length=64, blank=True, editable=False)
    annex = models.ForeignKey(Annex, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    exporting = models.ForeignKey(Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    importing = models.ForeignKey(Economy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    designation = models.ForeignKey(
        Designation, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    recognition = models.ForeignKey(
        Recognition, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    accreditation = models.ForeignKey(
        Accreditation, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    decision = models.ForeignKey(
        Decision,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
        help_text="The decision to be corrected or annulled.",
    )
    hands = ArrayField(models.BigIntegerField(), default=list)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Decided or dropped.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [
            models.Index(fields=["authority", "stage", "-changed_at"]),
            models.Index(fields=["newcomer"], name="proposals_of_newcomer", condition=~Q(newcomer="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage=Stage.SUBMITTED)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="submission_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.DECIDED) | Q(decided_by__isnull=False, ended_at__isnull=False),
                name="proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(submitted_by=None) | ~Q(decided_by=F("submitted_by")),
                name="decided_by_another_than_submitted",
            ),
            *(
                models.UniqueConstraint(
                    fields=[record, "authority"],
                    condition=Q(stage__in=[Stage.DRAFT, Stage.SUBMITTED], **{f"{record}__isnull": False}),
                    name=f"one_running_proposal_per_{record}",
                )
                for record in ("designation", "recognition", "accreditation", "decision")
            ),
        ]

    def __str__(self):
        return f"{self.get_step_display()}: {self.name}"

    @property
    def name(self) -> str:
        """The body it is about, as far as it is known yet."""
        if self.body_id:
            return self.body.name
        return self.content.get("body", {}).get("name") or str(_("a body not yet named"))

    @property
    def record(self):
        """The designation, recognition or accreditation it is about, if one exists."""
        return self.designation or self.recognition or self.accreditation

    def get_absolute_url(self):
        return f"/desk/proposals/{self.pk}/"


class Remark(models.Model):
    """What the second person says when sending a proposal back: to one field, or ("") to the whole."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="remarks")
    field = models.CharField(max_length=60, blank=True, help_text="The section or field it is about.")
    words = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(help_text="Of the proposal that it is about.")

    class Meta:
        ordering = ["-made_at", "id"]

    def __str__(self):
        return f"{self.proposal_id} {self.field}: {self.words[:60]}"
