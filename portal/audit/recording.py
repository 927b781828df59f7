"""Writing the audit chain, reading how far it has come, and verifying it."""

import json
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from portal import clock, verbs
from portal.audit.chaining import Fault, Walk, digest, is_sealed, mac, take_turn
from portal.audit.models import AuditEntry, AuditHead

# The rooms whose acts change what the public is told.
PUBLIC_ROOMS = ("agreements", "registry")

_seen: ContextVar[dict | None] = ContextVar("seen_versions", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def serving_request(request_id: str):
    """Entries written inside the block carry this request id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def record(*, by, target, target_name: str = "", reason: str = "", before=None, after=None) -> AuditEntry:
    """Write the running verb's audit entry, chain it to the last one and move the head.

    ``by`` has ``actor`` and ``authority_code``, and for a person ``user_key``; ``target`` is a saved model instance.
    Writers queue on an advisory lock held to the end of the transaction, so that the chain has one order. Raises
    verbs.OutsideVerb outside a verb.
    """
    frame = verbs.current()
    if frame is None:
        raise verbs.OutsideVerb("An audit entry belongs to a verb")
    take_turn()
    head = AuditHead.objects.filter(pk=AuditHead.ONLY).first() or _found()
    entry = AuditEntry(
        at=clock.wall(),
        room=frame.room,
        act=frame.name,
        actor=by.actor,
        actor_key=str(getattr(by, "user_key", "") or ""),
        authority=by.authority_code or "",
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        target_name=(target_name or str(target))[:300],
        reason=reason,
        before=_as_stored(before),
        after=_as_stored(after),
        request_id=_request_id.get(),
        previous_hash=head.last_hash,
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    _move(head, entry)
    frame.entries += 1
    return entry


def is_on_record(*, act: str, by, target, since) -> bool:
    """Whether the actor's entry of that act about the target was written since that moment."""
    return AuditEntry.objects.filter(
        act=act,
        actor_key=str(by.user_key),
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        at__gte=since,
    ).exists()


def _as_stored(content: dict | None) -> dict:
    """The content as the database gives it back (dates as text), so that a hash made now holds then."""
    return json.loads(json.dumps(content or {}, cls=DjangoJSONEncoder))


def _found() -> AuditHead:
    """A head, not sealed, in place of one that was taken away: work goes on, and the fault stays to be seen."""
    last_id, last_hash = AuditEntry.objects.newest_first().values_list("id", "hash").first() or (0, "")
    return AuditHead.objects.create(entries=AuditEntry.objects.count(), last_id=last_id, last_hash=last_hash)


def _move(head: AuditHead, entry: AuditEntry) -> None:
    """Let the head point to the entry. One that was not sealed stays so: a forged head is not made good by going on."""
    sealed = is_sealed(head)
    entries = head.entries + 1
    AuditHead.objects.filter(pk=head.pk).update(
        entries=entries,
        last_id=entry.id,
        last_hash=entry.hash,
        mac=mac(entries, entry.id, entry.hash) if sealed else "",
    )


def head() -> AuditHead | None:
    """How far the chain has come."""
    return AuditHead.objects.filter(pk=AuditHead.ONLY).first()


def verify(expected: tuple[int, str] | None = None) -> list[Fault]:
    """Walk the chain from its first entry to its head and return every place where it does not hold.

    ``expected`` is an older head kept elsewhere, as number of entries and last hash: it must lie inside the chain.
    """
    walk = Walk(expected)
    walk.over(AuditEntry.objects.order_by("id").iterator(chunk_size=2000))
    with transaction.atomic():
        # What was written during the walk, and the head that belongs to it.
        take_turn()
        walk.over(AuditEntry.objects.filter(id__gt=walk.last_id).order_by("id").iterator(chunk_size=2000))
        walk.arrive(head())
    return walk.faults


def latest(room: str | None = None) -> int:
    """The id of the newest entry that changes what the public is told, or of one room's newest entry.

    It grows with every such act, so it serves as the register's version.
    """
    seen = _seen.get()
    if seen is None:
        return _newest(PUBLIC_ROOMS if room is None else (room,))[0]
    if not seen:
        # One statement for both versions that a page asks for, so that it sees the register at one moment.
        newest = _newest(PUBLIC_ROOMS)
        seen.update(zip((None, *PUBLIC_ROOMS), newest, strict=True))
    if room not in seen:
        seen[room] = _newest((room,))[0]
    return seen[room]


def _newest(rooms: tuple[str, ...]) -> list[int]:
    """The newest id in all of the rooms together and in each; one look at the end of an index for each."""
    one = "(SELECT coalesce(max(id), 0) FROM audit_auditentry WHERE room = %s)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([one] * len(rooms)), rooms)
        found = cursor.fetchone()
    return [max(found), *found]


def as_of(moment) -> int:
    """What ``latest`` was at that moment: 0 before the first act on record."""
    one = "coalesce((SELECT id FROM audit_auditentry WHERE room = %s AND at <= %s ORDER BY at DESC, id DESC LIMIT 1), 0)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT greatest({', '.join([one] * len(PUBLIC_ROOMS))})",
            [value for room in PUBLIC_ROOMS for value in (room, moment)],
        )
        return cursor.fetchone()[0]


@contextmanager
def one_reading():
    """Inside, the register's versions are read once, also by readings within it: for a page that only reads."""
    if _seen.get() is not None:
        yield
        return
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)
