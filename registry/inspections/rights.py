"""The rows of the table of rights that concern inspections, requests, releases, commitments and alerts."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Role
from agreements.rights import MEMBERS, OWN, WORKERS
from portal.permissions import Rule, permit

_APPROVERS = frozenset({Role.APPROVER.value})
_RELEASERS = frozenset({Role.RELEASER.value})

RULES = (
    Rule(
        "inspection.see",
        OWN,
        MEMBERS,
        _("see inspections, documents and requests that concern the authority"),
        keys=True,
    ),
    Rule(
        "inspection.record", OWN, WORKERS, _("record facilities, inspections and findings, also from a file")
    ),
    Rule("document.file", OWN, WORKERS, _("file official documents and their versions")),
    Rule(
        "document.download",
        OWN,
        MEMBERS,
        _("download documents of the own authority and those released to it"),
    ),
    Rule(
        "request.write",
        OWN,
        WORKERS,
        _("ask another authority for a report, ask and answer about it, withdraw"),
        keys=True,
    ),
    Rule(
        "request.answer",
        OWN,
        WORKERS | _RELEASERS,
        _("acknowledge, agree to or refuse what another authority asks"),
        keys=True,
    ),
    Rule("release.propose", OWN, WORKERS | _RELEASERS, _("propose to release a version, and give that up")),
    Rule(
        "release.decide",
        OWN,
        _RELEASERS,
        _("release to another authority, or to everybody, what a colleague has proposed"),
        hands=2,
        recent=True,
    ),
    Rule("release.revoke", OWN, _RELEASERS | _APPROVERS, _("revoke a release")),
    Rule(
        "reception.change", OWN, _APPROVERS, _("say whether the authority takes files that were not scanned")
    ),
    Rule("onward.ask", OWN, WORKERS, _("ask the giver before passing a document on")),
    Rule(
        "onward.answer",
        OWN,
        _RELEASERS | _APPROVERS,
        _("answer whether a document may be passed on"),
        recent=True,
    ),
    Rule(
        "commitment.write",
        OWN,
        WORKERS,
        _("write down a confidentiality commitment that another authority gave"),
    ),
    Rule(
        "commitment.confirm",
        OWN,
        _APPROVERS,
        _("confirm a commitment that a colleague wrote down"),
        hands=2,
        recent=True,
    ),
    Rule("commitment.end", OWN, _APPROVERS, _("end a commitment, given or received")),
    Rule("alert.send", OWN, _APPROVERS | _RELEASERS, _("send a rapid alert, and close it"), recent=True),
    Rule("alert.acknowledge", OWN, WORKERS | _RELEASERS, _("acknowledge a rapid alert")),
)


def register() -> None:
    """Put the rows into the table of rights."""
    permit(*RULES)
