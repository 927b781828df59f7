"""Making the day's dump, and clearing away old ones.

A dump is written from one snapshot of the database, file by file, and listed when all of it is in place: whoever is killed
before leaves nothing that anybody can see, and the next run writes it anew.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction

from agreements.acting import Acting
from portal import clock, signatures
from portal.audit import recording
from portal.files.storage import documents
from portal.verbs import verb
from registry.opendata import policies, writing
from registry.opendata.models import Dump
from registry.opendata.writing import Written

_log = logging.getLogger(__name__)

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_ONE_AT_A_TIME = 5_920_417_733
# Longer than any dump takes: what lies unlisted for so long, nobody is writing any more.
_STALE = timedelta(days=2)


class BeingMade(Exception):
    """Another process is making a dump at this moment."""


def make_todays(*, by: Acting) -> Dump | None:
    """Make the dump of today (UTC), unless there is one: then None. Raises BeingMade and StorageFailed."""
    with _alone():
        if Dump.objects.filter(day=clock.today()).exists():
            return None
        with _snapshot():
            written = writing.write_tables()
        writing.seal(written)
        dump = publish_dump(by=by, written=written)
        clear_away(by=by)
        return dump


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process at a time gets in; the lock goes with the connection when that process is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            raise BeingMade("Another process is making a dump.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


@contextmanager
def _snapshot() -> Iterator[None]:
    """Every statement inside sees the database at one moment, and takes the time that it needs."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield


@verb
def publish_dump(*, by: Acting, written: Written) -> Dump:
    """List a dump whose files are all in place."""
    policies.check_may_keep_dumps(by)
    dump = Dump.objects.create(
        day=written.day,
        made_at=written.made_at,
        register_version=written.register_version,
        key_id=signatures.key_id(),
        samples=written.samples,
        files=written.files,
    )
    recording.record(by=by, target=dump, after={"files": len(written.files), "bytes": dump.size})
    return dump


def clear_away(*, by: Acting) -> None:
    """Remove the dumps that are kept no longer, and what unfinished ones have left."""
    for dump in Dump.objects.outdated():
        withdraw_dump(by=by, dump=dump)
    listed = {str(day) for day in Dump.objects.values_list("day", flat=True)}
    for folder in _folders() - listed:
        if _is_stale(folder):
            _remove(folder)


@verb
def withdraw_dump(*, by: Acting, dump: Dump) -> None:
    """Take a dump off the list. Its files go afterwards: what is listed is always there."""
    policies.check_may_keep_dumps(by)
    recording.record(by=by, target=dump, before={"files": len(dump.files), "bytes": dump.size})
    dump.delete()


def _folders() -> set[str]:
    try:
        return set(documents().listdir(writing.FOLDER)[0])
    except FileNotFoundError:
        return set()


def _is_stale(folder: str) -> bool:
    """A dump that was taken off the list, or never came on it."""
    try:
        day = date.fromisoformat(folder)
    except ValueError:
        return False
    return day < clock.today() - _STALE


def _remove(folder: str) -> None:
    place = f"{writing.FOLDER}/{folder}"
    for name in documents().listdir(place)[1]:
        documents().delete(f"{place}/{name}")
    documents().delete(place)
    _log.info("The files of the dump of %s were removed.", folder)
