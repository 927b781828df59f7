"""How long a decision takes with its acceptance rows, and how the desk answers with thousands of open items."""

from datetime import date, timedelta
from itertools import cycle

from django.db import connection

from agreements.acting import operator
from agreements.models import Authority, Membership, RoleGrant
from portal import clock, verbs
from portal.accounts.models import User
from portal.validity import days
from registry import recognising
from registry.deciding import Terms
from registry.models import Recognition, State, Work, WorkItem

ITEMS = 5_000
AUTHORITY = "us-fcc"


def decision(median, rounds: int) -> float:
    """Median in ms of one decision on a recognition: a suspension or the restoration after it, audit and read model included."""
    by = operator("bench")
    open_ones = Recognition.objects.filter(decisions__state=State.RECOGNISED).order_by("id")
    rows = list(open_ones.select_related("annex", "importing", "exporting", "body")[: rounds + 3])
    acts = cycle((recognising.suspend, recognising.restore))
    turns = iter(
        [(row, day) for row in rows for day in (date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=9))]
    )

    def decide() -> None:
        recognition, day = next(turns)
        next(acts)(by=by, recognition=recognition, terms=Terms(effective_on=day, public_reason="Bench."))

    return median(decide, rounds)


def desk(median, rounds: int, client) -> tuple[float, int]:
    """Median in ms of ``/desk/`` for an officer with 5,000 items open, and how many queries it takes."""
    client.force_login(_officer())
    statements = []

    def keep(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    client.get("/desk/")
    with connection.execute_wrapper(keep):
        assert client.get("/desk/").status_code == 200
    return median(lambda: client.get("/desk/"), rounds), len(statements)


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
