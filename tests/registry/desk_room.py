"""What the tests of desks and reminders share: work put on a desk."""

from portal.audit import recording
from portal.verbs import running
from registry.models import Work, WorkItem
from tests.agreements.factories import BY


def put(authority, number: int | str = 1, kind: str = Work.PARTNER, **fields) -> WorkItem:
    """A piece of work on the authority's desk."""
    return put_many(authority, [{"key": f"{kind}:{number}", "kind": kind, **fields}])[0]


def put_many(authority, rows: list[dict]) -> list[WorkItem]:
    """Many pieces of work on the authority's desk, written at once."""
    with running("tests.put", "desk"):
        items = WorkItem.objects.bulk_create(WorkItem(authority=authority, **row) for row in rows)
        recording.record(by=BY, target=authority)
    return items
