"""The rows of the table of rights that concern proposals, decisions and what authorities exchange."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Role
from agreements.rights import MEMBERS, OWN, WORKERS
from portal.permissions import ANYBODY, Rule, permit

BODY = "its own body"

_APPROVERS = frozenset({Role.APPROVER.value})

permit(
    Rule("desk.see", OWN, MEMBERS, _("see what awaits the authority")),
    Rule("work.assign", OWN, WORKERS, _("give a piece of work to a colleague, and mark notes as seen")),
    Rule("proposal.see", OWN, MEMBERS, _("read the authority's proposals"), keys=True),
    Rule("proposal.write", OWN, WORKERS, _("draft, change, submit, take back and drop proposals"), keys=True),
    Rule("proposal.send_back", OWN, _APPROVERS, _("send a proposal back with remarks")),
    Rule(
        "proposal.decide",
        OWN,
        _APPROVERS,
        _("decide on what another person has submitted: designate, recognise, suspend, withdraw, correct, …"),
        hands=2,
        recent=True,
    ),
    Rule("message.send", OWN, WORKERS, _("ask the other authority, and answer it")),
    Rule("joint.write", OWN, WORKERS, _("write decisions of the joint committee")),
    Rule(
        "joint.sign",
        OWN,
        _APPROVERS,
        _("sign a decision of the joint committee for one side"),
        hands=2,
        recent=True,
    ),
    Rule("representative.invite", OWN, WORKERS, _("invite people of a body, and end their access")),
    Rule("standing.see", BODY, ANYBODY, _("see the body's standing with each partner and what is missing")),
    Rule("contacts.propose", BODY, ANYBODY, _("propose a change to the body's contacts")),
)
