"""Writing the audit chain, reading how far it has come, and verifying it."""

import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from portal import clock, verbs
from portal.audit.models import AuditEntry

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_CHAIN_LOCK = 7_306_520_119

_seen: ContextVar[dict | None] = ContextVar("seen_versions", default=None)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold: the entry's id and what is wrong, in words."""

    entry_id: int
    words: str


@contextmanager
def serving_request(request_id: str):
    """Entries written inside the block carry this request id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def record(*, by, target, target_name: str = "", reason: str = "", before=None, after=None) -> AuditEntry:
    """Write the running verb's audit entry and chain it to the last one.

    ``by`` has ``actor`` and ``authority_code``; ``target`` is a saved model instance. Writers queue on an advisory lock
    held to the end of the transaction, so that the chain has one order. Raises verbs.OutsideVerb outside a verb.
    """
    frame = verbs.current()
    if frame is None:
        raise verbs.OutsideVerb("An audit entry belongs to a verb")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN_LOCK])
    last = AuditEntry.objects.order_by("-id").values_list("hash", flat=True).first()
    entry = AuditEntry(
        at=clock.wall(),
        room=frame.room,
        act=frame.name,
        actor=by.actor,
        authority=by.authority_code or "",
        target_kind=target._meta.label_lower,
        target_id=str(target.pk),
        target_name=(target_name or str(target))[:300],
        reason=reason,
        before=_as_stored(before),
        after=_as_stored(after),
        request_id=_request_id.get(),
        previous_hash=last or "",
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    frame.entries += 1
    return entry


def _as_stored(content: dict | None) -> dict:
    """The content as the database gives it back (dates as text), so that a hash made now holds then."""
    return json.loads(json.dumps(content or {}, cls=DjangoJSONEncoder))


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the hash before it, in a fixed spelling."""
    content = {
        field.name: getattr(entry, field.name)
        for field in AuditEntry._meta.concrete_fields
        if field.name not in ("id", "hash")
    }
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    spelled = json.dumps(
        content, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(spelled.encode()).hexdigest()


def verify() -> list[Fault]:
    """Walk the chain from its first entry and return every place where it does not hold."""
    faults, previous = [], ""
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous_hash != previous:
            faults.append(Fault(entry.id, "does not follow the entry before it"))
        if digest(entry) != entry.hash:
            faults.append(Fault(entry.id, "has other content than when it was written"))
        previous = entry.hash
    return faults


def latest(room: str | None = None) -> int:
    """The id of the newest entry (of one room): grows with every act, so it serves as the register's version."""
    seen = _seen.get()
    if seen is None:
        return _newest(room)
    if not seen:
        # One statement for both versions that a page asks for, so that it sees the register at one moment.
        agreements = AuditEntry.objects.filter(room="agreements").order_by("-id").values("id")[:1]
        newest = AuditEntry.objects.order_by("-id").values_list("id", models.Subquery(agreements)).first()
        seen[None], seen["agreements"] = newest or (0, 0)
    if room not in seen:
        seen[room] = _newest(room)
    return seen[room] or 0


def _newest(room: str | None) -> int:
    entries = AuditEntry.objects.all() if room is None else AuditEntry.objects.filter(room=room)
    return entries.order_by("-id").values_list("id", flat=True).first() or 0


@contextmanager
def one_reading():
    """Inside, the register's versions are read once: for a page that only reads."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)
