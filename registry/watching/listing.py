"""What the pages and letters of watches show."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.pages import BadQuestion
from registry.models import Decision
from registry.watching import keys, questions, wording
from registry.watching.looking import MOST
from registry.watching.models import Change, Confirmation, Family, Kind, Reader, Subject, Watch, Wish
from registry.watching.questions import Watchable

PER_PAGE, WATCHES_PER_PAGE = 50, 25
COUNTED = f"{Family.COUNT}:"


@dataclass(frozen=True)
class Told:
    """A watch with the words of its question. ``is_counted`` where the list is too long to be followed body by body."""

    watch: Watch
    question: Watchable
    is_counted: bool = False
    most: int = MOST


@dataclass(frozen=True)
class Line:
    """One change: when it was found, in words, and an address (of the portal, or whole for a letter; "" for none)."""

    found_at: object
    words: str
    address: str


def question_of(subject: Subject) -> Watchable:
    """The question in words; one that cannot be asked any more says so."""
    try:
        return questions.check(subject.kind, subject.query)
    except BadQuestion:
        words = _("A question that cannot be asked any more: %(query)s") % {"query": subject.query}
        return Watchable(subject.kind, subject.query, words, "/")


def told(watch: Watch) -> Told:
    """The watch as it is shown."""
    counted = any(each.startswith(COUNTED) for each in watch.subject.look or ())
    return Told(watch, question_of(watch.subject), counted)


def line(change: Change, site: str = "") -> Line:
    """The change as it is shown; ``site`` makes its address whole."""
    address = f"{site.rstrip('/')}{change.link}" if change.link else ""
    return Line(change.found_at, wording.sentence(change), address)


def reader_of(user: User) -> Reader | None:
    """The reader that this person is, if they ever watched anything."""
    return Reader.objects.select_related("user").filter(user=user).first()


def reader_by(secret: str) -> Reader | None:
    """The reader whose watches the secret opens."""
    return keys.reader_of(secret)


def watches(reader: Reader | None, number) -> Page:
    """One page of the reader's watches: running ones first, then those stopped lately."""
    rows = Watch.objects.of(reader).select_related("subject") if reader else []
    page = Paginator(rows, WATCHES_PER_PAGE).get_page(number)
    with recording.one_reading():
        page.object_list = [told(watch) for watch in page.object_list]
    return page


def watch(reader: Reader | None, number: int) -> Watch | None:
    """One of the reader's own watches."""
    rows = Watch.objects.select_related("subject", "reader")
    return rows.filter(reader=reader, pk=number).first() if reader else None


def changes(of: Watch, number) -> Page:
    """One page of what changed since the watch began, the newest first."""
    rows = Change.objects.filter(subject=of.subject_id, id__gt=of.since).order_by("-id")
    page = Paginator(rows, PER_PAGE).get_page(number)
    page.object_list = [line(row) for row in with_decisions(page.object_list)]
    return page


def with_decisions(changes) -> list[Change]:
    """The changes with the decisions that some of them tell; two queries."""
    rows = list(changes)
    numbers = [row.decision_id for row in rows if row.decision_id]
    decisions = Decision.objects.told().in_bulk(numbers) if numbers else {}
    for row in rows:
        if row.decision_id:
            row.decision = decisions[row.decision_id]
    return rows


def wishes(secret: str) -> list[tuple[Wish, Watchable]]:
    """What the link of a confirmation would begin; nothing for a link that does not work, or no more."""
    found = Confirmation.objects.open(clock.now()).filter(hash=keys.hash_of(secret)).first()
    rows = found.wishes.select_related("subject").order_by("id") if found else []
    return [(wish, question_of(wish.subject)) for wish in rows]


def is_watching(reader: Reader | None, question: Watchable) -> Watch | None:
    """The reader's running watch of that question, if any."""
    if reader is None:
        return None
    asked = {"subject__kind": question.kind, "subject__query": question.query}
    return Watch.objects.running().filter(reader=reader, **asked).first()


_WARNS = (Kind.BODIES, Kind.ACCEPTED, Kind.PARTNER)


def may_be_counted(question: Watchable) -> bool:
    """Whether the list may become too long to be followed body by body."""
    return question.kind in _WARNS
