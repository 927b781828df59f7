"""What a body's people take back: a change of contacts that they proposed and that is not decided yet."""

from agreements.acting import Acting
from portal import clock, permissions
from portal.audit import recording
from portal.verbs import verb
from registry import lifecycles, policies, queueing
from registry.models import Proposal, Representative, Work


@verb(room="desk")
def withdraw_contacts(*, by: Acting, proposal: Proposal) -> Proposal:
    """Take back contacts that the body's own people proposed. It stays on record.

    Raises PermissionDenied for anybody else, NotAllowed when the authority has decided or dropped it.
    """
    found = Proposal.objects.select_for_update(of=["self"]).select_related("body", "opened_by")
    proposal = found.get(pk=proposal.pk)
    own = Representative.objects.filter(body=proposal.body_id, user=proposal.opened_by_id).exists()
    relation = policies.relation_to_body(by, proposal.body) if proposal.body_id and own else "none"
    permissions.check(by, "contacts.propose", relation)
    proposal.stage = lifecycles.PROPOSAL.check(proposal.stage, "drop")
    proposal.ended_at = proposal.changed_at = clock.now()
    proposal.version += 1
    proposal.hands = sorted({*proposal.hands, by.user_id})
    proposal.save()
    queueing.take(by=by, kinds=[Work.DRAFT, Work.APPROVE], proposal=proposal)
    recording.record(by=by, target=proposal, after={"stage": proposal.stage})
    return proposal
