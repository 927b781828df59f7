"""Requests for reports and inspections, and what is asked and answered on the way."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections.models.document import Document, DocumentKind
from registry.inspections.models.facility import Facility
from registry.inspections.models.inspection import Inspection


class Wanted(models.TextChoices):
    EXISTING = "existing", _("an existing report")
    NEW_INSPECTION = "new_inspection", _("a new inspection")


class RequestStage(models.TextChoices):
    SENT = "sent", _("sent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    AGREED = "agreed", _("agreed")
    AGREED_IN_PART = "agreed_in_part", _("agreed in part")
    SHARED = "shared", _("shared")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @classmethod
    def running(cls) -> list[str]:
        """The stages in which something is still owed."""
        return [cls.SENT, cls.ACKNOWLEDGED, cls.AGREED, cls.AGREED_IN_PART]


class RequestAct(models.TextChoices):
    """What one side did, or said, on a request, as its history tells it."""

    ASK = "ask", _("asked")
    ACKNOWLEDGE = "acknowledge", _("acknowledged")
    AGREE = "agree", _("agreed")
    AGREE_IN_PART = "agree_in_part", _("agreed in part")
    REFUSE = "refuse", _("refused")
    WITHDRAW = "withdraw", _("withdrew the request")
    SHARE = "share", _("released a document")
    RELY_ON = "rely_on", _("relied on it instead of inspecting")
    PROPOSE_DAY = "propose_day", _("proposed a day")
    ACCEPT_DAY = "accept_day", _("accepted the day")
    DECLINE_DAY = "decline_day", _("declined the day")
    QUESTION = "question", _("asked a question")
    ANSWER = "answer", _("answered")


class RequestQuerySet(GuardedQuerySet):
    """Sets of requests."""

    def visible_to(self, by) -> Self:
        """The two authorities between which it goes; nobody else."""
        if not by.authority_id:
            return self.none()
        return self.filter(Q(asking_id=by.authority_id) | Q(asked_id=by.authority_id))

    def running(self) -> Self:
        return self.filter(stage__in=RequestStage.running())


class ReportRequest(Guarded):
    """One authority asks another for a report, or for an inspection, under an annex that obliges it.

    ``due_on`` is the last day on which the answer is in time, with the text of the limit in ``due_source``; None where no limit
    is on file. ``acknowledge_by`` is the same for the acknowledgement, with ``acknowledge_source``. Days are those of the
    authority that is asked. ``proposed_day`` is a day that one of the two has proposed to the other instead.
    """

    number = models.CharField(max_length=20, unique=True)
    asking = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="requests_made")
    asked = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="requests_received")
    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="report_requests")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="requests")
    wanted = models.CharField(max_length=20, choices=Wanted, default=Wanted.EXISTING)
    inspection = models.ForeignKey(
        Inspection, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    kinds = ArrayField(models.CharField(max_length=20, choices=DocumentKind), default=list, blank=True)
    pre_approval = models.BooleanField(default=False, help_text="For a product that awaits approval.")
    purpose = models.TextField(help_text="What it is needed for.")
    stage = models.CharField(max_length=20, choices=RequestStage, default=RequestStage.SENT)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acknowledge_by = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    due_source = models.CharField(max_length=1000, blank=True)
    acknowledge_source = models.CharField(max_length=1000, blank=True)
    proposed_day = models.DateField(null=True, blank=True)
    proposed_day_by = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="Agreed, agreed in part or refused.")
    answer = models.TextField(blank=True, help_text="What was agreed, left out, or why it was refused.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Shared, refused or withdrawn.")
    relied_on_at = models.DateTimeField(
        null=True, blank=True, help_text="When the asking side said that this saved an inspection of its own."
    )
    version = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(asking=F("asked")), name="request_between_two"),
            models.CheckConstraint(
                condition=~Q(stage=RequestStage.REFUSED) | ~Q(answer=""), name="refusal_says_why"
            ),
            models.CheckConstraint(
                condition=Q(proposed_day=None, proposed_day_by=None)
                | Q(proposed_day__isnull=False, proposed_day_by__isnull=False),
                name="proposed_day_says_by_whom",
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return f"/requests/{self.number}/"


class RequestMessageQuerySet(GuardedQuerySet):
    """Sets of messages."""

    def visible_to(self, by) -> Self:
        """The two authorities of the request."""
        if not by.authority_id:
            return self.none()
        return self.filter(Q(sender_id=by.authority_id) | Q(receiver_id=by.authority_id))


class RequestMessage(Guarded):
    """What one authority did or said to the other on a request: its history, and the questions and answers in it."""

    request = models.ForeignKey(ReportRequest, on_delete=models.PROTECT, related_name="messages")
    sender = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=20, choices=RequestAct, default=RequestAct.QUESTION)
    words = models.TextField(blank=True)
    answers = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by"
    )
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RequestMessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]

    def __str__(self):
        return f"{self.get_act_display()}: {self.words[:60]}"
