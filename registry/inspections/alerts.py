"""The rapid alerts that an authority has sent or received, and one of them with all that was said about it."""

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from agreements.acting import Acting
from registry.inspections.fence import fenced
from registry.inspections.models import Alert, AlertMessage, AlertReceiver, Facility

RECEIVED, SENT = "received", "sent"
OPEN, ACKNOWLEDGED, CLOSED, ALL = "open", "acknowledged", "closed", "all"
MOST_FACILITIES = 20
PER_PAGE = 25


@fenced
def page(*, by: Acting, side: str, stage: str, number: str | None = None) -> Page:
    """One page of the alerts of one side at one stage, the newest first.

    Open means for a receiver that it has still to acknowledge it, for a sender that it is not closed. Each alert has
    ``acknowledged`` and, among those sent, ``receivers_in_all`` and ``receivers_done``.
    """
    own = AlertReceiver.objects.filter(alert=OuterRef("pk"), authority_id=by.authority_id)
    rows = Alert.objects.visible_to(by).select_related("sender")
    rows = rows.annotate(acknowledged=Exists(own.filter(acknowledged_at__isnull=False)))
    if side == SENT:
        done = Q(receivers__acknowledged_at__isnull=False)
        rows = rows.filter(sender_id=by.authority_id).annotate(
            receivers_in_all=Count("receivers"), receivers_done=Count("receivers", filter=done)
        )
        open_ones = Q(closed_at=None)
    else:
        rows = rows.exclude(sender_id=by.authority_id)
        open_ones = Q(acknowledged=False)
    narrowed = {OPEN: open_ones, ACKNOWLEDGED: Q(acknowledged=True), CLOSED: Q(closed_at__isnull=False)}
    rows = rows.filter(narrowed.get(stage, Q())).order_by("-sent_at", "-id")
    found = Paginator(rows, PER_PAGE).get_page(number)
    found.object_list = list(found.object_list)
    return found


@dataclass(frozen=True)
class Told:
    """One alert as its reader may know it: all receivers for the sender, the own row for a receiver, and the messages."""

    alert: Alert
    receivers: list[AlertReceiver]
    own: AlertReceiver | None
    messages: list[AlertMessage]
    is_sender: bool
    may_open_facility: bool

    @property
    def waiting(self) -> list[AlertReceiver]:
        """Who has not acknowledged it."""
        return [row for row in self.receivers if row.acknowledged_at is None]


@fenced
def told(*, by: Acting, number: int) -> Told | None:
    """One alert that the actor's authority sent or received; None for anything else."""
    receivers = AlertReceiver.objects.visible_to(by).select_related("authority__economy", "acknowledged_by")
    messages = AlertMessage.objects.visible_to(by).select_related("sender")
    rows = Alert.objects.visible_to(by).select_related("sender__economy", "agreement", "facility", "sent_by")
    alert = (
        rows.prefetch_related(
            Prefetch("receivers", queryset=receivers), Prefetch("messages", queryset=messages)
        )
        .filter(pk=number)
        .first()
    )
    if alert is None:
        return None
    is_sender = alert.sender_id == by.authority_id
    seen = list(alert.receivers.all())
    facility = Facility.objects.visible_to(by).filter(pk=alert.facility_id)
    return Told(
        alert=alert,
        receivers=seen if is_sender else [],
        own=next((row for row in seen if row.authority_id == by.authority_id), None),
        messages=list(alert.messages.all()),
        is_sender=is_sender,
        may_open_facility=bool(alert.facility_id) and facility.exists(),
    )


@fenced
def found_for(*, by: Acting, words: str, key: str) -> list[Facility]:
    """Facilities of which the actor may know that have these words in the name or as a number, first the one with the key."""
    rows = Facility.objects.visible_to(by).apart().select_related("economy")
    chosen = list(rows.filter(key=key)) if _is_key(key) else []
    if not words.strip():
        return chosen
    worded = Q(identifiers__value__iexact=words.strip()) | Q(name__icontains=words.strip())
    found = rows.filter(worded).exclude(pk__in=[each.pk for each in chosen]).distinct()
    return [*chosen, *found[:MOST_FACILITIES]]


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
