"""The nouns of the registry floor."""

from registry.models.accepted_scope import AcceptedScope, Standing, Verdict
from registry.models.accreditation import Accreditation
from registry.models.body import Body, FormerName, HomeAppointment, Identifier, LoadedFile, Merger, Site
from registry.models.decision import Act, Decision, DecisionLine, OlderResults, State
from registry.models.designation import Designation, Recognition, ScopeLine

__all__ = [
    "AcceptedScope",
    "Accreditation",
    "Act",
    "Body",
    "Decision",
    "DecisionLine",
    "Designation",
    "FormerName",
    "HomeAppointment",
    "Identifier",
    "LoadedFile",
    "Merger",
    "OlderResults",
    "Recognition",
    "ScopeLine",
    "Site",
    "Standing",
    "State",
    "Verdict",
]
