"""The life of accreditations, designations and recognitions, as data. ``docs/states.md`` is generated from it."""

from portal.lifecycle import Lifecycle, Transition
from registry.models import Act, JointStage, Stage, State

NONE = "none"

_AUTHORITY = "designating authority"
_REGULATOR = "regulator of the partner"
_ACCREDITOR = "accreditation body"
_CLOCK = "the register, on the day"

_CHANNEL = "FCC, APEC MRA: everything via the designating authority"
_CFR_60 = "21 CFR 26.60; ISO/IEC 17000:2020"
_CFR_68 = "21 CFR 26.68"

ACCREDITATION = Lifecycle(
    name="Accreditation",
    start=NONE,
    states={
        State.ACCREDITED: "the accreditation body attests the body's competence",
        State.SUSPENDED: "for a time it does not",
        State.WITHDRAWN: "ended by decision",
        State.EXPIRED: "ended by time (ISO/IEC 17000:2020, 8.4)",
    },
    transitions=(
        Transition(
            Act.ACCREDIT,
            (NONE, State.WITHDRAWN, State.EXPIRED),
            State.ACCREDITED,
            _ACCREDITOR,
            "ISO/IEC 17011",
        ),
        Transition(Act.SUSPEND, (State.ACCREDITED,), State.SUSPENDED, _ACCREDITOR, "ISO/IEC 17011"),
        Transition(
            Act.RESTORE,
            (State.SUSPENDED,),
            State.ACCREDITED,
            _ACCREDITOR,
            "ISO/IEC 17000:2020, 8.5 (restoration)",
        ),
        Transition(
            Act.RENEW, (State.ACCREDITED, State.EXPIRED), State.ACCREDITED, _ACCREDITOR, "ISO/IEC 17011"
        ),
        Transition(
            Act.WITHDRAW, (State.ACCREDITED, State.SUSPENDED), State.WITHDRAWN, _ACCREDITOR, "ISO/IEC 17011"
        ),
        Transition(
            Act.EXPIRE,
            (State.ACCREDITED, State.SUSPENDED),
            State.EXPIRED,
            _CLOCK,
            "ISO/IEC 17000:2020, 8.4 (expiry)",
        ),
    ),
)

DESIGNATION = Lifecycle(
    name="Designation",
    start=NONE,
    states={
        State.DESIGNATED: "named by its own authority to the partner; counts only together with the partner's recognition",
        State.SUSPENDED: "for a time it does not count",
        State.WITHDRAWN: "ended by decision of its own authority",
        State.EXPIRED: "ended by time",
    },
    transitions=(
        Transition(
            Act.DESIGNATE,
            (NONE, State.DESIGNATED, State.WITHDRAWN, State.EXPIRED),
            State.DESIGNATED,
            _AUTHORITY,
            _CFR_60,
        ),
        Transition(Act.SUSPEND, (State.DESIGNATED,), State.SUSPENDED, _AUTHORITY, _CFR_60),
        Transition(Act.RESTORE, (State.SUSPENDED,), State.DESIGNATED, _AUTHORITY, _CFR_60),
        Transition(
            Act.RESTRICT,
            (State.DESIGNATED,),
            State.DESIGNATED,
            _AUTHORITY,
            "21 CFR 26.70 (scope of procedures)",
        ),
        Transition(
            Act.RENEW, (State.DESIGNATED, State.EXPIRED), State.DESIGNATED, _AUTHORITY, "ASEAN EE MRA booklet"
        ),
        Transition(Act.WITHDRAW, (State.DESIGNATED, State.SUSPENDED), State.WITHDRAWN, _AUTHORITY, _CFR_60),
        Transition(
            Act.EXPIRE,
            (State.DESIGNATED, State.SUSPENDED),
            State.EXPIRED,
            _CLOCK,
            "ISO/IEC 17000:2020, 8.4 (expiry)",
        ),
    ),
)

RECOGNITION = Lifecycle(
    name="Recognition",
    start=NONE,
    states={
        State.AWAITING: "notified to the partner, who has not decided",
        State.RECOGNISED: "the partner accepts results within the recognised lines",
        State.REFUSED: "the partner does not, on documented evidence (21 CFR 26.136)",
        State.CONTESTED: "objected to in writing with reasons; the body may answer",
        State.SUSPENDED: "for a time results do not count",
        State.WITHDRAWN: "ended by decision",
        State.EXPIRED: "ended by time, for example an ASEAN listing after three years",
    },
    transitions=(
        Transition(
            Act.NOTIFY,
            (NONE, State.REFUSED, State.WITHDRAWN, State.EXPIRED, State.AWAITING),
            State.AWAITING,
            _AUTHORITY,
            _CHANNEL,
        ),
        # Further lines of a recognised body come before the partner; those it has recognised stand meanwhile.
        Transition(Act.NOTIFY, (State.RECOGNISED,), State.RECOGNISED, _AUTHORITY, _CHANNEL),
        Transition(
            Act.RECOGNISE,
            (NONE, State.AWAITING, State.CONTESTED, State.RECOGNISED),
            State.RECOGNISED,
            _REGULATOR,
            "FCC; EC/US Joint Committee Decision 40/2011",
        ),
        Transition(
            Act.RECOGNISE_IN_PART,
            (State.AWAITING, State.CONTESTED, State.RECOGNISED),
            State.RECOGNISED,
            _REGULATOR,
            "ISED REC-LAB (scope can be partial)",
        ),
        Transition(Act.REFUSE, (State.AWAITING, State.CONTESTED), State.REFUSED, _REGULATOR, "21 CFR 26.136"),
        Transition(
            Act.CONTEST, (State.AWAITING, State.RECOGNISED), State.CONTESTED, _REGULATOR, "21 CFR 26.67"
        ),
        Transition(
            Act.SUSPEND, (State.RECOGNISED, State.CONTESTED), State.SUSPENDED, _REGULATOR, "21 CFR 26.67"
        ),
        Transition(
            Act.RESTORE,
            (State.SUSPENDED, State.CONTESTED),
            State.RECOGNISED,
            _REGULATOR,
            "ISO/IEC 17000:2020, 8.5 (restoration)",
        ),
        Transition(
            Act.RESTRICT,
            (State.RECOGNISED,),
            State.RECOGNISED,
            _REGULATOR,
            "21 CFR 26.70 (scope of procedures)",
        ),
        Transition(
            Act.RENEW, (State.RECOGNISED, State.EXPIRED), State.RECOGNISED, _REGULATOR, "ASEAN EE MRA booklet"
        ),
        Transition(
            Act.WITHDRAW,
            (State.RECOGNISED, State.SUSPENDED, State.CONTESTED),
            State.WITHDRAWN,
            _REGULATOR,
            _CFR_68,
        ),
        Transition(
            Act.EXPIRE,
            (State.RECOGNISED, State.SUSPENDED),
            State.EXPIRED,
            _CLOCK,
            "ISO/IEC 17000:2020, 8.4 (expiry)",
        ),
    ),
)

_OFFICER = "an officer of the authority"
_SECOND = "a second person of the authority"
_TWO_STAGES = "two people for each decision, as in the UK register of conformity assessment bodies"

PROPOSAL = Lifecycle(
    name="Proposal",
    start=NONE,
    states={
        Stage.DRAFT: "being written; every save is kept",
        Stage.SUBMITTED: "complete, awaiting a second person of the same authority",
        Stage.DECIDED: "carried out: the decision is on record and is not edited any more",
        Stage.DROPPED: "given up; nothing came of it",
    },
    transitions=(
        Transition("draft", (NONE,), Stage.DRAFT, _OFFICER, _TWO_STAGES),
        Transition("revise", (Stage.DRAFT,), Stage.DRAFT, _OFFICER, _TWO_STAGES),
        Transition("submit", (Stage.DRAFT,), Stage.SUBMITTED, _OFFICER, _TWO_STAGES),
        Transition("take_back", (Stage.SUBMITTED,), Stage.DRAFT, _OFFICER, _TWO_STAGES),
        Transition("send_back", (Stage.SUBMITTED,), Stage.DRAFT, _SECOND, _TWO_STAGES),
        Transition("decide", (Stage.SUBMITTED,), Stage.DECIDED, _SECOND, _TWO_STAGES),
        Transition("drop", (Stage.DRAFT, Stage.SUBMITTED), Stage.DROPPED, _OFFICER, _TWO_STAGES),
    ),
)

_COMMITTEE = "EC/US Joint Committee Decision 40/2011: effective at the date of the later signature"

JOINT_DECISION = Lifecycle(
    name="Joint decision",
    start=NONE,
    states={
        JointStage.DRAFT: "written by one side",
        JointStage.OPEN: "before both sides for signature",
        JointStage.EFFECTIVE: "signed by both: effective at the later signature",
        JointStage.DROPPED: "given up before both had signed",
    },
    transitions=(
        Transition("draft", (NONE,), JointStage.DRAFT, _OFFICER, _COMMITTEE),
        Transition("put_to_signature", (JointStage.DRAFT,), JointStage.OPEN, _OFFICER, _COMMITTEE),
        Transition("sign", (JointStage.OPEN,), JointStage.OPEN, "an approver of one side", _COMMITTEE),
        Transition(
            "sign_last", (JointStage.OPEN,), JointStage.EFFECTIVE, "an approver of the other side", _COMMITTEE
        ),
        Transition("drop", (JointStage.DRAFT, JointStage.OPEN), JointStage.DROPPED, _OFFICER, _COMMITTEE),
    ),
)

# Those that end: what is decided, effective or dropped is history.
ENDS = {
    PROPOSAL.name: {Stage.DECIDED, Stage.DROPPED},
    JOINT_DECISION.name: {JointStage.EFFECTIVE, JointStage.DROPPED},
}

ALL = (ACCREDITATION, DESIGNATION, RECOGNITION, PROPOSAL, JOINT_DECISION)
