"""A person's notices as they see them: newest first, without what they may no longer read."""

from dataclasses import dataclass

from django.db.models import Count, Max

from portal import clock
from portal.accounts.models import User
from portal.notices import gates
from portal.notices.models import Notice

SIZE = 25
# How many batches one page looks through for readable notices before it ends with a link to what is older.
LOOKS = 4


@dataclass(frozen=True)
class UnreadState:
    """How many notices are unread, and the id of the newest of them (None when there is none)."""

    count: int
    newest: int | None


@dataclass(frozen=True)
class NoticePage:
    """Notices of one page; ``older`` is the mark of the next page, None on the last."""

    notices: list[Notice]
    older: int | None


def unread_count(user: User) -> int:
    """How many notices the person has not read. One query; the gates are not asked."""
    return Notice.objects.of(user.pk).unread().count()


def unread_state(user: User) -> UnreadState:
    """What "mark all as read" would speak of; one query."""
    found = Notice.objects.of(user.pk).unread().aggregate(count=Count("id"), newest=Max("id"))
    return UnreadState(**found)


def page(user: User, *, unread: bool, before: int | None = None) -> NoticePage:
    """One page of what the person may still read; with ``before``, what is older than the notice of that id."""
    rows = Notice.objects.of(user.pk)
    rows = rows.unread() if unread else rows
    found: list[Notice] = []
    for _look in range(LOOKS):
        batch = list(rows.latest_before(before)[: SIZE + 1])
        for notice in batch:
            if not gates.may_read(user.pk, notice):
                continue
            if len(found) == SIZE:
                return NoticePage(found, found[-1].id)
            found.append(notice)
        if len(batch) <= SIZE:
            return NoticePage(found, None)
        before = batch[-1].id
    return NoticePage(found, before)


def mark_read(user: User, notice_id: int) -> bool:
    """Mark one notice as read; False when the person has none with that id or may not read it."""
    notice = Notice.objects.of(user.pk).filter(id=notice_id).first()
    if notice is None or not gates.may_read(user.pk, notice):
        return False
    Notice.objects.filter(id=notice.id).unread().update(read_at=clock.now())
    return True


def mark_all_read(user: User, *, until: int) -> int:
    """Mark everything up to the notice with that id as read, so that what came meanwhile stays unread."""
    return Notice.objects.of(user.pk).unread().filter(id__lte=until).update(read_at=clock.now())
