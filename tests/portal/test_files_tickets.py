"""Tickets: each is good once, for a minute, for one person in one session and one subject (T4)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from portal import clock
from portal.files import tickets
from portal.files.models import Ticket

SUBJECT = "version:12:exact"


def issued(**changes) -> str:
    with transaction.atomic():
        return tickets.issue(**{"user_id": 1, "session_key": "s" * 32, "subject": SUBJECT} | changes)


def redeemed(secret: str, **changes) -> str | None:
    return tickets.redeem(**{"secret": secret, "user_id": 1, "session_key": "s" * 32} | changes)


@pytest.mark.django_db
class TestTickets:
    def test_it_is_good_once(self):
        secret = issued()
        assert redeemed(secret) == SUBJECT
        assert redeemed(secret) is None

    @pytest.mark.parametrize(
        "wrong",
        [{"user_id": 2}, {"session_key": "t" * 32}, {"session_key": ""}, {"subject": "version:13:exact"}],
        ids=["other user", "other session", "no session", "other subject"],
    )
    def test_it_is_good_for_its_reader_alone_who_keeps_it(self, wrong):
        secret = issued()
        assert redeemed(secret, **wrong) is None
        assert redeemed(secret, subject=SUBJECT) == SUBJECT

    @pytest.mark.parametrize(("seconds", "good"), [(59, True), (60, False), (61, False), (9_000, False)])
    def test_it_is_good_for_a_minute(self, seconds, good):
        secret = issued()
        with clock.at(clock.now() + timedelta(seconds=seconds)):
            assert (redeemed(secret) == SUBJECT) is good

    @pytest.mark.parametrize("guess", ["", "x", "a" * 43, "\x00", "\udcff", "é" * 9_000, "' OR 1=1 --"])
    def test_a_guess_is_nothing(self, guess):
        issued()
        assert redeemed(guess) is None

    def test_the_hash_that_is_kept_is_no_ticket(self):
        secret = issued()
        row = Ticket.objects.get()
        assert secret not in (row.secret_hash, row.session_hash)
        assert row.session_hash != "s" * 32
        assert redeemed(row.secret_hash) is None

    def test_no_two_are_alike_and_long_enough_not_to_be_guessed(self):
        secrets = {issued() for _turn in range(50)}
        assert len(secrets) == 50
        assert all(len(secret) == 43 for secret in secrets)

    def test_without_a_session_none_is_issued(self):
        with pytest.raises(ValueError, match="session"):
            issued(session_key="")

    def test_old_ones_go_with_the_next(self):
        issued()
        with clock.at(clock.now() + timedelta(days=2)):
            issued()
        assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_twenty_at_once_exactly_one_wins(self):
        secret, won = issued(), []
        ready = threading.Barrier(20)

        def try_it() -> None:
            ready.wait()
            for _attempt in range(20):
                try:
                    won.append(redeemed(secret))
                    break
                except Exception:
                    continue  # the pool has ten connections
                finally:
                    connection.close()

        threads = [threading.Thread(target=try_it) for _number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won, key=str) == [None] * 19 + [SUBJECT]

    def test_it_is_issued_inside_a_transaction_only_and_gone_with_it(self):
        with pytest.raises(RuntimeError):
            tickets.issue(user_id=1, session_key="s", subject=SUBJECT)
        with transaction.atomic():
            secret = issued()
            transaction.set_rollback(True)
        assert redeemed(secret) is None
