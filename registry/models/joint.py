"""Decisions of a joint committee: signed by both sides, effective at the later signature."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Annex, Authority, Economy
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.models.designation import Recognition


class JointStage(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open for signature")
    EFFECTIVE = "effective", _("signed by both, effective")
    DROPPED = "dropped", _("dropped")


class JointDecisionQuerySet(GuardedQuerySet):
    """Sets of joint decisions."""

    def visible_to(self, by) -> Self:
        """The two authorities that sign; what was never put to signature, only the one that wrote it."""
        if not by.authority_id:
            return self.none()
        # Who is asked to sign has that on the desk; a draft that was given up never came there.
        asked = JointDecision.objects.filter(work__authority_id=by.authority_id).values("pk")
        signing = Q(partner_id=by.authority_id) & ~Q(stage=JointStage.DRAFT) & Q(pk__in=asked)
        return self.filter(Q(authority_id=by.authority_id) | signing)


class JointDecision(Guarded):
    """A decision of the joint committee that lists bodies under an annex (EC/US Joint Committee Decision 40/2011).

    It takes effect at the date of the later signature; what it lists is recognised from then on.
    """

    annex = models.ForeignKey(Annex, on_delete=models.PROTECT, related_name="joint_decisions")
    number = models.CharField(max_length=60, help_text="As the committee counts: 40/2011.")
    text = models.TextField(blank=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="joint_decisions")
    partner = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    recognitions = models.ManyToManyField(Recognition, related_name="joint_decisions")
    stage = models.CharField(max_length=20, choices=JointStage, default=JointStage.DRAFT)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField(null=True, blank=True)

    objects = JointDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["annex", "number"], condition=~Q(stage=JointStage.DROPPED), name="joint_decision_once"
            ),
            models.CheckConstraint(
                condition=~Q(authority=models.F("partner")), name="joint_decision_between_two"
            ),
            models.CheckConstraint(
                condition=~Q(stage=JointStage.EFFECTIVE) | Q(effective_on__isnull=False),
                name="effective_joint_decision_has_its_day",
            ),
        ]

    def __str__(self):
        return f"{self.annex.code} {self.number}"

    def get_absolute_url(self):
        return f"/desk/joint/{self.pk}/"


class Signature(Guarded):
    """One side's signature under a joint decision. One side signs once, and one person signs for one side only."""

    joint = models.ForeignKey(JointDecision, on_delete=models.PROTECT, related_name="signatures")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Economy, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField()
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["joint", "party"], name="one_signature_per_side"),
            models.UniqueConstraint(fields=["joint", "signed_by"], name="one_side_per_signer"),
        ]

    def __str__(self):
        return f"{self.authority} on {self.signed_on}"
