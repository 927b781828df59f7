"""Rapid alerts: sent, acknowledged by each receiver, followed up, closed.

Class I goes to all parties whether or not the product was exported there, class II only to parties that got the batch, class III
not through the alert system (PIC/S rapid alerts, gmp-compliance.org).
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Agreement, Authority
from agreements.rights import MEMBERS, NONE, OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import alert_reach
from registry.inspections.fence import fenced
from registry.inspections.models import Alert, AlertClass, AlertMessage, AlertReceiver, Facility
from registry.models import Work

CLASS_III = "III"
LONGEST = 10_000


class ReachChanged(NotAllowed):
    """Other authorities would receive it than the sender has looked at."""


@verb(room="desk")
@fenced
def send(
    *,
    by: Acting,
    agreement: Agreement,
    grade: str,
    product: str,
    words: str,
    to_do: str,
    receivers: Iterable[Authority],
    batches: str = "",
    facility: Facility | None = None,
) -> Alert:
    """Send an alert at once; it cannot be taken back. ``receivers`` are those whom the sender has seen will get it.

    Raises NotAllowed, in words, for class III, without words or receivers, for class II when somebody chosen is not reached;
    ReachChanged for class I when others are reached than were seen.
    """
    permissions.check(by, "alert.send", OWN if by.authority_id else NONE)
    check_class(grade)
    if agreement not in alert_reach.agreements(by):
        raise NotAllowed(_("Your authority acts for no party under this agreement."))
    chosen = check_receivers(grade, alert_reach.of(by, agreement), {each.pk for each in receivers})
    alert = Alert.objects.create(
        sender_id=by.authority_id,
        agreement=agreement,
        grade=grade,
        facility=_known(by, facility),
        product=_said(product, _("Name the product."), 250),
        batches=batches.strip()[:LONGEST],
        words=_said(words, _("Say what is wrong.")),
        to_do=_said(to_do, _("Say what the receivers should do.")),
        sent_at=clock.now(),
        sent_by_id=by.user_id,
    )
    for authority in chosen:
        AlertReceiver.objects.create(alert=alert, sender_id=by.authority_id, authority=authority)
        _put_before(alert, authority)
    recording.record(
        by=by,
        target=alert,
        after={
            "class": grade,
            "agreement": agreement.code,
            "to": [authority.code for authority in chosen],
        },
    )
    return alert


@verb(room="desk")
@fenced
def acknowledge(*, by: Acting, alert: Alert, words: str) -> AlertReceiver:
    """Say for one's own authority that the alert has arrived and what was done. Once; further news is a message."""
    receiver = _own_row(by, alert)
    permissions.check(by, "alert.acknowledge", OWN)
    if receiver.acknowledged_at is not None:
        raise NotAllowed(_("Your authority has acknowledged this alert already. Write a message instead."))
    receiver.words = _said(words, _("Say what your authority has done, or that it is looking into it."))
    receiver.acknowledged_at, receiver.acknowledged_by_id = clock.now(), by.user_id
    receiver.save(update_fields=["words", "acknowledged_at", "acknowledged_by"])
    queueing.take(by=by, kinds=[Work.ALERT], key=_key(alert), authority_id=by.authority_id)
    _news(
        by,
        alert,
        receiver.sender,
        f"acknowledged:{receiver.pk}",
        _("%(who)s has acknowledged your rapid alert no. %(number)s")
        % {"who": receiver.authority, "number": alert.pk},
    )
    recording.record(by=by, target=receiver, after={"alert": alert.pk, "acknowledged": True})
    return receiver


@verb(room="desk")
@fenced
def write(*, by: Acting, alert: Alert, words: str) -> AlertMessage:
    """Follow up: the sender tells all receivers, a receiver the sender."""
    is_sender = by.authority_id == alert.sender_id
    own = None if is_sender else _own_row(by, alert)
    permissions.check(by, "alert.send" if is_sender else "alert.acknowledge", OWN)
    if own is not None and own.acknowledged_at is None:
        raise NotAllowed(_("Acknowledge the alert first."))
    to = [own.sender] if own is not None else [row.authority for row in _receivers(alert)]
    message = AlertMessage.objects.create(
        alert=alert,
        sender_id=by.authority_id,
        words=_said(words, _("Write what you want to say.")),
        sent_at=clock.now(),
        sent_by_id=by.user_id,
    )
    for authority in to:
        _news(
            by,
            alert,
            authority,
            f"message:{message.pk}",
            _("News of rapid alert no. %(number)s") % _no(alert),
        )
    recording.record(by=by, target=message, target_name=_name(alert), after={"alert": alert.pk})
    return message


@verb(room="desk")
@fenced
def close(*, by: Acting, alert: Alert, words: str) -> Alert:
    """Say that the matter is settled, and how. Who has not acknowledged the alert still has to."""
    alert = (
        Alert.objects.select_for_update(of=["self"]).filter(pk=alert.pk, sender_id=by.authority_id).first()
    )
    permissions.check(by, "alert.send", OWN if alert else NONE)
    if alert.closed_at is not None:
        raise NotAllowed(_("This alert is closed already."))
    alert.closed_at, alert.close_words = clock.now(), _said(words, _("Say how the matter was settled."))
    alert.save(update_fields=["closed_at", "close_words"])
    for row in _receivers(alert):
        _news(by, alert, row.authority, "closed", _("Rapid alert no. %(number)s is closed") % _no(alert))
    recording.record(by=by, target=alert, target_name=_name(alert), after={"closed": True})
    return alert


def check_class(grade: str) -> None:
    """Raises NotAllowed, in words, unless a defect of that class goes through alerts."""
    if grade == CLASS_III:
        raise NotAllowed(
            _(
                "Class III does not go through the alert system (PIC/S rapid alerts). Tell the authorities concerned in the usual way."
            )
        )
    if grade not in AlertClass.values:
        raise NotAllowed(_("Choose the class of the defect."))


def check_receivers(grade: str, reach: alert_reach.Reach, chosen: set[int]) -> list[Authority]:
    """Who gets an alert of that class. Raises NotAllowed, in words, when nobody does or the choice does not fit the class."""
    if not reach.reached:
        raise NotAllowed(
            _(
                "No authority of another party has members here, so this alert would reach nobody. Tell them by other means."
            )
        )
    reached = {authority.pk for authority in reach.reached}
    if grade == AlertClass.CLASS_I and chosen != reached:
        raise ReachChanged(
            _("Class I goes to all parties, and who receives it has changed since you looked. Look again.")
        )
    if not chosen:
        raise NotAllowed(_("Choose the authorities of the parties that got the batch."))
    if not chosen <= reached:
        raise NotAllowed(_("Somebody you chose is not reached through the portal any more. Choose again."))
    return [authority for authority in reach.reached if authority.pk in chosen]


def _known(by: Acting, facility: Facility | None) -> Facility | None:
    """The facility, if the sender may know of it."""
    if facility is not None and not Facility.objects.visible_to(by).filter(pk=facility.pk).exists():
        raise PermissionDenied
    return facility


def _own_row(by: Acting, alert: Alert) -> AlertReceiver:
    """The row of the actor's authority, locked. Raises PermissionDenied for whoever did not receive the alert."""
    rows = AlertReceiver.objects.select_for_update(of=["self"]).select_related("authority", "sender")
    found = rows.filter(alert_id=alert.pk, authority_id=by.authority_id).first() if by.authority_id else None
    if found is None:
        raise PermissionDenied(_("Your authority has not received this alert."))
    return found


def _receivers(alert: Alert) -> list[AlertReceiver]:
    return list(AlertReceiver.objects.filter(alert=alert).select_related("authority"))


def _put_before(alert: Alert, authority: Authority) -> None:
    """On the desk at once, in the class's words alone: what it is about is read after signing in."""
    is_first = alert.grade == AlertClass.CLASS_I
    queueing.put(
        authority=authority,
        kind=Work.ALERT,
        key=_key(alert),
        words=_name(alert),
        due_on=clock.today() if is_first else None,
        due_source=_("class I: at once") if is_first else "",
        place=alert.get_absolute_url(),
        roles=MEMBERS,
    )


def _news(by: Acting, alert: Alert, authority: Authority, what: str, words: str) -> None:
    queueing.put(
        authority=authority,
        kind=Work.SHARED,
        key=f"{_key(alert)}:{what}",
        words=words[:300],
        place=alert.get_absolute_url(),
        but_not=[by.user_id],
    )


def _key(alert: Alert) -> str:
    return f"alert:{alert.pk}"


def _name(alert: Alert) -> str:
    return _("No. %(number)s, %(grade)s") % {"number": alert.pk, "grade": alert.get_grade_display()}


def _no(alert: Alert) -> dict:
    return {"number": alert.pk}


def _said(words: str, otherwise: str, longest: int = LONGEST) -> str:
    """The words without air around them. Raises NotAllowed when there are none, or too many."""
    words = words.strip()
    if not words:
        raise NotAllowed(otherwise)
    if len(words) > longest:
        raise NotAllowed(_("Shorten this to %(number)s characters.") % {"number": longest})
    return words
