"""Finds what awaits an authority: the rows of its desk, how many of each kind, its colleagues, a person's deadlines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import CharField, Count, Prefetch, Q, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import RoleGrant
from agreements.rights import OWN, WORKERS
from portal import clock, permissions
from portal.accounts.models import User
from portal.endpoints import paging
from portal.notices.calendars import Entry
from registry import limits
from registry.models import Proposal, Representative, Step, Work, WorkItem

PER_PAGE = 25
MINE, NOBODYS, ALL = "mine", "nobodys", "all"
DEADLINE, LONGEST = "deadline", "waiting"
# What only tells of something is closed by whoever has seen it; all else by doing the work.
SEEN_BY_HAND = frozenset({Work.PARTNER, Work.SITE, Work.ACCREDITATION, Work.SHARED})

_NO_LIMIT = "9999-12-31"
_NAMES = (
    "words",
    "body__name",
    "proposal__body__name",
    "proposal__content__body__name",
    "designation__body__name",
    "designation__annex__code",
    "recognition__body__name",
    "recognition__annex__code",
    "accreditation__body__name",
)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see of a desk. ``kind`` "" is every kind; ``cursor`` "" the first page."""

    kind: str = ""
    holder: str = ALL
    words: str = ""
    sort: str = DEADLINE
    cursor: str = ""


@dataclass(frozen=True)
class Row:
    """One row of the desk, in words. ``holder`` is "" where nobody who still works here has it."""

    item: WorkItem
    partner: str
    left: str
    is_late: bool
    holder: str
    is_mine: bool
    by_hand: bool


@dataclass(frozen=True)
class Counts:
    """How much awaits, under the words that were asked for.

    ``kinds`` counts each kind for the chosen holder, as (kind, label, number); ``holders`` each holder for the chosen kind;
    ``everything`` is the whole desk.
    """

    kinds: list[tuple[str, str, int]]
    holders: dict[str, int]
    everything: int


@dataclass(frozen=True)
class Desk:
    """One page of a desk. ``next_cursor`` is "" on the last one."""

    rows: list[Row]
    next_cursor: str
    counts: Counts
    colleagues: list[tuple[int, str]]


def desk(by: Acting, wanted: Wanted) -> Desk:
    """One page of what awaits the authority acted for. Raises BadQuestion for a cursor that was not made here.

    The same few queries, however much waits.
    """
    people = colleagues(by)
    working = [number for number, _name in people]
    waiting = _with_words(WorkItem.objects.visible_to(by).waiting(), wanted.words)
    rows = _held(waiting, by, wanted.holder, working)
    rows = rows.filter(kind=wanted.kind) if wanted.kind else rows
    page = paging.page(_sortable(rows), order=_ORDERS[wanted.sort], cursor=wanted.cursor, size=PER_PAGE)
    found = _in_full([item.pk for item in page.rows])
    return Desk(
        rows=[_row(item, by, set(working)) for item in found],
        next_cursor=page.next_cursor,
        counts=_counts(waiting, by, wanted, set(working)),
        colleagues=people,
    )


def colleagues(by: Acting) -> list[tuple[int, str]]:
    """The id and name of everybody who may be given work of the authority acted for, by name."""
    grants = RoleGrant.objects.in_force().filter(membership__authority=by.authority_id, role__in=WORKERS)
    people = grants.values_list("membership__user_id", "membership__user__name").distinct()
    return sorted(people, key=lambda person: (person[1].casefold(), person[0]))


def colleague(by: Acting, number: int) -> User | None:
    """The colleague with that id who may be given work, if there is one."""
    return User.with_pk(number) if number in dict(colleagues(by)) else None


def item_of(by: Acting, number: int) -> WorkItem | None:
    """A piece of work of the authority acted for, done or not."""
    return WorkItem.objects.visible_to(by).told().filter(pk=number).first()


def belongs_to_one_of(number: int, authority_ids: Iterable[int]) -> bool:
    """True when that piece of work, done or not, is of one of these authorities."""
    return WorkItem.objects.filter(pk=number, authority__in=authority_ids).exists()


def place_of(item: WorkItem, by: Acting) -> str:
    """The path of the page where the work is done; who may not decide on a proposal gets the page where it is read."""
    if item.place:
        return item.place
    if item.proposal_id:
        address = item.proposal.get_absolute_url()
        decides = item.kind == Work.APPROVE and permissions.may(by, "proposal.send_back", OWN)
        if item.kind == Work.DRAFT and item.proposal.step == Step.DESIGNATE:
            return f"{address}tasks/"
        return f"{address}decide/" if decides else address
    places = {
        "recognitions": item.recognition_id,
        "designations": item.designation_id,
        "accreditations": item.accreditation_id,
        "joint": item.joint_id,
        "bodies": item.body.slug if item.body_id else None,
    }
    room, number = next(((room, number) for room, number in places.items() if number), ("", None))
    return f"/desk/{room}/{number}/" if room else "/desk/"


def represents_a_body(user: User) -> bool:
    """True for somebody who signs in for a body."""
    return Representative.objects.running().filter(user=user).exists()


def deadlines_of(user: User) -> list[Entry]:
    """Every waiting piece of work with a limit, of all authorities that the person may act for today.

    Only its kind is named: a calendar travels, so the body, the partner and the text stay here.
    """
    mine = RoleGrant.objects.in_force().filter(membership__user=user).values("membership__authority")
    rows = WorkItem.objects.waiting().filter(authority__in=mine, due_on__isnull=False)
    return [
        Entry(uid=f"work-{number}", day=day, summary=str(Work(kind).label), url=f"/desk/work/{number}/")
        for number, day, kind in rows.values_list("pk", "due_on", "kind")
    ]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_ORDERS: dict[str, paging.Order] = {
    DEADLINE: (("due_text", str), ("opened_at", _moment), ("id", int)),
    LONGEST: (("opened_at", _moment), ("id", int)),
}


def _sortable(rows):
    """With the limit as text, so that a cursor can name it also where there is none."""
    return rows.annotate(due_text=Coalesce(Cast("due_on", CharField()), Value(_NO_LIMIT)))


def _with_words(rows, words: str):
    for word in words.split():
        found = Q()
        for name in _NAMES:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def _held(rows, by: Acting, holder: str, working: Iterable[int]):
    """What somebody who no longer works here has left lies with nobody."""
    if holder == MINE:
        return rows.filter(assigned_to=by.user_id)
    if holder == NOBODYS:
        return rows.exclude(assigned_to__in=working)
    return rows


def _counts(waiting, by: Acting, wanted: Wanted, working: set[int]) -> Counts:
    kinds, holders, everything = dict.fromkeys(Work.values, 0), dict.fromkeys((MINE, NOBODYS, ALL), 0), 0
    for kind, holder_id, number in (
        waiting.order_by().values_list("kind", "assigned_to").annotate(Count("pk"))
    ):
        everything += number
        holding = {ALL}
        holding |= {MINE} if holder_id == by.user_id else set()
        holding |= {NOBODYS} if holder_id not in working else set()
        if wanted.holder in holding:
            kinds[kind] += number
        if wanted.kind in ("", kind):
            for holder in holding:
                holders[holder] += number
    shown = [
        (kind, str(Work(kind).label), number)
        for kind, number in kinds.items()
        if number or kind == wanted.kind
    ]
    return Counts(shown, holders, everything)


def _in_full(numbers: list[int]) -> list[WorkItem]:
    """These items in this order, with all that a row shows, in two queries."""
    proposals = Proposal.objects.select_related(
        "body",
        "annex",
        "exporting",
        "importing",
        "designation__annex",
        "designation__exporting",
        "designation__importing",
        "recognition__annex",
        "recognition__exporting",
        "recognition__importing",
        "accreditation__accreditation_body",
    )
    items = WorkItem.objects.select_related(
        "assigned_to",
        "body",
        "joint__annex",
        "designation__body",
        "designation__annex",
        "designation__exporting",
        "designation__importing",
        "recognition__body",
        "recognition__annex",
        "recognition__exporting",
        "recognition__importing",
        "accreditation__body",
        "accreditation__accreditation_body",
    ).prefetch_related(Prefetch("proposal", queryset=proposals))
    found = items.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def _row(item: WorkItem, by: Acting, working: set[int]) -> Row:
    today = clock.today()
    held = item.assigned_to_id in working or item.assigned_to_id == by.user_id
    return Row(
        item=item,
        partner=_partner(item),
        left=limits.words_left(item.due_on, today) if item.due_on else "",
        is_late=item.due_on is not None and item.due_on < today,
        holder=item.assigned_to.name if item.assigned_to_id and held else "",
        is_mine=item.assigned_to_id == by.user_id,
        by_hand=item.kind in SEEN_BY_HAND,
    )


def _partner(item: WorkItem) -> str:
    """Annex and direction, or the accreditation body."""
    if item.joint_id:
        return item.joint.annex.code
    of_proposal = item.proposal if item.proposal_id and item.proposal.annex_id else None
    record = of_proposal or (item.proposal.record if item.proposal_id else item.record)
    if record is None:
        return ""
    if hasattr(record, "accreditation_body_id"):
        return record.accreditation_body.name
    parties = (record.exporting, record.importing)
    if None in parties:
        return record.annex.code
    return _("%(annex)s: %(exporting)s → %(importing)s") % {
        "annex": record.annex.code,
        "exporting": record.exporting.code,
        "importing": record.importing.code,
    }
