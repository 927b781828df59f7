"""Noticing what changed: every watched question is asked again once the register has changed, or the day."""

import logging

from django.db import DatabaseError, transaction
from django.http import QueryDict

from portal import clock
from portal.audit import recording
from registry.models import Body, Decision
from registry.watching import comparing, looking, questions
from registry.watching.looking import UNANSWERABLE
from registry.watching.models import Change, Family, Kind, Sighting, Subject
from registry.watching.sighting import sight

logger = logging.getLogger(__name__)

# Of one look, so many changes are listed one by one; further ones by their number.
MOST = 200


def notice(limit: int = 500) -> int:
    """Ask up to ``limit`` watched questions again that are due, and note what changed; return how many were asked.

    Several workers may do this at once: each question is locked by the one that asks it and skipped by the others. What is
    noted, and how far was seen, are written in one transaction, so a change is noted once, whenever a worker is killed.
    """
    version, taken = recording.latest(), 0
    seen = sight()
    while taken < limit and _one(version, seen):
        taken += 1
    return taken


def begin(subject: Subject) -> None:
    """Take a first look: what is so now is what later changes are compared with. ``subject`` must be locked."""
    subject.checked_version = recording.latest()
    subject.checked_on = clock.today()
    subject.seen = sight()
    subject.look = looking.look(subject)
    subject.save(update_fields=["checked_version", "checked_on", "seen", "look"])


@transaction.atomic
def _one(version: int, seen: int) -> bool:
    due = Subject.objects.due(version, clock.today()).select_for_update(skip_locked=True, of=["self"])
    subject = due.first()
    if subject is None:
        return False
    try:
        with transaction.atomic():
            _compare(subject, max(seen, subject.seen))
    except DatabaseError as error:
        # Too long a question must not keep the others waiting; it is asked again with the next change.
        logger.warning("Watched question %s could not be asked: %s", subject.pk, error)
        subject.refresh_from_db()
    subject.checked_version, subject.checked_on = version, clock.today()
    subject.save(update_fields=["look", "seen", "newest", "checked_version", "checked_on"])
    return True


def _compare(subject: Subject, seen: int) -> None:
    now = looking.look(subject)
    changes = [
        Change(
            subject=subject,
            family=each.family,
            about=each.about[:400],
            before=each.before,
            after=each.after,
            link=each.link,
        )
        for each in comparing.differences(subject.look or {}, now)
    ]
    number = len(changes)
    if UNANSWERABLE not in now:
        decisions = _decided(subject, seen)
        number += decisions.count()
        changes += [_of_decision(subject, decision) for decision in decisions.order_by("id")[:MOST]]
    subject.look, subject.seen = now, seen
    if changes:
        listed = changes[:MOST]
        if number > len(listed):
            listed.append(Change(subject=subject, family=Family.MORE, after=str(number - len(listed))))
        subject.newest = Change.objects.bulk_create(listed)[-1].pk


def _decided(subject: Subject, seen: int):
    """Decisions that came to light since."""
    query = QueryDict(subject.query)
    if subject.kind == Kind.CHANGES:
        decisions = questions.filtered_changes(query).qs
    elif subject.kind == Kind.BODY:
        body = questions.body(query)
        decisions = Decision.objects.told().on_bodies(Body.objects.under(body.slug))
    else:
        return Decision.objects.none()
    new = Sighting.objects.filter(id__gt=subject.seen, id__lte=seen).values("decision")
    return decisions.filter(id__in=new)


def _of_decision(subject: Subject, decision: Decision) -> Change:
    return Change(
        subject=subject,
        family=Family.DECISION,
        decision=decision,
        about=decision.body.name,
        after=decision.act,
        link=f"{decision.body.get_absolute_url()}#decision-{decision.pk}",
    )
