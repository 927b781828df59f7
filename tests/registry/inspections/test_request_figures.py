"""The figures of requests, and the list as a file: of the own authority's pairs, counted by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.audit.models import AuditEntry
from registry.inspections import figuring, requesting, taking_out
from registry.inspections.models import RequestStage
from registry.inspections.requested import Sought
from tests.registry.inspections.requests import ask, in_stage, set_limit
from tests.registry.inspections.room import make_room

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def room(db):
    with clock.at(START):
        room = make_room()
        set_limit(room, "post_approval_report_existing", 30)
        yield room


def shared_after(room, days: int):
    """A request of the tenth of March that was answered so many days later."""
    request = ask(room)
    with clock.at(START + timedelta(days=days)):
        requesting.agree(by=room.by("giver"), request=request, version=1)
        return requesting.mark_shared(by=room.by("giver", "releaser"), request=request)


def test_they_are_counted_by_pair_agreement_and_year(room):
    early, late = shared_after(room, 10), shared_after(room, 30)
    shared_after(room, 31)
    in_stage(room, RequestStage.WITHDRAWN)
    running = ask(room)
    with clock.at(START + timedelta(days=60)):
        for request in (early, late):
            requesting.rely_on(by=room.by("receiver"), request=request, version=request.version)
        told = figuring.figures(by=room.by("receiver"))
    (line,) = told.lines
    assert (line.asking, line.asked, line.year) == (room.receiver, room.giver, 2026)
    assert line.agreement == room.annex.agreement
    found = line.figures
    assert (found.asked, found.running, found.shared, found.refused) == (5, 1, 3, 0)
    # In time: the tenth and the thirtieth day; late: the thirty-first, and what still runs.
    assert (found.in_time, found.with_day, found.share_in_time) == (2, 4, 50)
    assert (found.median_days, found.relied_on) == (30, 2)
    assert told.together == found == told.years[0][1] == told.pairs[0][2]
    assert running.due_on is not None


def test_a_request_that_still_has_time_is_neither_in_time_nor_late(room):
    ask(room)
    found = figuring.figures(by=room.by("giver")).together
    assert (found.asked, found.with_day, found.share_in_time, found.median_days) == (1, 0, None, None)


def test_both_sides_see_the_same_and_nobody_else_anything(room):
    shared_after(room, 10)
    mine, theirs, others = (figuring.figures(by=room.by(side)) for side in ("receiver", "giver", "outsider"))
    assert mine.together == theirs.together
    assert (others.lines, others.together.asked) == ([], 0)


def test_years_are_those_of_whoever_is_asked(room):
    with clock.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        ask(room)
        assert [year for year, _found in figuring.figures(by=room.by("receiver")).years] == [2027]


def test_the_queries_do_not_grow_with_the_requests(room):
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            figuring.figures(by=room.by("receiver"))
        return len([each for each in asked if "inspections_reportrequest" in each["sql"]])

    ask(room)
    counts = [counted()]
    for _each in range(3):
        ask(room)
    assert [*counts, counted()] == [1, 1]


def test_taking_them_out_is_on_record(room):
    request = ask(room)
    rows = taking_out.take_out_requests(by=room.by("giver", "reader"), sought=Sought(), query={"side": "all"})
    assert [row.request for row in rows] == [request]
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.after) == (
        "registry.take_out_requests",
        {"requests": 1, "query": {"side": "all"}},
    )
    assert taking_out.take_out_requests(by=room.by("outsider"), sought=Sought(), query={}) == []
