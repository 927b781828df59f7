"""The shapes of the register's answers, for the API's description."""

from portal.endpoints.describing import (
    ADDRESS,
    DAY,
    FLAG,
    MOMENT,
    NUMBER,
    TEXT,
    YEAR,
    many,
    one_of,
    optional,
    paged,
    shape,
)
from registry.outcomes import Outcome

VERDICT = one_of(("accepted", "not_accepted", "cannot_be_told"))
STRETCH = {"from": DAY, "to": DAY}
STEP = shape(
    step=TEXT,
    label=TEXT,
    outcome=one_of(("met", "not_met", "not_on_file", "note")),
    sentence=TEXT,
    **STRETCH,
    citation=TEXT,
    sources=many(TEXT),
    source_url=TEXT,
    evidence_year=YEAR,
)
QUESTION = shape(
    importing=TEXT,
    exporting=TEXT,
    kind=optional(TEXT),
    sector=optional(TEXT),
    requirement=optional(TEXT),
    q=optional(TEXT),
    on=DAY,
    known_at=optional(MOMENT),
)
UNDERTAKING = shape(
    agreement=TEXT,
    annex=TEXT,
    importing=TEXT,
    exporting=TEXT,
    kind=TEXT,
    sector=optional(TEXT),
    verdict=VERDICT,
    standing=TEXT,
    chain=many(STEP),
)
RESULT = shape(
    type=one_of(("body", "authority")),
    body=shape(id={"type": ["integer", "string"]}, name=TEXT, slug=TEXT, economy=TEXT, sample=FLAG),
    site=optional(shape(id=NUMBER, name=TEXT)),
    kind=optional(TEXT),
    sector=TEXT,
    requirement=optional(TEXT),
    product=optional(TEXT),
    verdict=VERDICT,
    standing=TEXT,
    standing_words=TEXT,
    reason=TEXT,
    annex=TEXT,
    agreement=TEXT,
    valid=optional(shape(**STRETCH)),
    chain=many(STEP),
)
ACCEPTANCE = shape(
    question=QUESTION,
    counts=shape(accepted=NUMBER, not_accepted=NUMBER, cannot_be_told=NUMBER),
    undertakings=many(UNDERTAKING),
    results=many(RESULT),
    next=optional(ADDRESS),
    coverage=many(shape(economy=TEXT, side=TEXT, source=TEXT, as_of=DAY, statement=TEXT)),
    disclaimer=TEXT,
)

_BODY = {
    "id": NUMBER,
    "name": TEXT,
    "slug": TEXT,
    "local_name": optional(TEXT),
    "economy": TEXT,
    "local_word": optional(TEXT),
    "website": optional(TEXT),
    "sample": FLAG,
    "source": TEXT,
    "recorded_at": MOMENT,
}
_LINE = shape(
    id=NUMBER,
    kind=optional(TEXT),
    sector=TEXT,
    requirement=optional(TEXT),
    product=optional(TEXT),
    procedure=optional(TEXT),
    site=optional(NUMBER),
)
DECISION = shape(
    id=NUMBER,
    act=TEXT,
    act_words=TEXT,
    body=shape(id=NUMBER, name=TEXT, slug=TEXT),
    sample=FLAG,
    on=one_of(("designation", "recognition", "accreditation")),
    annex=optional(TEXT),
    exporting=optional(TEXT),
    importing=optional(TEXT),
    authority=TEXT,
    decided_on=DAY,
    effective_on=DAY,
    start_unknown=FLAG,
    until=DAY,
    recorded_at=MOMENT,
    public_reason=TEXT,
    older_results=optional(TEXT),
    older_results_until=DAY,
    corrects=optional(NUMBER),
    corrected_by=optional(NUMBER),
    citation=TEXT,
    source=TEXT,
)
_STANDING = shape(
    importing=TEXT,
    annex=TEXT,
    line=_LINE,
    verdict=VERDICT,
    standing=TEXT,
    chain=many(STEP),
    over_time=many(shape(**STRETCH, verdict=VERDICT, standing=TEXT)),
)
_RECORD = {"id": NUMBER, "annex": TEXT, "exporting": TEXT, "importing": TEXT, "state": TEXT}
_RECOGNITION = shape(id=NUMBER, state=TEXT, decisions=many(DECISION))
DESIGNATION = shape(
    **_RECORD,
    body=shape(id=NUMBER, name=TEXT, slug=TEXT),
    authority=optional(TEXT),
    recognition=optional(_RECOGNITION),
    lines=many(_LINE),
    decisions=many(DECISION),
    source=TEXT,
)
BODIES = shape(count=NUMBER, did_you_mean=many(TEXT), results=many(shape(**_BODY)), next=optional(ADDRESS))
BODY = shape(
    **_BODY,
    former_names=many(TEXT),
    merged=many(shape(id=NUMBER, name=TEXT, slug=TEXT, since=MOMENT, reason=TEXT)),
    sites=many(
        shape(
            id=NUMBER, name=TEXT, town=TEXT, economy=TEXT, since=DAY, left_on=DAY, moved_to=optional(NUMBER)
        )
    ),
    identifiers=many(shape(scheme=TEXT, value=TEXT, issuer=optional(TEXT), former=FLAG)),
    accreditations=many(
        shape(accreditation_body=TEXT, reference=optional(TEXT), standard=optional(TEXT), state=TEXT)
    ),
    designations=many(shape(**_RECORD)),
    recognitions=many(shape(**_RECORD, designation=optional(NUMBER))),
    home_appointments=many(
        shape(market=TEXT, area=TEXT, status=TEXT, provisional=FLAG, source=TEXT, **STRETCH)
    ),
    standings=many(_STANDING),
    history=many(DECISION),
    disclaimer=TEXT,
)
DESIGNATIONS = paged(DESIGNATION)
CHANGES = paged(DECISION)

_NAMED = shape(code=TEXT, name=TEXT)
_REQUIREMENT = shape(slug=TEXT, name=TEXT)
_SCOPE = shape(
    kind=optional(_NAMED),
    sector=_NAMED,
    requirement=optional(_REQUIREMENT),
    product=optional(TEXT),
    procedure=optional(TEXT),
    site=optional(TEXT),
    annex=shape(code=TEXT, title=TEXT),
    agreement=_NAMED,
)
STATEMENT = shape(
    form=TEXT,
    issuer=shape(name=TEXT, address=ADDRESS),
    question=shape(
        body=TEXT,
        importing=_NAMED,
        requirement=optional(_REQUIREMENT),
        sector=optional(_NAMED),
        kind=optional(_NAMED),
        on=TEXT,
        known_at=MOMENT,
    ),
    outcome=one_of(Outcome.values),
    headline=TEXT,
    verdict=VERDICT,
    standing=TEXT,
    reason=TEXT,
    older_results=optional(TEXT),
    meaning=optional(TEXT),
    body=optional(
        shape(
            id=NUMBER,
            name=TEXT,
            local_name=optional(TEXT),
            slug=TEXT,
            economy=_NAMED,
            numbers=many(shape(scheme=TEXT, value=TEXT)),
            former_names=many(TEXT),
            sample=FLAG,
        )
    ),
    scope=optional(_SCOPE),
    chain=many(STEP),
    other_lines=many(shape(scope=_SCOPE, verdict=VERDICT, standing=TEXT, standing_words=TEXT, reason=TEXT)),
    other_lines_left_out=NUMBER,
    texts=many(UNDERTAKING),
    as_of=MOMENT,
    register_version=NUMBER,
    permalink=ADDRESS,
    disclaimer=TEXT,
    number=TEXT,
    coverage=many(shape(economy=TEXT, side=TEXT, source=TEXT, as_of=DAY, statement=TEXT)),
)
VERIFICATION = shape(
    statement=STATEMENT,
    sha256=TEXT,
    signature=TEXT,
    algorithm=TEXT,
    key_id=TEXT,
    key=ADDRESS,
    canonical_form=TEXT,
    how_to_verify=ADDRESS,
)
