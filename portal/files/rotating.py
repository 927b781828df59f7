"""Changing the key-encryption key: every file's own key is wrapped anew, no content is touched."""

from collections import Counter
from collections.abc import Iterator

from django.db import connection
from django.db.models import Count

from portal.audit import recording
from portal.files.keys import ring
from portal.files.models import StoredFile
from portal.files.sealing import NotAuthentic
from portal.verbs import verb

BATCH = 2000


class CannotRotate(Exception):
    """Some keys do not open; the text says which and how many. Nothing was changed."""


def counted() -> Counter:
    """How many files are locked with which key-encryption key."""
    rows = StoredFile.objects.exclude(wrapped_key=b"").values_list("kek").annotate(files=Count("id"))
    return Counter(dict(rows.order_by("kek")))


def outstanding() -> int:
    """How many files are not locked with the first key yet."""
    return sum(files for name, files in counted().items() if name != ring().current)


def check() -> None:
    """Raises CannotRotate in words where a key that files are locked with is not at hand."""
    if not ring().current:
        raise CannotRotate("FILE_KEYS is not set: there is no key to lock with.")
    missing = {name: files for name, files in counted().items() if name not in ring()}
    if missing:
        told = ", ".join(f"{files:,} files are locked with {name}" for name, files in missing.items())
        raise CannotRotate(f"Not in FILE_KEYS: {told}. Put the key back behind the first one, and try again.")


@verb(room="desk")
def rotate(*, by) -> int:
    """Wrap every file's key with the first key-encryption key, all or none; returns how many were wrapped. Raises CannotRotate.

    Only a command of the operator calls this, and only where something is outstanding.
    """
    check()
    before, target = counted(), None
    for rows in _batches():
        _wrap(rows)
        target = target or StoredFile.objects.get(pk=rows[0][0])
    if target is None:
        raise CannotRotate("Nothing is outstanding: every file is locked with the first key.")
    done = sum(files for name, files in before.items() if name != ring().current)
    recording.record(
        by=by,
        target=target,
        target_name="keys of files",
        before={"files_by_key": before},
        after={"files_by_key": counted()},
    )
    return done


def _batches() -> Iterator[list[tuple]]:
    last = 0
    while True:
        rows = list(
            StoredFile.objects.exclude(wrapped_key=b"")
            .exclude(kek=ring().current)
            .filter(id__gt=last)
            .order_by("id")
            .select_for_update()
            .values_list("id", "key", "kek", "wrapped_key")[:BATCH]
        )
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _wrap(rows: list[tuple]) -> None:
    keys, wrapped = ring(), []
    for number, file_key, name, locked in rows:
        try:
            wrapped.append(keys.wrap(keys.unwrap(name, bytes(locked), file_key), file_key)[1])
        except NotAuthentic as error:
            raise CannotRotate(f"{error} (row {number}). Nothing was changed.") from error
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE files_storedfile SET kek = %s, wrapped_key = new.wrapped "
            "FROM unnest(%s::bigint[], %s::bytea[]) AS new(id, wrapped) WHERE files_storedfile.id = new.id",
            [keys.current, [row[0] for row in rows], wrapped],
        )
