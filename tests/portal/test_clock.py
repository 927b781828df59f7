"""The clock that everything asks."""

import datetime as dt
import threading

import pytest

from portal import clock

NOON = dt.datetime(2013, 12, 1, 12, tzinfo=dt.UTC)


def test_now_is_the_present_in_utc():
    before = dt.datetime.now(dt.UTC)
    assert before <= clock.now() <= dt.datetime.now(dt.UTC)
    assert clock.now().tzinfo is dt.UTC


def test_the_clock_stands_inside_and_runs_on_afterwards():
    with clock.at(NOON):
        assert clock.now() == NOON
        assert clock.today() == dt.date(2013, 12, 1)
        with clock.at(NOON + dt.timedelta(days=1)):
            assert clock.today() == dt.date(2013, 12, 2)
        assert clock.now() == NOON
    assert clock.now() > NOON


def test_another_zone_is_told_in_utc():
    late_in_tokyo = dt.datetime(2014, 1, 1, 3, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    with clock.at(late_in_tokyo):
        assert clock.today() == dt.date(2013, 12, 31)


def test_other_threads_keep_the_present():
    seen = []
    with clock.at(NOON):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] > NOON


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.at(dt.datetime(2013, 12, 1)):
        pass
