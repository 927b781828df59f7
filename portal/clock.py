"""The one clock of the product.

Everything that needs the present asks here, so that a loader can record history as of the day it happened
and a test can stand on any day.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_fixed: ContextVar[dt.datetime | None] = ContextVar("portal_clock_fixed", default=None)


def now() -> dt.datetime:
    """The present moment, aware, in UTC; inside :func:`at` the moment given there."""
    return _fixed.get() or dt.datetime.now(dt.UTC)


def wall() -> dt.datetime:
    """The real moment, also inside :func:`at`: for records of when something was written down."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present day in UTC."""
    return now().date()


@contextmanager
def at(moment: dt.datetime) -> Iterator[dt.datetime]:
    """Let the clock stand at `moment` for the code inside, in this thread or task only.

    Raises ValueError when `moment` carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("The clock needs a moment with a time zone.")
    token = _fixed.set(moment.astimezone(dt.UTC))
    try:
        yield moment
    finally:
        _fixed.reset(token)
