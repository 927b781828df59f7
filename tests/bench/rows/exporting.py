"""P6: the whole directory as a file against COPY of the same rows, and what it takes of memory."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from registry.models import Body
from tests.bench import loading, serving
from tests.bench.figures import Figure
from tests.bench.running import Bench

PAGE = "/bodies.csv"
# What psql would be asked for: the bodies with what the register shows of them, in the order of the list.
COPY = """
    COPY (
        SELECT body.slug, body.name, body.local_name, economy.code, economy.name, body.local_word, body.website,
            body.is_third_party, body.source_name, body.recorded_at
        FROM registry_body body JOIN agreements_economy economy ON economy.id = body.economy_id ORDER BY body.name, body.id
    ) TO STDOUT WITH (FORMAT csv, HEADER)
"""
MIB = 1024 * 1024


def measure(bench: Bench) -> Iterator[Figure]:
    """The second of two exports counts: the first one fills the caches of both."""
    floor = max(_copied() for _round in range(3))
    with serving.served(serving.PRODUCT) as server:
        try:
            loading.drained(server.address, PAGE)
        except (loading.BadAnswer, OSError) as error:
            yield Figure(
                "P6", "export of all bodies, rows/s ÷ COPY", None, "≥", 0.9, note=f"not answered: {error}"
            )
            return
        idle = server.memory()
        with _watched(server) as most:
            size, first, took = loading.drained(server.address, PAGE)
    # Not lines: an address has several.
    rows = Body.objects.apart().count()
    parts = {
        "rows": rows,
        "rows/s": rows / took,
        "COPY rows/s": floor,
        "MB": size / MIB,
        "first byte ms": first * 1000,
    }
    yield Figure("P6", "export of all bodies, rows/s ÷ COPY", rows / took / floor, "≥", 0.9, parts)
    yield Figure(
        "P6", "export, memory above idle, MB", max(0, most[0] - idle) / MIB, "≤", 50, {"idle MB": idle / MIB}
    )


def _copied() -> float:
    with connection.cursor() as cursor:
        start, lines = time.perf_counter(), 0
        with cursor.copy(COPY) as copy:
            for block in copy:
                lines += bytes(block).count(b"\n")
        return (lines - 1) / (time.perf_counter() - start)


@contextmanager
def _watched(server: serving.Server) -> Iterator[list[int]]:
    """The most memory seen while the block runs, in bytes."""
    most, over = [server.memory()], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            most[0] = max(most[0], server.memory())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()
