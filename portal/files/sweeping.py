"""Clearing away: contents that no row refers to, contents of refused files, tickets that ended; and saying what is lost."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from portal import clock
from portal.files import contents, tickets
from portal.files.models import State, StoredFile, key_in
from portal.files.storage import documents

_log = logging.getLogger(__name__)

# Longer than any transaction that may still write the row.
OLD_ENOUGH = timedelta(days=1)


def sweep() -> int:
    """Delete contents older than a day that nothing refers to, and say how many. What was not stored under a key stays.

    A row whose content is gone is told in the log; no row is ever deleted.
    """
    storage, limit, swept = documents(), clock.wall() - OLD_ENOUGH, 0
    for folder in _folders(storage):
        old = {
            key
            for path in (f"{folder}/{name}" for name in storage.listdir(folder)[1])
            if (key := key_in(path)) and storage.get_modified_time(path) < limit
        }
        for key in old - _kept(old):
            contents.delete(key)
            swept += 1
    tickets.sweep()
    _tell_of_losses()
    return swept


def _kept(names: set[UUID]) -> set[UUID]:
    rows = StoredFile.objects.exclude(state=State.REFUSED).filter(Q(key__in=names) | Q(safe_key__in=names))
    return {name for pair in rows.values_list("key", "safe_key") for name in pair if name}


def _tell_of_losses() -> None:
    rows = StoredFile.objects.exclude(state=State.REFUSED).filter(stored_at__lt=clock.wall() - OLD_ENOUGH)
    for key, safe_key in rows.values_list("key", "safe_key").iterator(chunk_size=2000):
        for name in filter(None, (key, safe_key)):
            if not contents.exists(name):
                _log.error("The content %s of stored file %s is gone from the storage.", name, key)


def _folders(storage) -> Iterator[str]:
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return
    yield from sorted(folders)
