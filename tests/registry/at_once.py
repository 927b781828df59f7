"""Many people at the same moment, each with a database connection of their own, for tests."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

MOST = 55


@contextmanager
def patience():
    """Connections for all at once, which wait as long as a busy machine takes: what is tried is order, not speed."""
    options = connection.settings_dict["OPTIONS"]
    kept = {name: options[name] for name in ("options", "pool")}
    connection.close()
    connection.close_pool()
    options["options"] = "-c lock_timeout=60000 -c statement_timeout=60000"
    options["pool"] = {"min_size": 1, "max_size": MOST, "timeout": 60}
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        options.update(kept)


def at_once(tries: list[Callable]) -> list:
    """What each of these functions returns, all begun at the same moment, in the order of the list."""
    start = threading.Barrier(len(tries))

    def one(attempt: Callable):
        try:
            start.wait(timeout=60)
            return attempt()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tries)) as threads:
        return list(threads.map(one, tries))
