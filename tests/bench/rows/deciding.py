"""P12: how long a decision takes with its acceptance rows; and how the desk answers with thousands of open items (P11)."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle

from django.test import Client

from agreements.acting import operator
from agreements.models import Authority, Membership, RoleGrant
from portal import clock, verbs
from portal.accounts.models import User
from portal.validity import days
from registry import recognising
from registry.deciding import Terms
from registry.models import Decision, Recognition, State, Work, WorkItem
from tests.bench import timing
from tests.bench.figures import Figure
from tests.bench.running import Bench

ITEMS = 5_000
AUTHORITY = "us-fcc"
# After everything that a made world tells.
FROM = date(2026, 7, 1)
MOST_MS, MOST_QUERIES = 25, 15


def measure(bench: Bench) -> Iterator[Figure]:
    """A decision, then the desk of an officer."""
    yield Figure(
        "P12", "a decision with its acceptance rows, p50 in ms", decision(bench.rounds), "≤", MOST_MS
    )
    client = Client()
    client.force_login(_officer())
    desk = timing.fetched(client, "/desk/")
    desk()
    parts = {"ms": timing.median(desk, bench.rounds)}
    yield Figure(
        "P11", "queries of the desk with 5,000 items", len(timing.statements(desk)), "≤", MOST_QUERIES, parts
    )


def decision(rounds: int) -> float:
    """Median in ms of one decision on a recognition: a suspension or the restoration after it, audit and read model included."""
    by = operator("bench")
    standing = Recognition.objects.annotate(now=Decision.objects.state_of_each("recognition", FROM))
    rows = standing.filter(now=State.RECOGNISED).order_by("id")
    rows = list(rows.select_related("annex", "importing", "exporting", "body")[: rounds + 2])
    acts = cycle((recognising.suspend, recognising.restore))
    turns = iter([(row, day) for row in rows for day in (FROM, FROM + timedelta(days=9))])

    def decide() -> None:
        recognition, day = next(turns)
        next(acts)(by=by, recognition=recognition, terms=Terms(effective_on=day, public_reason="Bench."))

    return timing.median(decide, rounds)


def _officer() -> User:
    authority = Authority.objects.get(code=AUTHORITY)
    user = User.objects.create_user(email="officer@bench.example", name="Officer", is_sample=True)
    recognitions = list(Recognition.objects.order_by("id")[:ITEMS])
    with verbs.running("bench.desk", "desk") as frame:
        membership = Membership.objects.create(user=user, authority=authority)
        RoleGrant.objects.create(membership=membership, role="editor", valid=days())
        WorkItem.objects.bulk_create(
            WorkItem(
                authority=authority,
                kind=Work.RECOGNISE,
                key=f"bench:{number}",
                recognition=recognition,
                due_on=clock.today() + timedelta(days=number % 90),
            )
            for number, recognition in enumerate(recognitions)
        )
        frame.entries = 1
    return user
