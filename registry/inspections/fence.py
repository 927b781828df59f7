"""The second fence: the database itself shows rows of reports, versions, releases, requests and findings to their readers alone.

Row-level security looks at settings that last for one transaction (``set_config(…, true)``: the session's form would leak one
party's rows to the next through the pool). Without them nothing of others is there at all.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from agreements.acting import Acting
from portal import clock
from portal.audit import recording
from registry.inspections import audience

_NOBODY = ("0", "{}", "off")
_reader: ContextVar[tuple[str, str, str]] = ContextVar("reader", default=_NOBODY)
_SET = """
    SELECT set_config('concordat.authority', %s, true), set_config('concordat.annexes', %s, true),
           set_config('concordat.everything', %s, true), set_config('concordat.day', %s, true)
"""


@contextmanager
def reading_as(by: Acting) -> Iterator[None]:
    """Inside, in one transaction, the database shows what is for the actor's authority, and what is public."""
    # What the texts say is asked for once; nothing behind the fence changes them.
    with recording.one_reading():
        annexes = ",".join(str(number) for number in sorted(audience.annexes_of(by)))
        with _as((str(by.authority_id or 0), f"{{{annexes}}}", "off")):
            yield


@contextmanager
def reading_everything() -> Iterator[None]:
    """Inside, in one transaction, everything is there: for the portal's own tasks and commands, never for a page."""
    with _as(("0", "{}", "on")):
        yield


@contextmanager
def _as(reader: tuple[str, str, str]) -> Iterator[None]:
    with transaction.atomic():
        outer = _reader.get()
        token = _reader.set(reader)
        _tell(reader)
        try:
            yield
        finally:
            _reader.reset(token)
            if not connection.needs_rollback:
                _tell(outer)


def _tell(reader: tuple[str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [*reader, clock.today().isoformat()])


def fenced(function: Callable) -> Callable:
    """Decorator for whatever reads or writes behind the fence: runs as its keyword argument ``by``."""

    @functools.wraps(function)
    def run(*arguments, by: Acting, **named):
        with reading_as(by):
            return function(*arguments, by=by, **named)

    return run
