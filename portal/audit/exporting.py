"""Taking the record out of the portal: its own right, and itself an act on record."""

from collections.abc import Mapping

from portal import permissions
from portal.audit import recording
from portal.audit.models import AuditEntryQuerySet, AuditHead
from portal.verbs import verb

_QUERY_CHARACTERS = 200


@verb(room="desk")
def export(*, by, entries: AuditEntryQuerySet, query: Mapping[str, str]) -> AuditEntryQuerySet:
    """Of ``entries`` those that ``by`` may take out, the newest first, up to the entry that records this.

    ``query`` is what was asked, for the record. Raises PermissionDenied.
    """
    relation = "operator" if by.is_operator else "own authority"
    permissions.check(by, "audit.export", relation)
    found = entries.visible_to(by)
    recorded = recording.record(
        by=by,
        target=AuditHead(pk=AuditHead.ONLY),
        target_name="Audit entries",
        after={
            "entries": found.count(),
            "query": {name: str(value)[:_QUERY_CHARACTERS] for name, value in query.items()},
        },
    )
    return found.filter(pk__lt=recorded.pk).newest_first()
