"""Sealing the head anew: after SECRET_KEY was changed, or after an operator has looked into a fault."""

from portal.audit import recording
from portal.audit.chaining import mac, take_turn
from portal.audit.models import AuditEntry, AuditHead
from portal.verbs import verb


@verb(room="desk")
def seal(*, by, reason: str) -> AuditHead:
    """Let the head say what is there now, sealed with the present key; the entry keeps what it said and every fault.

    Faults inside the chain stay to be seen. Only a command of the operator calls this.
    """
    take_turn()
    faults = [f"{fault.entry_id}: {fault.words}" for fault in recording.verify()]
    old = recording.head()
    count = AuditEntry.objects.count()
    last_id, last_hash = AuditEntry.objects.newest_first().values_list("id", "hash").first() or (0, "")
    new, _made = AuditHead.objects.update_or_create(
        pk=AuditHead.ONLY,
        defaults={
            "entries": count,
            "last_id": last_id,
            "last_hash": last_hash,
            "mac": mac(count, last_id, last_hash),
        },
    )
    before = {"head": str(old) if old else None, "faults": faults[:100], "fault_count": len(faults)}
    recording.record(by=by, target=new, reason=reason, before=before, after={"head": str(new)})
    new.refresh_from_db()
    return new
