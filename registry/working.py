"""Verbs on what awaits an authority: give a piece of work to somebody, mark a note as seen."""

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.rights import OWN, WORKERS
from portal import clock, permissions
from portal.accounts.models import User
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.notices.models import Category
from portal.notices.telling import tell
from portal.verbs import verb
from registry import desking, queueing
from registry.models import WorkItem


@verb(room="desk")
def assign(*, by: Acting, item: WorkItem, to: User | None) -> WorkItem:
    """Give a waiting piece of work to a member who drafts or decides, or (None) back to everybody.

    Whoever gets it from somebody else is told. Raises PermissionDenied when the actor may not, NotAllowed when the work is
    done already or the person does not work at the authority.
    """
    item = _locked(by, item)
    if to is not None and to.pk not in queueing.members(item.authority, WORKERS):
        raise NotAllowed(_("Give it to somebody who is an editor or approver of the authority today."))
    before, item.assigned_to = item.assigned_to, to
    item.save(update_fields=["assigned_to"])
    recording.record(
        by=by,
        target=item,
        before={"assigned_to": before.name if before else None},
        after={"assigned_to": to.name if to else None},
    )
    if to is not None and to != before and to.pk != by.user_id:
        _tell(by, item, to)
    return item


@verb(room="desk")
def see(*, by: Acting, item: WorkItem) -> WorkItem:
    """Take a note off the desk: it told of something, and nothing else has to be done.

    Raises NotAllowed for what is closed by doing the work.
    """
    item = _locked(by, item)
    if item.kind not in desking.SEEN_BY_HAND:
        raise NotAllowed(_("This goes from the desk when the work is done."))
    item.closed_at, item.closed_by = clock.now(), by.actor
    item.save(update_fields=["closed_at", "closed_by"])
    recording.record(by=by, target=item, after={"seen": True})
    return item


def _locked(by: Acting, item: WorkItem) -> WorkItem:
    """The item, locked and still waiting. Raises PermissionDenied or NotAllowed."""
    rows = WorkItem.objects.select_for_update(of=["self"]).select_related("authority", "assigned_to")
    item = rows.get(pk=item.pk)
    permissions.check(by, "work.assign", OWN if by.authority_id == item.authority_id else "none")
    if item.closed_at is not None:
        raise NotAllowed(_("Somebody has done this already."))
    return item


def _tell(by: Acting, item: WorkItem, to: User) -> None:
    tell(
        users=[to.pk],
        key=f"work:{item.pk}:to:{to.pk}:{clock.now().isoformat()}",
        kind="work.assigned",
        category=Category.QUEUE,
        words=_("%(who)s gave you: %(what)s: %(about)s")
        % {"who": by.actor, "what": item.get_kind_display(), "about": item.about},
        link=f"/desk/work/{item.pk}/",
        target_kind="workitem",
        target_id=str(item.pk),
        authority_code=item.authority.code,
    )
