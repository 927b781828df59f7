"""What waits for somebody, counted for the frame of every page: one statement, however much there is."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Value

from agreements.acting import Acting
from portal.notices.models import Notice
from registry.models import Representative, WorkItem

MOST = 100


@dataclass(frozen=True)
class Waiting:
    """Work on the authority's desk and unread notices, each counted up to MOST; whether the person represents a body."""

    work: int
    unread: int
    represents: bool


def on(by: Acting) -> Waiting:
    """What waits for the actor, who is a person."""
    parts = {
        "unread": Notice.objects.of(by.user_id).unread(),
        "represents": Representative.objects.running().filter(user_id=by.user_id),
        "work": WorkItem.objects.visible_to(by).waiting(),
    }
    first, *others = (
        rows.order_by().annotate(part=Value(part)).values_list("part", flat=True)[:MOST]
        for part, rows in parts.items()
    )
    found = Counter(first.union(*others, all=True))
    return Waiting(found["work"], found["unread"], bool(found["represents"]))
