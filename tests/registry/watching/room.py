"""What the tests of watching share: watching, a run of the worker, and what was told."""

from datetime import UTC, datetime, timedelta

from django.core import mail
from django.http import QueryDict

from agreements.acting import person
from portal import clock
from portal.accounts.models import User
from portal.outbox.relaying import relay_due
from registry.watching import listing, questions, subscribing
from registry.watching.models import Change, Subject, Watch
from registry.watching.tasks import look
from tests.registry.officers import make_person

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ask(query: str) -> questions.Watchable:
    """The question of a query, as a link of a page gives it."""
    return questions.read(QueryDict(query))


def watched(query: str, *, pace: str = "at_once", user: User | None = None, at: datetime = MONDAY) -> Watch:
    """Somebody with an account watches it from that moment."""
    user = user or make_person()
    with clock.at(at):
        return subscribing.watch(by=person(user), user=user, question=ask(query), pace=pace)


def run(moment: datetime) -> list:
    """Let the timetable and the worker run at that moment; return the letters they sent."""
    before = len(mail.outbox)
    with clock.at(moment):
        look()
        while relay_due():
            pass
    return mail.outbox[before:]


def told(subject: Subject) -> list[str]:
    """What changed, in words, the oldest first."""
    changes = Change.objects.filter(subject=subject).order_by("id")
    return [listing.line(change).words for change in listing.with_decisions(changes)]
