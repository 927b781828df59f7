"""Times in one process: the median of some work, and the statements behind an answer run bare."""

import statistics
import time
from collections.abc import Callable, Iterable

from django.db import connection


def times(work: Callable[[], object], rounds: int, seconds: float = 10) -> list[float]:
    """How long the work took each time, in ms, after two rounds to warm up; fewer rounds when the seconds are over."""
    for _round in range(2):
        work()
    found: list[float] = []
    ends = time.monotonic() + seconds
    while len(found) < rounds and (len(found) < 3 or time.monotonic() < ends):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return found


def median(work: Callable[[], object], rounds: int) -> float:
    """The median time of the work in ms."""
    return statistics.median(times(work, rounds))


def statements(work: Callable[[], object]) -> list[tuple]:
    """The statements that the work sends to the database, each with its parameters."""
    found = []

    def keep(execute, sql, params, many, context):
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        work()
    return found


def bare(sent: Iterable[tuple]) -> Callable[[], None]:
    """Work that sends these statements and fetches all that they give, with nothing around it."""
    sent = list(sent)
    connection.ensure_connection()
    raw = connection.connection

    def run() -> None:
        with raw.cursor() as cursor:
            for sql, params in sent:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()

    return run


def fetched(client, address: str) -> Callable[[], bytes]:
    """Work that gets a page through Django's whole stack, without a web server. Raises ValueError for any but a 200."""

    def run() -> bytes:
        response = client.get(address)
        if response.status_code != 200:
            raise ValueError(f"{address} answers {response.status_code}")
        return response.getvalue()

    return run


def p95(numbers: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(numbers, n=20)[-1]
