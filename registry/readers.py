"""Who may still read a notice of the registry: asked whenever it is shown or sent, one query each."""

from django.db.models import Exists, OuterRef, Q

from agreements.models import RoleGrant
from portal.notices import gates
from portal.notices.models import Notice
from registry.models import Proposal, Representative, WorkItem


def register() -> None:
    """Register a gate for every kind of notice that this room tells."""
    gates.gate("work.", _works_on(WorkItem))
    gates.gate("reminder.", _works_on(WorkItem))
    gates.gate("proposal.", _works_on(Proposal))
    gates.gate("proposal.sent_back", _wrote_it)
    gates.gate("standing.", _has_a_role)
    gates.gate("standing.changed", _represents_the_body)


def _roles(user_id: int, notice: Notice):
    return RoleGrant.objects.in_force().filter(
        membership__user_id=user_id, membership__authority__code=notice.authority_code
    )


def _has_a_role(user_id: int, notice: Notice) -> bool:
    return _roles(user_id, notice).exists()


def _works_on(model) -> gates.Gate:
    """Let those in who hold a role at the authority to which the thing belongs."""

    def gate(user_id: int, notice: Notice) -> bool:
        if not notice.target_id.isdecimal():
            return False
        its = model.objects.filter(pk=notice.target_id, authority=OuterRef("membership__authority"))
        return _roles(user_id, notice).filter(Exists(its)).exists()

    return gate


def _wrote_it(user_id: int, notice: Notice) -> bool:
    """A member, or whoever put it forward for a body and still represents it."""
    if not notice.target_id.isdecimal():
        return False
    member = Exists(_roles(user_id, notice).filter(membership__authority=OuterRef("authority")))
    represents = Exists(Representative.objects.running().filter(user_id=user_id, body=OuterRef("body")))
    may = member | Q(represents, opened_by=user_id)
    return Proposal.objects.filter(may, pk=notice.target_id).exists()


def _represents_the_body(user_id: int, notice: Notice) -> bool:
    if not notice.target_id.isdecimal():
        return False
    return Representative.objects.running().filter(user_id=user_id, body_id=notice.target_id).exists()
