"""What is said in a proposal, and how proposals are told, for programs."""

from portal.endpoints.describing import (
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    body,
    many,
    one_of,
    optional,
    paged,
    shape,
    words,
)
from registry.models import OlderResults, Stage, State, Step
from registry.web.decision_form import ENDING, OF_PARTNERS, ON_LINES, WITH_TERM

LARGEST_ID = 2**63 - 1
_ON_DAY = {"type": "string", "format": "date"}
_LINE = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
_MOST_LINES = 2000
_REASONED = (Step.CONTEST, Step.REFUSE, Step.SUSPEND, Step.WITHDRAW, Step.RESTRICT)
_LINES = {"type": "array", "items": _LINE, "maxItems": _MOST_LINES, "minItems": 1}
_OLDER = [value for value in OlderResults.values if value]


def _terms(step: str) -> tuple[dict, dict]:
    """The fields of a decision that are needed for the step, and those that may be left out."""
    needed = {"effective_on": _ON_DAY}
    further = {"internal_note": words(5000, needed=False), "citation": words(300, needed=False)}
    (needed if step in _REASONED else further)["public_reason"] = words(5000, needed=step in _REASONED)
    if step in WITH_TERM or step in OF_PARTNERS:
        (needed if step == Step.RENEW else further)["until"] = _ON_DAY
    return needed, further


def said(kind: str, step: str) -> dict:
    """The JSON Schema of the body with which a step on such a record is proposed."""
    needed, further = _terms(step)
    if kind != "accreditations" and step in ENDING:
        further |= {"older_results": one_of(_OLDER), "older_results_until": _ON_DAY}
    if kind != "accreditations" and step in ON_LINES:
        (needed if step == Step.RESTRICT else further)["lines"] = _LINES
    if step == Step.RECOGNISE_IN_PART:
        needed["lines"] = _LINES
        needed["refused"] = {**_LINES, "items": body({"line": _LINE, "reason": words(500)})}
    return body(needed, **further, submit=FLAG)


def example(kind: str, step: str) -> dict:
    """A body that could be sent."""
    shown = {
        "effective_on": "2027-01-01",
        "public_reason": "The body asked for it.",
        "until": "2030-01-01",
        "lines": [1],
        "refused": [{"line": 2, "reason": "Not in the accredited scope."}],
        "submit": True,
    }
    schema = said(kind, step)
    return {name: shown[name] for name in schema["properties"] if name in (*schema["required"], "submit")}


PROBLEM_FOUND = shape(section=TEXT, field=TEXT, message=TEXT)
RECEIPT = shape(
    id=NUMBER,
    step=one_of(Step.values),
    stage=one_of(Stage.values),
    version=NUMBER,
    address=TEXT,
    page=TEXT,
)
_SHORT = {
    "id": NUMBER,
    "step": one_of(Step.values),
    "stage": one_of(Stage.values),
    "version": NUMBER,
    "body": optional(shape(id=NUMBER, name=TEXT, slug=TEXT)),
    "designation": optional(NUMBER),
    "recognition": optional(NUMBER),
    "accreditation": optional(NUMBER),
    "decision": optional(NUMBER),
    "annex": optional(TEXT),
    "opened_at": MOMENT,
    "opened_by": TEXT,
    "changed_at": MOMENT,
    "submitted_by": optional(TEXT),
    "decided_by": optional(TEXT),
    "made": optional(NUMBER),
    "page": TEXT,
}
PROPOSALS = paged(shape(**_SHORT))
PROPOSAL = shape(
    **_SHORT,
    content={"type": "object", "additionalProperties": True},
    missing=many(PROBLEM_FOUND),
    remarks=many(shape(field=TEXT, words=TEXT, at=MOMENT, version=NUMBER)),
)
ACCREDITATION = shape(
    id=NUMBER,
    body=shape(id=NUMBER, name=TEXT, slug=TEXT),
    accreditation_body=TEXT,
    reference=TEXT,
    standard=TEXT,
    state={"type": ["string", "null"], "enum": [*State.values, None]},
)
ACCREDITATIONS = paged(ACCREDITATION)
NOTHING = body()
DROPPING = body(reason=words(500, needed=False))
