"""The life of requests and releases, as data. ``docs/states.md`` is generated from it."""

from portal.lifecycle import Lifecycle, Transition
from registry.inspections.models import ReleaseStage, RequestStage

NONE = "none"

_ASKING = "an officer of the authority that asks"
_ASKED = "an officer of the authority that is asked"
_GIVER = "an officer of the giver"
_CFR_13, _CFR_14 = "21 CFR 26.13 (post-approval reports)", "21 CFR 26.14 (pre-approval reports)"
_COMMITMENTS = "FDA confidentiality commitments: the giver decides what is shared and marks it"
_TWO = "two people for each release, as for each decision (ADR 35)"

REQUEST = Lifecycle(
    name="Report request",
    start=NONE,
    states={
        RequestStage.SENT: "before the authority that is asked; the limit runs",
        RequestStage.ACKNOWLEDGED: "received, and whether it can be done is being looked at",
        RequestStage.AGREED: "the report, or the inspection, is promised",
        RequestStage.AGREED_IN_PART: "a redacted version, or part of what was asked, is promised",
        RequestStage.SHARED: "released to the authority that asked",
        RequestStage.REFUSED: "refused, with the ground",
        RequestStage.WITHDRAWN: "taken back by the authority that asked",
    },
    transitions=(
        Transition("ask", (NONE,), RequestStage.SENT, _ASKING, _CFR_13),
        Transition("acknowledge", (RequestStage.SENT,), RequestStage.ACKNOWLEDGED, _ASKED, _CFR_14),
        Transition(
            "agree", (RequestStage.SENT, RequestStage.ACKNOWLEDGED), RequestStage.AGREED, _ASKED, _CFR_14
        ),
        Transition(
            "agree_in_part",
            (RequestStage.SENT, RequestStage.ACKNOWLEDGED),
            RequestStage.AGREED_IN_PART,
            _ASKED,
            _COMMITMENTS,
        ),
        Transition(
            "refuse",
            (RequestStage.SENT, RequestStage.ACKNOWLEDGED, RequestStage.AGREED, RequestStage.AGREED_IN_PART),
            RequestStage.REFUSED,
            _ASKED,
            _CFR_14,
        ),
        Transition(
            "share", (RequestStage.AGREED, RequestStage.AGREED_IN_PART), RequestStage.SHARED, _ASKED, _CFR_13
        ),
        Transition("withdraw", tuple(RequestStage.running()), RequestStage.WITHDRAWN, _ASKING, _CFR_14),
    ),
)

RELEASE = Lifecycle(
    name="Release",
    start=NONE,
    states={
        ReleaseStage.PROPOSED: "before a second person of the giver",
        ReleaseStage.RELEASED: "readable by the receiver while annex and commitment hold",
        ReleaseStage.DROPPED: "given up before it was released",
        ReleaseStage.REVOKED: "ended by the giver; the next request is refused",
    },
    transitions=(
        Transition("propose", (NONE,), ReleaseStage.PROPOSED, _GIVER, _COMMITMENTS),
        Transition(
            "release", (ReleaseStage.PROPOSED,), ReleaseStage.RELEASED, "a second person of the giver", _TWO
        ),
        Transition("drop", (ReleaseStage.PROPOSED,), ReleaseStage.DROPPED, _GIVER, _TWO),
        Transition("revoke", (ReleaseStage.RELEASED,), ReleaseStage.REVOKED, _GIVER, _COMMITMENTS),
    ),
)

ENDS = {
    REQUEST.name: {RequestStage.SHARED, RequestStage.REFUSED, RequestStage.WITHDRAWN},
    RELEASE.name: {ReleaseStage.DROPPED, ReleaseStage.REVOKED},
}

ALL = (REQUEST, RELEASE)
