"""Reminders of requests: near and passed limits, once each, also when the portal stood still for days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agreements.acting import operator
from portal import clock
from portal.notices.models import Notice
from registry import reminding
from registry.inspections import corresponding, requested, requesting
from registry.inspections.requested import Sought
from tests.registry.inspections.requests import ask, set_limit
from tests.registry.inspections.room import make_room
from tests.registry.officers import make_officer

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 3, 10, 9, tzinfo=UTC)
DUE = date(2026, 4, 9)


@pytest.fixture
def room(db):
    """Thirty days run from 10 March: the last one is 9 April."""
    with clock.at(SENT):
        room = make_room()
        room.people["giver", "administrator"] = make_officer(room.giver, "administrator")
        set_limit(room, "post_approval_report_existing", 30)
        yield room


@pytest.fixture
def request_(room):
    request = ask(room)
    assert request.due_on == DUE
    return request


def run(day: date) -> int:
    """The reminders of a day, as the timetable runs them, twice."""
    with clock.at(datetime(day.year, day.month, day.day, 6, tzinfo=UTC)):
        done = reminding.remind(by=operator("remind"), today=day)
        assert reminding.remind(by=operator("remind"), today=day) == 0
        return done


def marks(room, role: str = "editor", side: str = "giver") -> list[str]:
    keys = Notice.objects.filter(user=room.user(side, role)).order_by("id").values_list("key", flat=True)
    return [key.rpartition(":")[2] for key in keys if key.startswith("reminder:")]


def test_day_by_day_each_mark_is_told_once(room, request_):
    for number in range(45):
        run(SENT.date() + timedelta(days=number))
    assert marks(room) == ["7", "passed"]
    assert marks(room, "administrator") == ["passed"]
    assert marks(room, side="receiver") == []


@pytest.mark.parametrize("mark", [DUE - timedelta(days=7), DUE + timedelta(days=1)])
def test_reminders_missed_for_three_days_are_sent_once_on_recovery(room, request_, mark):
    run(mark - timedelta(days=1))
    before = marks(room)
    recovered = mark + timedelta(days=3)
    assert run(recovered) == 1
    assert len(marks(room)) == len(before) + 1
    for number in range(1, 4):
        run(recovered + timedelta(days=number))
    assert len(marks(room)) == len(before) + 1


def test_a_passed_limit_is_told_to_the_administrators_and_shows_on_the_request(room, request_):
    passed = DUE + timedelta(days=2)
    run(passed)
    assert marks(room, "administrator") == ["passed"]
    with clock.at(datetime(2026, 4, 11, 9, tzinfo=UTC)):
        for side in ("giver", "receiver"):
            by = room.by(side)
            (row,) = requested.requests(by=by, sought=Sought(late=True)).rows
            assert (row.is_late, row.left) == (True, "2 days over")


def test_the_day_is_over_where_it_was_sent_not_where_it_is_read(room, request_):
    late_evening = datetime(2026, 4, 9, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    with clock.at(late_evening):
        assert requested.requests(by=room.by("receiver"), sought=Sought(late=True)).rows
    with clock.at(late_evening - timedelta(hours=1)):
        assert not requested.requests(by=room.by("receiver"), sought=Sought(late=True)).rows


def test_a_day_that_is_agreed_is_told_of_anew(room, request_):
    run(DUE - timedelta(days=5))
    assert marks(room) == ["7"]
    later = DUE + timedelta(days=30)
    with clock.at(datetime(2026, 4, 5, 9, tzinfo=UTC)):
        request = corresponding.propose_day(by=room.by("giver"), request=request_, version=1, day=later)
        corresponding.accept_day(by=room.by("receiver"), request=request, version=request.version)
    run(DUE + timedelta(days=1))
    assert marks(room) == ["7"]
    run(later - timedelta(days=6))
    assert marks(room) == ["7", "7"]


def test_of_what_was_shared_nobody_is_reminded(room, request_):
    request = requesting.agree(by=room.by("giver"), request=request_, version=1)
    requesting.mark_shared(by=room.by("giver", "releaser"), request=request)
    run(DUE + timedelta(days=3))
    assert marks(room) == []


def test_of_what_was_promised_somebody_is_reminded(room, request_):
    requesting.agree(by=room.by("giver"), request=request_, version=1)
    run(DUE - timedelta(days=3))
    assert marks(room) == ["7"]
