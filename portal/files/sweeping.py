"""Clearing away: contents that no row refers to, contents of refused files, tickets that ended; and saying what is lost."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from portal import clock
from portal.files import contents
from portal.files.models import State, StoredFile, Ticket, key_in

_log = logging.getLogger(__name__)

# Longer than any transaction that may still write the row.
OLD_ENOUGH = timedelta(days=1)


def sweep() -> int:
    """Delete contents older than a day that nothing refers to, and say how many. What was not stored under a key stays.

    A row whose content is gone is told in the log; no row is ever deleted.
    """
    limit, swept = clock.wall() - OLD_ENOUGH, 0
    for _folder, lying in contents.lying():
        old = {key_in(place): place for place, written in lying if written < limit and key_in(place)}
        for key in old.keys() - _kept(old.keys()):
            contents.delete(old[key])
            swept += 1
    Ticket.objects.filter(expires_at__lt=limit).delete()
    _tell_of_losses()
    return swept


def _kept(names: Iterable[UUID]) -> set[UUID]:
    rows = StoredFile.objects.exclude(state=State.REFUSED).filter(Q(key__in=names) | Q(safe_key__in=names))
    return {name for pair in rows.values_list("key", "safe_key") for name in pair if name}


def _tell_of_losses() -> None:
    rows = StoredFile.objects.exclude(state=State.REFUSED).filter(stored_at__lt=clock.wall() - OLD_ENOUGH)
    for stored in rows.iterator(chunk_size=2000):
        for path in filter(None, (stored.path, stored.safe_path)):
            if not contents.exists(path):
                _log.error("The content of stored file %s is gone from the storage.", stored.key)
