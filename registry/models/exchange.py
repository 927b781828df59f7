"""What two authorities ask and answer about a designation, and what a body says to its authority."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Authority
from portal import clock
from portal.verbs import Guarded, GuardedQuerySet
from registry.models.designation import Recognition


class MessageKind(models.TextChoices):
    QUESTION = "question", _("asks for more")
    ANSWER = "answer", _("answers")
    REPLY_TO_CONTESTATION = "reply", _("answers the contestation")


class MessageQuerySet(GuardedQuerySet):
    """Sets of messages."""

    def visible_to(self, by) -> Self:
        """The two authorities that exchange them; nobody else."""
        if not by.authority_id:
            return self.none()
        return self.filter(Q(sender_id=by.authority_id) | Q(receiver_id=by.authority_id))


class Message(Guarded):
    """One message between the partner's authority and the designating one, about a recognition."""

    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=20, choices=MessageKind)
    sender = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    answers = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answered_by"
    )
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=models.F("receiver")), name="message_between_two")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.words[:60]}"
