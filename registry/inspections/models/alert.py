"""Rapid alerts between authorities, and who has acknowledged them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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
    words = models.TextField(help_text="What is wrong.")
    to_do = models.TextField(help_text="What the receiver should do.")
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


class AlertReceiverQuerySet(GuardedQuerySet):
    """Sets of receivers."""

    def visible_to(self, by) -> Self:
        """The sender sees all of them, a receiver itself."""
        if not by.authority_id:
            return self.none()
        return self.filter(Q(sender_id=by.authority_id) | Q(authority_id=by.authority_id))


class AlertReceiver(Guarded):
    """One authority to which an alert went. ``sender`` repeats the alert's, for the rule of the database on its rows."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="receivers")
    sender = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="alerts_received")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = models.TextField(blank=True, help_text="What the receiver did or found.")

    objects = AlertReceiverQuerySet.as_manager()

    class Meta:
        ordering = ["authority__name"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "authority"], name="alert_once_per_authority"),
            models.CheckConstraint(condition=~Q(sender=F("authority")), name="alert_goes_to_another"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledgement_says_by_whom",
            ),
        ]

    def __str__(self):
        return f"{self.alert_id} → {self.authority}"


class AlertMessageQuerySet(GuardedQuerySet):
    """Sets of messages about alerts."""

    def visible_to(self, by) -> Self:
        """One's own; for the sender of the alert all; for its receivers those of the sender."""
        if not by.authority_id:
            return self.none()
        from_sender = Q(sender=F("alert__sender"), alert__in=Alert.objects.visible_to(by))
        return self.filter(Q(sender_id=by.authority_id) | Q(alert__sender_id=by.authority_id) | from_sender)


class AlertMessage(Guarded):
    """What the sender tells all receivers of an alert later, or one receiver tells the sender."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="messages")
    sender = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AlertMessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]

    def __str__(self):
        return self.words[:60]
