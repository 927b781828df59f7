"""One e-mail a day or a week, with counts only."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from agreements import acting
from portal import clock
from portal.notices import choosing, digesting, gates, mailing, reading
from portal.notices.models import Digest, Notice, Pace
from portal.notices.tasks import daily, weekly
from portal.outbox.models import OutboxMessage
from portal.outbox.relaying import relay_due
from tests.portal.notice_room import CANARY, person, told, work

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def gate(monkeypatch):
    monkeypatch.setattr(gates, "_gates", {})
    shut = set()
    gates.gate("story", lambda user_id, notice: notice.key not in shut)
    return shut


def run(moment: datetime) -> list:
    """Let the timetable and the worker run at that moment; return the e-mails they sent."""
    before = len(mail.outbox)
    with clock.at(moment):
        daily()
        weekly()
        work()
    return mail.outbox[before:]


def tell_at(moment: datetime, *users, **fields) -> None:
    with clock.at(moment):
        told(*users, **fields)
        work()


def paced(pace: str):
    user = person()
    choosing.choose_paces(by=acting.person(user), user=user, paces={"decisions": pace, "deadlines": pace})
    return user


class TestDaily:
    def test_one_e_mail_counts_what_waits_and_says_no_more(self):
        user = paced("daily")
        for number in range(3):
            tell_at(MONDAY, user, key=f"d{number}", category="decisions")
        tell_at(MONDAY, user, key="deadline", category="deadlines")
        (message,) = run(MONDAY + DAY)
        assert message.to == [user.email]
        assert "  Decisions: 3\n  Deadlines: 1\n" in message.body
        assert "Work that awaits you" not in message.body
        assert CANARY not in message.message().as_string() + message.body
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert run(MONDAY + DAY + HOUR) == []
        assert run(MONDAY + 2 * DAY) == []

    def test_it_waits_for_six_and_for_what_came_since_for_the_next_day(self):
        user = paced("daily")
        tell_at(MONDAY, user, key="1", category="decisions")
        six = MONDAY.replace(hour=6) + DAY
        assert run(MONDAY + HOUR) == []
        assert run(six - timedelta(minutes=1)) == []
        tell_at(six + HOUR, user, key="2", category="decisions")
        assert "Decisions: 1" in run(six + 2 * HOUR)[0].body
        assert "Decisions: 1" in run(six + DAY)[0].body

    def test_three_missed_days_make_one_digest(self):
        user = paced("daily")
        for number in range(3):
            tell_at(MONDAY + number * DAY, user, key=str(number), category="decisions")
        (message,) = run(MONDAY + 3 * DAY)
        assert "Decisions: 3" in message.body
        assert [str(digest.day) for digest in Digest.objects.all()] == ["2026-11-26"]

    def test_a_digest_that_could_not_be_sent_on_its_day_is_part_of_the_next(self):
        user = paced("daily")
        tell_at(MONDAY, user, key="1", category="decisions")
        with clock.at(MONDAY + DAY):
            daily()
        with clock.at(MONDAY + 2 * DAY):
            work()
        assert mail.outbox == []
        assert len(run(MONDAY + 2 * DAY)) == 1

    def test_the_right_is_asked_again(self, gate):
        user = paced("daily")
        for number in range(3):
            tell_at(MONDAY, user, key=str(number), category="decisions")
        gate |= {"0", "1"}
        assert "Decisions: 1" in run(MONDAY + DAY)[0].body

    def test_nothing_readable_makes_no_e_mail(self, gate):
        user = paced("daily")
        tell_at(MONDAY, user, key="0", category="decisions")
        gate.add("0")
        assert run(MONDAY + DAY) == []
        assert Notice.objects.get().delivered_at

    def test_what_was_read_is_not_counted(self):
        user = paced("daily")
        tell_at(MONDAY, user, key="0", category="decisions")
        reading.mark_all_read(user, until=Notice.objects.get().pk)
        assert run(MONDAY + DAY) == []

    def test_who_may_not_sign_in_gets_none(self):
        user = paced("daily")
        tell_at(MONDAY, user, category="decisions")
        user.is_active = False
        user.save()
        assert run(MONDAY + DAY) == []

    def test_what_waited_when_at_once_was_chosen_comes_with_the_next_digest(self):
        user = paced("weekly")
        tell_at(MONDAY, user, key="0", category="decisions")
        choosing.choose_paces(by=acting.person(user), user=user, paces={"decisions": "at_once"})
        assert "Decisions: 1" in run(MONDAY + DAY)[0].body

    def test_at_once_is_not_repeated_in_a_digest(self):
        user = paced("at_once")
        tell_at(MONDAY, user, category="decisions")
        assert len(mail.outbox) == 1
        assert run(MONDAY + DAY) == []

    def test_off_is_never_mailed_also_when_turned_off_later(self):
        user, later = paced("off"), paced("daily")
        tell_at(MONDAY, user, later, category="decisions")
        choosing.choose_paces(by=acting.person(later), user=later, paces={"decisions": "off"})
        choosing.choose_paces(by=acting.person(later), user=later, paces={"decisions": "daily"})
        assert run(MONDAY + DAY) == []
        assert reading.unread_count(later) == 1

    def test_asking_takes_the_same_queries_for_many_people(self, django_assert_num_queries):
        users = [paced("daily") for _ in range(30)]
        tell_at(MONDAY, *users, category="decisions")
        with clock.at(MONDAY + DAY):
            with django_assert_num_queries(2 + 2):  # a savepoint and its release
                assert digesting.ask_for_digests(Pace.DAILY) == 30
            assert digesting.ask_for_digests(Pace.DAILY) == 30
        assert OutboxMessage.objects.filter(task=digesting.DIGEST).count() == 30


class TestWeekly:
    def test_on_mondays_only(self):
        user = paced("weekly")
        tell_at(MONDAY, user, category="decisions")
        for days in range(7):
            assert run(MONDAY + days * DAY) == []
        (message,) = run(MONDAY.replace(hour=6) + 7 * DAY)
        assert "Decisions: 1" in message.body
        assert Digest.objects.get().day.isoformat() == "2026-11-30"
        assert run(MONDAY + 7 * DAY) == []

    def test_a_missed_monday_is_caught_up(self):
        user = paced("weekly")
        tell_at(MONDAY, user, category="decisions")
        assert len(run(MONDAY + 9 * DAY)) == 1
        assert run(MONDAY + 10 * DAY) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_sends_the_same_digest_again(monkeypatch):
    class Killed(BaseException):
        pass

    kills, send = [Killed()], mailing.send

    def sent_then_killed(**arguments):
        send(**arguments)
        if kills:
            raise kills.pop()

    monkeypatch.setattr(digesting.mailing, "send", sent_then_killed)
    user = paced("daily")
    tell_at(MONDAY, user, category="decisions")
    with clock.at(MONDAY + DAY):
        daily()
        with pytest.raises(Killed):
            relay_due()
        assert not Digest.objects.exists()
        daily()
        work()
    first, again = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert first == again
    assert Digest.objects.get().counted == 1
