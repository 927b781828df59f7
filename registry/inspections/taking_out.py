"""Taking requests or inspections out of the portal as a file: an act on record."""

from collections.abc import Mapping

from agreements.acting import Acting
from agreements.models import Authority
from agreements.rights import OWN
from portal import permissions
from portal.audit import recording
from portal.verbs import verb
from registry.inspections import requested
from registry.inspections.fence import fenced
from registry.inspections.requested import Row, Sought

_QUERY_CHARACTERS = 200


@verb(room="desk")
@fenced
def take_out_requests(*, by: Acting, sought: Sought, query: Mapping[str, str]) -> list[Row]:
    """All rows of a list of requests. ``query`` is what was asked, for the record. Raises PermissionDenied."""
    _check(by)
    rows = requested.every_row(by, sought)
    _record(by, "requests", len(rows), query)
    return rows


@verb(room="desk")
def take_out_inspections(*, by: Acting, count: int, query: Mapping[str, str]) -> None:
    """Put on record that a member takes out so many inspections, the public ones among them. Raises PermissionDenied."""
    _check(by)
    _record(by, "inspections", count, query)


def _check(by: Acting) -> None:
    permissions.check(by, "inspection.see", OWN if by.authority_id else "none")


def _record(by: Acting, what: str, count: int, query: Mapping[str, str]) -> None:
    recording.record(
        by=by,
        target=Authority.objects.get(pk=by.authority_id),
        after={
            what: count,
            "query": {name[:40]: str(value)[:_QUERY_CHARACTERS] for name, value in query.items()},
        },
    )
