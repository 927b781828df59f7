"""Reminds authorities of terms that run out and of limits that come near: once at each mark, however often it runs.

A reminder decides nothing, so one audit entry stands for a batch at one authority: it keeps every transaction, and with it
the queue of the audit chain, short, and a run that was cut off goes on where it stopped.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Membership, Role
from agreements.rights import WORKERS
from agreements.steps import say
from portal import clock
from portal.audit import recording
from portal.notices.models import Category, Notice
from portal.notices.telling import tell
from portal.verbs import verb
from registry import queueing
from registry.models import Act, Decision, Designation, State, Work, WorkItem

logger = logging.getLogger(__name__)

# Days before the end of a term, and before a limit of the agreement, at which somebody is told.
TERM_MARKS, LIMIT_MARKS = (7, 30, 60), (7,)
PASSED = "passed"
BATCH = 500

_KINDS = ("accreditation", "designation", "recognition")
# These leave the term alone (see ``policies.term_of``); what is annulled never was.
_LEAVE_TERM = (Act.SUSPEND, Act.CONTEST, Act.ANNUL)


@dataclass(frozen=True)
class Term:
    """A record whose term runs out; ``until`` is the first day after it, ``given_on`` the day from which it was given."""

    kind: str
    record_id: int
    until: date
    given_on: date

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.record_id}:{self.until.isoformat()}"


@dataclass(frozen=True)
class Reminder:
    """One piece of work whose limit comes near or has passed, and the people to be told of that."""

    item_id: int
    key: str
    users: tuple[int, ...]
    has_passed: bool


def remind(*, by: Acting, today: date) -> int:
    """Put what runs out within 60 days on the desks and tell of every limit at its nearest mark that nobody was told of.

    Catches up after missed runs with one notice, the nearest mark; running again on the same day changes nothing. Returns
    how many terms were put on desks or taken off, and reminders told.
    """
    changed = _bring_terms_up_to_date(by, today) + _tell_of_limits(by, today)
    if changed:
        logger.info("%s reminders", changed)
    return changed


def running_out(kind: str, today: date):
    """The decisions that gave the terms of one kind of record that end within the next 60 days; nothing came after them."""
    givers = (
        Decision.objects.known()
        .filter(**{f"{kind}__isnull": False})
        .changing_term()
        .exclude(act__in=_LEAVE_TERM)
    )
    givers = givers.annotate(rank=Coalesce("place", "id", output_field=BigIntegerField()))
    later = givers.filter(
        Q(effective_on__gt=OuterRef("effective_on"))
        | Q(effective_on=OuterRef("effective_on"), rank__gt=OuterRef("rank")),
        **{kind: OuterRef(kind)},
    )
    window = {"until__gt": today, "until__lte": today + timedelta(days=max(TERM_MARKS))}
    return givers.filter(~Exists(later), state__in=State.standing(), **window)


@verb(room="desk")
def put_terms(*, by: Acting, authority: Authority, terms: list[Term], no_longer: list[int]) -> None:
    """Put these terms on an authority's desk, and take the items with these ids off: they run out no longer."""
    now = clock.now()
    items = [
        WorkItem(
            authority=authority,
            kind=Work.EXPIRING,
            key=term.key,
            due_on=term.until,
            due_source=_("the term given from %(day)s") % {"day": say(term.given_on)},
            opened_at=now,
            **{f"{term.kind}_id": term.record_id},
        )
        for term in terms
    ]
    WorkItem.objects.bulk_create(items, ignore_conflicts=True)
    rows = WorkItem.objects.waiting().filter(pk__in=no_longer, authority=authority)
    ended = rows.update(closed_at=now, closed_by=by.actor)
    recording.record(by=by, target=authority, after={"running_out": len(items), "no_longer": ended})


@verb(room="desk")
def tell_limits(*, by: Acting, authority: Authority, reminders: list[Reminder]) -> None:
    """Tell these people of limits on an authority's desk that come near or have passed."""
    waiting = WorkItem.objects.waiting().filter(authority=authority).told().select_related("joint")
    items = waiting.in_bulk([reminder.item_id for reminder in reminders])
    for reminder in reminders:
        if item := items.get(reminder.item_id):
            _tell(authority, item, reminder)
    recording.record(by=by, target=authority, after={"reminded": [reminder.key for reminder in reminders]})


def _tell(authority: Authority, item: WorkItem, reminder: Reminder) -> None:
    said = {"what": item.get_kind_display(), "about": item.about, "day": say(item.due_on)}
    passed = _("The limit passed on %(day)s: %(what)s: %(about)s")
    pattern = passed if reminder.has_passed else _("By %(day)s: %(what)s: %(about)s")
    tell(
        users=reminder.users,
        key=reminder.key,
        kind="reminder.limit",
        category=Category.DEADLINES,
        words=pattern % said,
        link=f"/desk/work/{item.pk}/",
        target_kind="workitem",
        target_id=str(item.pk),
        authority_code=authority.code,
    )


def _bring_terms_up_to_date(by: Acting, today: date) -> int:
    wanted = _terms(today)
    waiting = WorkItem.objects.waiting().filter(kind=Work.EXPIRING)
    there, no_longer = set(), defaultdict(list)
    for number, authority_id, key, due_on in waiting.values_list("pk", "authority_id", "key", "due_on"):
        there.add((authority_id, key))
        # A term that has ended stays until its expiry is on record.
        if (authority_id, key) not in wanted and due_on > today:
            no_longer[authority_id].append(number)
    missing = defaultdict(list)
    for (authority_id, key), term in wanted.items():
        if (authority_id, key) not in there:
            missing[authority_id].append(term)
    authorities = Authority.objects.in_bulk([*missing, *no_longer])
    changed = 0
    for number, authority in sorted(authorities.items()):
        terms, ended = missing.get(number, []), no_longer.get(number, [])
        for start in range(0, max(len(terms), len(ended)), BATCH):
            batch = slice(start, start + BATCH)
            put_terms(by=by, authority=authority, terms=terms[batch], no_longer=ended[batch])
        changed += len(terms) + len(ended)
    return changed


def _terms(today: date) -> dict[tuple[int, str], Term]:
    """What runs out, by the authority that has to see to it and the key of its item."""
    owners, found = _Owners(), {}
    for kind in _KINDS:
        related = (
            [kind]
            if kind == "accreditation"
            else [f"{kind}__{one}" for one in ("annex", "exporting", "importing")]
        )
        decisions = running_out(kind, today).select_related(*related)
        for decision in decisions.iterator(chunk_size=2000):
            record = getattr(decision, kind)
            term = Term(kind, record.pk, decision.until, decision.effective_on)
            for authority_id in owners.of(kind, record):
                found[authority_id, term.key] = term
    return found


class _Owners:
    """Who sees to a record's term. Asks once for each annex and party, not for each record."""

    def __init__(self):
        self._competent: dict[tuple, list[int]] = {}
        self._with_members = set(Membership.objects.running().values_list("authority_id", flat=True))
        self._designating: dict[int, set[int]] | None = None

    def of(self, kind: str, record) -> list[int]:
        """The ids of the authorities."""
        if kind == "accreditation":
            return self._of_accreditation(record)
        if record.authority_id:
            return [record.authority_id]
        key = (kind, record.annex_id, record.exporting_id, record.importing_id)
        if key not in self._competent:
            find = queueing.designators if kind == "designation" else queueing.regulators
            self._competent[key] = [authority.pk for authority in find(record)]
        return self._competent[key]

    def _of_accreditation(self, accreditation) -> list[int]:
        """The accreditation body; where it does not use the portal, those that designated the body on the strength of it."""
        own = accreditation.accreditation_body_id
        if own in self._with_members:
            return [own]
        if self._designating is None:
            self._designating = defaultdict(set)
            rows = Designation.objects.exclude(authority=None).values_list("body_id", "authority_id")
            for body_id, authority_id in rows.distinct():
                self._designating[body_id].add(authority_id)
        return sorted(self._designating.get(accreditation.body_id, ())) or [own]


def _tell_of_limits(by: Acting, today: date) -> int:
    told = 0
    rows = _near(today).values_list(
        "authority_id", "pk", "kind", "key", "due_on", "assigned_to_id", named=True
    )
    for number, items in groupby(rows, key=attrgetter("authority_id")):
        authority = Authority.objects.get(pk=number)
        reminders = list(_untold(authority, list(items), today))
        for start in range(0, len(reminders), BATCH):
            tell_limits(by=by, authority=authority, reminders=reminders[start : start + BATCH])
        told += len(reminders)
    return told


def _near(today: date):
    """What waits and has reached a mark. A term that has ended is put on record as expired and needs no reminder."""
    terms = Q(kind=Work.EXPIRING, due_on__gt=today, due_on__lte=today + timedelta(days=max(TERM_MARKS)))
    others = ~Q(kind=Work.EXPIRING) & Q(due_on__lte=today + timedelta(days=max(LIMIT_MARKS)))
    return WorkItem.objects.waiting().filter(terms | others).order_by("authority_id", "pk")


def _untold(authority: Authority, items: list, today: date) -> Iterator[Reminder]:
    workers = queueing.members(authority, WORKERS)
    administrators = queueing.members(authority, [Role.ADMINISTRATOR])
    if not workers and not administrators:
        return
    keys = {item.pk: f"reminder:{authority.pk}:{item.kind}:{item.key}:{_mark(item, today)}" for item in items}
    people = {*workers, *administrators}
    told = set(Notice.objects.filter(user__in=people, key__in=keys.values()).values_list("key", flat=True))
    for item in items:
        if keys[item.pk] not in told:
            holder = [item.assigned_to_id] if item.assigned_to_id in workers else workers or administrators
            has_passed = item.due_on < today
            users = {*holder, *(administrators if has_passed else ())}
            yield Reminder(item.pk, keys[item.pk], tuple(sorted(users)), has_passed)


def _mark(item, today: date) -> str:
    """The nearest mark that the limit has reached, with the limit: a new limit is told of anew."""
    left = (item.due_on - today).days
    marks = TERM_MARKS if item.kind == Work.EXPIRING else LIMIT_MARKS
    mark = PASSED if left < 0 else min(mark for mark in marks if left <= mark)
    return f"{item.due_on.isoformat()}:{mark}"
