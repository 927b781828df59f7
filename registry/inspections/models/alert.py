"""Rapid alerts between authorities, and who has acknowledged them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Authority
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.inspections.models.facility import Facility


class AlertClass(models.TextChoices):
    """How grave the defect is (PIC/S rapid alerts). Class III does not go through alerts."""

    CLASS_I = "I", _("class I: potentially life-threatening")
    CLASS_II = "II", _("class II: could cause illness or mistreatment")


class AlertQuerySet(GuardedQuerySet):
    """Sets of alerts."""

    def visible_to(self, by) -> Self:
        """The sender and those to whom it went."""
        if not by.authority_id:
            return self.none()
        went = self.model.receivers.rel.related_model.objects.filter(authority_id=by.authority_id)
        return self.filter(Q(sender_id=by.authority_id) | Q(pk__in=went.values("alert")))


class Alert(Guarded):
    """A warning that goes at once: class I to all parties of the agreement, class II to those concerned."""

    sender = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="alerts_sent")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=3, choices=AlertClass)
    facility = models.ForeignKey(
        Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    product = models.CharField(max_length=250)
    batches = models.TextField(blank=True)
    words = models.TextField(help_text="What is wrong, and what the receiver should do.")
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    close_words = models.TextField(blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self):
        return f"{self.get_grade_display()}: {self.product}"

    def get_absolute_url(self):
        return f"/alerts/{self.pk}/"


class AlertReceiver(Guarded):
    """One authority to which an alert went."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="receivers")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="alerts_received")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField(blank=True, help_text="What the receiver did or found.")

    class Meta:
        ordering = ["authority__name"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "authority"], name="alert_once_per_authority")
        ]

    def __str__(self):
        return f"{self.alert_id} → {self.authority}"
