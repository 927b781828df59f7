"""Clearing away contents that no row refers to, such as those of a process that was killed."""

from collections.abc import Iterator
from datetime import timedelta

from portal import clock
from portal.files.models import StoredFile, key_in
from portal.files.storage import documents

# Longer than any transaction that may still write the row.
OLD_ENOUGH = timedelta(days=1)


def sweep() -> int:
    """Delete contents older than a day without a row, and say how many. What was not stored under a key stays."""
    storage, limit, swept = documents(), clock.wall() - OLD_ENOUGH, 0
    for folder in _folders(storage):
        old = {
            key: path
            for path in (f"{folder}/{name}" for name in storage.listdir(folder)[1])
            if (key := key_in(path)) and storage.get_modified_time(path) < limit
        }
        kept = set(StoredFile.objects.filter(key__in=old).values_list("key", flat=True))
        for key in old.keys() - kept:
            storage.delete(old[key])
            swept += 1
    return swept


def _folders(storage) -> Iterator[str]:
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return
    yield from sorted(folders)
