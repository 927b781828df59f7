"""A silent database does not hold a visitor."""

import time

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from portal.connections import GRACE_SECONDS, connection_class


@pytest.fixture
def address():
    database = settings.DATABASES["default"]
    return {"host": database["HOST"], "user": database["USER"], "dbname": database["NAME"]}


@pytest.mark.django_db
def test_a_slow_statement_is_ended_by_the_server():
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = '50ms'")
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("select pg_sleep(5)")


@pytest.mark.django_db
def test_the_limits_reach_the_server():
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("4s", "3s")


def test_a_server_that_says_nothing_is_given_up(address):
    with connection_class(0.2).connect(**address) as silent:
        started = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            silent.execute("select pg_sleep(5)")
        assert time.monotonic() - started < 0.2 + GRACE_SECONDS + 0.5
        assert silent.closed


def test_an_ordinary_error_keeps_the_connection(address):
    with connection_class(5).connect(**address) as lively:
        with pytest.raises(psycopg.errors.DivisionByZero):
            lively.execute("select 1/0")
        lively.rollback()
        assert lively.execute("select 1").fetchone() == (1,)


def test_without_a_limit_nothing_is_given_up():
    assert connection_class(0) is psycopg.Connection
