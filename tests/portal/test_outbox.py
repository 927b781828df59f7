"""Work that follows a change, at least once and never without it."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from redis import Redis

from portal import clock
from portal.outbox import handlers
from portal.outbox.models import MAX_ATTEMPTS, OutboxMessage
from portal.outbox.queue import enqueue
from portal.outbox.relaying import LONGEST_WAIT, relay_due, wait_after
from portal.outbox.tasks import relay


@pytest.fixture
def handled(monkeypatch):
    """The register of handlers, empty for the test; the list keeps what `noted` has handled."""
    monkeypatch.setattr(handlers, "_handlers", {})
    seen = []

    @handlers.handles("noted")
    def noted(*, key: str, payload: dict) -> None:
        seen.append((key, payload))

    return seen


def put(task: str = "noted", key: str = "1", **payload) -> None:
    with transaction.atomic():
        enqueue(task=task, key=key, payload=payload)


@pytest.mark.django_db
class TestOneWorker:
    def test_a_message_is_handled_once(self, handled):
        put(body="b1")
        assert relay_due() == 1
        assert relay_due() == 0
        assert handled == [("1", {"body": "b1"})]
        message = OutboxMessage.objects.get()
        assert (message.attempts, message.last_error) == (1, "")
        assert message.done_at

    def test_the_same_task_and_key_again_changes_nothing(self, handled):
        put(body="first")
        put(body="second")
        relay_due()
        put(body="third")
        assert relay_due() == 0
        assert handled == [("1", {"body": "first"})]

    def test_messages_are_handled_in_their_order_up_to_the_limit(self, handled):
        for number in range(5):
            put(key=str(number))
        assert relay_due(limit=3) == 3
        assert [key for key, _ in handled] == ["0", "1", "2"]

    def test_a_failure_is_kept_undone_and_tried_again_later(self, handled):
        failures = ["the printer burns"]

        @handlers.handles("fragile")
        def fragile(*, key: str, payload: dict) -> None:
            put(task="noted", key="from fragile")
            if failures:
                raise RuntimeError(failures.pop())

        put(task="fragile")
        assert relay_due() == 1
        message = OutboxMessage.objects.get()  # what the handler had written is gone with its failure
        assert message.attempts == 1
        assert "the printer burns" in message.last_error
        assert relay_due() == 0
        with clock.at(clock.now() + timedelta(minutes=1)):
            assert relay_due() == 2
        message.refresh_from_db()
        assert message.done_at
        assert message.last_error == ""
        assert handled == [("from fragile", {})]

    def test_after_the_last_attempt_a_message_stays_with_its_error(self, handled):
        put(task="unknown")
        moment = clock.now()
        for _ in range(MAX_ATTEMPTS + 2):
            with clock.at(moment := moment + LONGEST_WAIT):
                relay_due()
        message = OutboxMessage.objects.given_up().get()
        assert message.attempts == MAX_ATTEMPTS
        assert "no handler for unknown" in message.last_error
        assert message.done_at is None

    def test_the_waits_grow_and_are_bounded(self):
        waits = [wait_after(attempts) for attempts in range(1, 30)]
        assert waits == sorted(waits)
        assert waits[0] == timedelta(seconds=10)
        assert waits[-1] == LONGEST_WAIT

    def test_a_task_has_one_handler(self, handled):
        with pytest.raises(ValueError, match="noted has a handler already"):
            handlers.handles("noted")(lambda *, key, payload: None)


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_outside_a_transaction_nothing_can_be_asked_for(self):
        with pytest.raises(RuntimeError, match="inside the transaction"):
            enqueue(task="noted", key="1", payload={})

    def test_a_change_that_is_rolled_back_takes_its_message_along(self, handled):
        @transaction.atomic
        def change() -> None:
            enqueue(task="noted", key="1", payload={})
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            change()
        assert relay_due() == 0

    def test_a_crash_while_handling_leaves_the_message_to_the_next_worker(self, handled):
        class Crash(BaseException):
            pass

        crashes = [Crash()]

        @handlers.handles("crashing")
        def crashing(*, key: str, payload: dict) -> None:
            if crashes:
                raise crashes.pop()

        put(task="crashing")
        with pytest.raises(Crash):
            relay_due()
        assert OutboxMessage.objects.get().attempts == 0
        assert relay_due() == 1
        assert OutboxMessage.objects.get().done_at

    def test_a_message_in_work_is_skipped_by_other_workers(self, handled):
        working, may_end = threading.Event(), threading.Event()

        @handlers.handles("slow")
        def slow(*, key: str, payload: dict) -> None:
            working.set()
            assert may_end.wait(10)

        def work() -> None:
            relay_due(limit=1)
            connection.close()

        put(task="slow")
        put(task="noted")
        other = threading.Thread(target=work)
        other.start()
        assert working.wait(10)
        assert relay_due() == 1
        assert handled == [("1", {})]
        may_end.set()
        other.join()
        assert OutboxMessage.objects.waiting().count() == 0

    def test_a_commit_pokes_the_worker_once_however_much_it_asks_for(self, handled):
        queue = Redis.from_url(settings.REDIS_URL)
        queue.flushdb()
        with transaction.atomic():
            enqueue(task="noted", key="1", payload={})
            enqueue(task="noted", key="2", payload={})
            assert queue.llen("celery") == 0
        assert queue.llen("celery") == 1
        queue.flushdb()
        queue.close()
        assert relay() == 2

    def test_without_a_broker_the_change_stands_and_waits(self, handled, monkeypatch, caplog):
        def away(*arguments, **options):
            raise ConnectionError("broker away")

        monkeypatch.setattr("portal.outbox.queue.current_app.send_task", away)
        put()
        assert OutboxMessage.objects.waiting().count() == 1
        assert "broker away" in caplog.text
