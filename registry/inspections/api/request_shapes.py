"""What is said about requests for reports, and how they are told, for programs."""

from portal.endpoints.describing import (
    DAY,
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
from registry.inspections import following
from registry.inspections.models import DocumentKind, RequestAct, RequestStage, Wanted

_ON_DAY = {"type": "string", "format": "date"}
_ID = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
_CODE = {"type": "string", "maxLength": 80, "pattern": "^[-A-Za-z0-9_]+$"}
WORDS = words(following.LONGEST)
MAYBE_WORDS = words(following.LONGEST, needed=False)
AUTHORITY = shape(code=TEXT, name=TEXT)
FACILITY = shape(key=TEXT, name=TEXT)
MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}

_SHORT = {
    "number": TEXT,
    "side": one_of(("made", "received")),
    "partner": AUTHORITY,
    "annex": TEXT,
    "facility": FACILITY,
    "wanted": one_of(Wanted.values),
    "stage": one_of(RequestStage.values),
    "version": NUMBER,
    "asked_at": MOMENT,
    "due_on": DAY,
    "due_source": TEXT,
    "late": FLAG,
    "acknowledged_at": MAYBE_MOMENT,
    "answered_at": MAYBE_MOMENT,
    "ended_at": MAYBE_MOMENT,
    "relied_on_at": MAYBE_MOMENT,
    "page": TEXT,
}
REQUESTS = paged(shape(**_SHORT))
REQUEST = shape(
    **_SHORT,
    inspection=optional(NUMBER),
    document=optional(NUMBER),
    kinds=many(one_of(DocumentKind.values)),
    pre_approval=FLAG,
    purpose=TEXT,
    answer=TEXT,
    acknowledge_by=DAY,
    proposed_day=DAY,
    proposed_by=optional(TEXT),
    history=many(
        shape(
            id=NUMBER,
            act=one_of(RequestAct.values),
            words=TEXT,
            sender=TEXT,
            at=MOMENT,
            answers=optional(NUMBER),
        )
    ),
    to_answer=many(NUMBER),
    releases=many(
        shape(id=NUMBER, stage=TEXT, document=optional(NUMBER), version=optional(NUMBER), open=FLAG)
    ),
    may=many(TEXT),
)
RECEIPT = shape(number=TEXT, stage=one_of(RequestStage.values), version=NUMBER, address=TEXT, page=TEXT)
SAID = shape(number=TEXT, message=NUMBER, address=TEXT, page=TEXT)

ASKING = body(
    {"annex": _CODE, "purpose": WORDS},
    facility={"type": "string", "format": "uuid"},
    inspection=_ID,
    document=_ID,
    asked=_CODE,
    wanted=one_of(Wanted.values),
    kinds={"type": "array", "items": one_of(DocumentKind.values), "uniqueItems": True},
    pre_approval=FLAG,
)
NOTHING = body()
MAY_SAY = body(words=MAYBE_WORDS)
MUST_SAY = body({"words": WORDS})
DAY_SAID = body({"day": _ON_DAY})
