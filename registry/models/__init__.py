"""The nouns of the registry floor."""

from registry.models.accepted_scope import AcceptedScope, Standing, Verdict
from registry.models.accreditation import Accreditation
from registry.models.attachment import Attachment
from registry.models.body import Body, FormerName, HomeAppointment, Identifier, LoadedFile, Merger, Site
from registry.models.contact import Contact, Representative
from registry.models.decision import Act, Decision, DecisionLine, OlderResults, State
from registry.models.designation import Designation, Recognition, ScopeLine
from registry.models.exchange import Message, MessageKind
from registry.models.joint import JointDecision, JointStage, Signature
from registry.models.proposal import Proposal, Remark, Stage, Step
from registry.models.search import SearchRow
from registry.models.work import Work, WorkItem

__all__ = [
    "AcceptedScope",
    "Accreditation",
    "Act",
    "Attachment",
    "Body",
    "Contact",
    "Decision",
    "DecisionLine",
    "Designation",
    "FormerName",
    "HomeAppointment",
    "Identifier",
    "JointDecision",
    "JointStage",
    "LoadedFile",
    "Merger",
    "Message",
    "MessageKind",
    "OlderResults",
    "Proposal",
    "Recognition",
    "Remark",
    "Representative",
    "ScopeLine",
    "SearchRow",
    "Signature",
    "Site",
    "Stage",
    "Standing",
    "State",
    "Step",
    "Verdict",
    "Work",
    "WorkItem",
]
