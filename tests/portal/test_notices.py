"""Telling people, and the e-mail that follows at once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from agreements import acting
from portal import clock
from portal.audit.models import AuditEntry
from portal.notices import choosing, delivering, gates, mailing, reading
from portal.notices.models import Category, Notice, Pace
from portal.notices.telling import tell
from portal.outbox.models import OutboxMessage
from portal.outbox.relaying import relay_due
from tests.portal.notice_room import CANARY, person, told, work

pytestmark = pytest.mark.django_db


def choose(user, **paces) -> None:
    choosing.choose_paces(by=acting.person(user), user=user, paces=paces)


@pytest.fixture(autouse=True)
def gate(monkeypatch):
    """The gates, with one for stories that asks this set of people who may no longer read."""
    monkeypatch.setattr(gates, "_gates", {})
    shut = set()
    gates.gate("story", lambda user_id, notice: user_id not in shut)
    return shut


class TestTelling:
    def test_the_same_event_is_told_once(self):
        user = person()
        told(user, words="first")
        told(user, words="second")
        assert Notice.objects.get().words == "first"
        work()
        told(user)
        work()
        assert len(mail.outbox) == 1

    def test_who_joins_later_is_told_and_the_others_not_again(self):
        first, second = person(), person()
        told(first)
        told(first, second)
        assert sorted(Notice.objects.values_list("user_id", flat=True)) == [first.pk, second.pk]

    @pytest.mark.parametrize("people", [1, 40])
    def test_the_queries_do_not_grow_with_the_people(self, people, django_assert_num_queries):
        users = [person() for _ in range(people)]
        with transaction.atomic(), django_assert_num_queries(3):
            tell(
                users=[user.pk for user in users],
                key="event",
                kind="story",
                category="queue",
                words="w",
                link="/",
            )
        assert Notice.objects.count() == OutboxMessage.objects.count() == people

    def test_nobody_to_tell(self, django_assert_num_queries):
        with transaction.atomic(), django_assert_num_queries(0):
            tell(users=[], key="event", kind="story", category="queue", words="w", link="/")
        assert not Notice.objects.exists()

    def test_a_category_must_be_known(self):
        with pytest.raises(ValueError, match="gossip"):
            told(person(), category="gossip")

    @pytest.mark.parametrize(
        "link", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere", "x"]
    )
    def test_a_link_stays_in_the_portal(self, link):
        with pytest.raises(IntegrityError, match="notice_link_is_a_path"):
            told(person(), link=link)

    def test_a_change_rolled_back_told_nobody(self):
        user = person()

        @transaction.atomic
        def change():
            told(user)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            change()
        work()
        assert (Notice.objects.count(), len(mail.outbox)) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nobody_is_told():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        tell(users=[1], key="event", kind="story", category="queue", words="w", link="/")


class TestGates:
    def test_a_kind_without_a_gate_is_refused(self):
        assert not gates.may_read(1, Notice(kind="rumour.told"))

    def test_a_prefix_ends_at_a_dot(self):
        assert gates.may_read(1, Notice(kind="story"))
        assert gates.may_read(1, Notice(kind="story.told.twice"))
        assert not gates.may_read(1, Notice(kind="storyteller.left"))

    def test_the_longest_prefix_decides(self):
        gates.gate("story.secret.", lambda user_id, notice: False)
        assert not gates.may_read(1, Notice(kind="story.secret.told"))
        assert gates.may_read(1, Notice(kind="story.told"))

    def test_a_prefix_has_one_gate(self):
        with pytest.raises(ValueError, match="story has a gate already"):
            gates.gate("story", lambda user_id, notice: True)


class TestDelivery:
    def test_an_e_mail_says_where_to_sign_in_and_nothing_else(self, settings):
        settings.BASE_URL = "https://concordat.example"
        for category in Category:
            user = person()
            choose(user, **{category: Pace.AT_ONCE})
            told(user, category=category, key=f"{CANARY}:1")
            work()
            message = mail.outbox.pop()
            assert message.subject == "Concordat: something awaits you"
            assert "Sign in: https://concordat.example/notices/" in message.body
            assert message.to == [user.email]
            assert message.message().get_content_type() == "text/plain"
            assert (
                message.extra_headers["List-Unsubscribe"] == "<https://concordat.example/notices/settings/>"
            )
            assert message.extra_headers["Auto-Submitted"] == "auto-generated"
            assert re.fullmatch(r"<[0-9a-f]{40}@concordat\.example>", message.extra_headers["Message-ID"])
            assert CANARY not in message.message().as_string() + message.body
        assert Notice.objects.filter(delivered_at=None).count() == 0

    def test_the_right_is_asked_again_at_delivery(self, gate):
        user, other = person(), person()
        told(user, other)
        gate.add(user.pk)
        work()
        assert [message.to for message in mail.outbox] == [[other.email]]
        assert not Notice.objects.filter(delivered_at=None).exists()

    def test_what_was_read_is_not_mailed(self):
        user = person()
        told(user)
        reading.mark_read(user, Notice.objects.get().pk)
        work()
        assert mail.outbox == []
        assert Notice.objects.get().delivered_at

    def test_who_may_not_sign_in_is_not_written_to(self):
        user = person()
        told(user)
        user.is_active = False
        user.save()
        work()
        assert mail.outbox == []
        assert Notice.objects.get().delivered_at

    def test_who_wants_none_gets_none_and_reads_here(self):
        user = person()
        choose(user, queue=Pace.OFF)
        told(user)
        work()
        assert mail.outbox == []
        assert reading.unread_count(user) == 1

    def test_turned_off_before_delivery(self):
        user = person()
        told(user)
        choose(user, queue=Pace.OFF)
        work()
        assert mail.outbox == []
        assert Notice.objects.get().delivered_at

    def test_what_is_now_wanted_daily_is_left_to_the_digest(self):
        user = person()
        told(user)
        choose(user, queue=Pace.DAILY)
        work()
        assert mail.outbox == []
        assert Notice.objects.get().delivered_at is None

    def test_a_notice_that_is_gone_is_no_error(self):
        user = person()
        told(user)
        user.delete()
        work()
        assert mail.outbox == []
        assert not OutboxMessage.objects.waiting().exists()

    def test_a_mail_server_that_refuses_is_asked_again(self, monkeypatch):
        refusals = [ConnectionRefusedError("no mail today")]
        send = mailing.send

        def refusing(**arguments):
            if refusals:
                raise refusals.pop()
            send(**arguments)

        monkeypatch.setattr(delivering.mailing, "send", refusing)
        user = person()
        told(user)
        work()
        assert mail.outbox == []
        assert Notice.objects.get().delivered_at is None
        with clock.at(clock.now() + timedelta(minutes=1)):
            work()
        assert len(mail.outbox) == 1

    def test_delivery_asks_few_questions(self, django_assert_max_num_queries):
        user = person()
        told(user)
        with django_assert_max_num_queries(4):
            delivering.deliver(user_id=user.pk, key="event:1")
        assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_sends_the_same_message_again(monkeypatch):
    class Killed(BaseException):
        pass

    kills, send = [Killed()], mailing.send

    def sent_then_killed(**arguments):
        send(**arguments)
        if kills:
            raise kills.pop()

    monkeypatch.setattr(delivering.mailing, "send", sent_then_killed)
    user = person()
    told(user)
    told(user, key="event:2")
    with pytest.raises(Killed):
        relay_due()
    assert Notice.objects.filter(delivered_at=None).count() == 2
    work()
    first, again, other = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert first == again != other
    assert not Notice.objects.filter(delivered_at=None).exists()


class TestChoosing:
    def test_the_defaults(self):
        assert choosing.paces_of(person().pk) == {
            "decisions": "daily",
            "queue": "at_once",
            "deadlines": "at_once",
            "membership": "at_once",
        }

    def test_a_choice_is_kept_and_audited(self):
        user = person()
        choose(user, queue="weekly", decisions="off")
        choose(user, queue="daily")
        assert choosing.paces_of(user.pk) == {
            "decisions": "off",
            "queue": "daily",
            "deadlines": "at_once",
            "membership": "at_once",
        }
        entry = AuditEntry.objects.latest("id")
        assert (entry.act, entry.room, entry.actor) == ("portal.choose_paces", "desk", user.name)
        assert (entry.before["queue"], entry.after["queue"]) == ("weekly", "daily")

    @pytest.mark.parametrize("paces", [{"queue": "hourly"}, {"gossip": "daily"}])
    def test_an_unknown_choice_is_refused(self, paces):
        with pytest.raises(ValueError, match=r"hourly|gossip"):
            choose(person(), **paces)


class TestReading:
    def test_what_may_no_longer_be_read_is_not_shown(self, gate):
        user = person()
        told(user)
        told(user, key="event:2", kind="rumour.told")
        assert [notice.key for notice in reading.page(user, unread=True).notices] == ["event:1"]
        gate.add(user.pk)
        assert reading.page(user, unread=False).notices == []
        assert not reading.mark_read(user, Notice.objects.get(key="event:1").pk)

    def test_pages_go_on_where_the_last_one_ended(self):
        user = person()
        for number in range(60):
            told(user, key=str(number), kind="rumour.told" if number % 2 else "story.told")
        first = reading.page(user, unread=True)
        told(user, key="new")
        second = reading.page(user, unread=True, before=first.older)
        keys = [int(notice.key) for notice in first.notices + second.notices]
        assert keys == list(range(58, -1, -2))
        assert second.older is None

    def test_a_long_stretch_of_refused_notices_ends_the_page_not_the_list(self):
        user = person()
        told(user, key="old")
        for number in range(110):
            told(user, key=str(number), kind="rumour.told")
        first = reading.page(user, unread=True)
        assert first.notices == []
        assert [n.key for n in reading.page(user, unread=True, before=first.older).notices] == ["old"]

    def test_all_is_what_was_there_when_the_page_was_made(self):
        user, other = person(), person()
        told(user, other)
        state = reading.unread_state(user)
        told(user, key="event:2")
        assert reading.mark_all_read(user, until=state.newest) == 1
        assert reading.unread_count(user) == 1
        assert reading.unread_count(other) == 1

    def test_counting_is_one_query(self, django_assert_num_queries):
        user = person()
        told(user)
        with django_assert_num_queries(1):
            assert reading.unread_count(user) == 1
