"""The shapes of answers about inspections, for the API's description."""

from agreements.models import ProductClass
from portal.endpoints.describing import DAY, FLAG, MOMENT, NUMBER, TEXT, many, one_of, optional, paged, shape
from registry.api.shapes import STEP
from registry.inspections.models import DocumentKind, InspectionKind

_SHORT = {
    "id": NUMBER,
    "address": TEXT,
    "facility": TEXT,
    "facility_key": TEXT,
    "economy": optional(TEXT),
    "authority": TEXT,
    "authority_name": TEXT,
    "reference": TEXT,
    "kind": one_of(InspectionKind.values),
    "began_on": DAY,
    "ended_on": DAY,
    "product_classes": many(one_of(ProductClass.values)),
    "sector": optional(TEXT),
    "standard": TEXT,
    "scale": TEXT,
    "outcome": TEXT,
    "next_action": TEXT,
    "source": TEXT,
    "recorded_at": MOMENT,
    "sample": FLAG,
}
_RELIANCE = shape(
    importing=TEXT,
    relying=TEXT,
    annex=TEXT,
    product_class=one_of(ProductClass.values),
    outcome=one_of(("met", "not_met", "not_on_file")),
    sentence=TEXT,
    chain=many(STEP),
)
INSPECTIONS = paged(shape(**_SHORT))
INSPECTION = shape(
    **_SHORT,
    products=TEXT,
    operations=TEXT,
    outcome_meaning=TEXT,
    scale_source=TEXT,
    findings=many(shape(grade=TEXT, meaning=TEXT, number=NUMBER, clause=TEXT, words=TEXT)),
    documents=many(
        shape(
            address=TEXT,
            kind=one_of(DocumentKind.values),
            title=TEXT,
            number=TEXT,
            authority=TEXT,
            issued_on=DAY,
        )
    ),
    reliance=shape(
        remark=TEXT,
        may_rely=many(_RELIANCE),
        may_not_or_not_told=many(_RELIANCE),
        notes=many(shape(words=TEXT, citation=TEXT, source=TEXT)),
    ),
    disclaimer=TEXT,
)
