"""An inspection as files and the API tell it: plain data, of what the reader may know."""

from registry.inspections.listing import InspectionTold
from registry.inspections.models import Document, Inspection
from registry.inspections.relying import Reliance


def inspection(row: Inspection) -> dict:
    """An inspection in short. Outcomes stand on the authority's own scale, as given."""
    place = row.facility
    return {
        "id": row.pk,
        "address": row.get_absolute_url(),
        "facility": place.name,
        "facility_key": str(place.key),
        "economy": place.place_code or None,
        "authority": row.authority.code,
        "authority_name": row.authority.name,
        "reference": row.reference,
        "kind": row.kind,
        "began_on": row.began_on,
        "ended_on": row.ended_on,
        "product_classes": row.product_classes,
        "sector": row.sector.code if row.sector else None,
        "standard": row.standard,
        "scale": row.scale,
        "outcome": row.outcome,
        "next_action": row.next_action,
        "source": row.source_url,
        "recorded_at": row.recorded_at,
        "sample": row.is_sample,
    }


def portrait(told: InspectionTold) -> dict:
    """An inspection with its findings, documents, and who may rely on it."""
    row = told.inspection
    return {
        **inspection(row),
        "products": row.products,
        "operations": row.operations,
        "outcome_meaning": told.outcome_meaning,
        "scale_source": told.scale.source if told.scale else "",
        "findings": [
            {
                "grade": each.grade,
                "meaning": each.meaning,
                "number": each.number,
                "clause": each.clause,
                "words": each.words,
            }
            for each in told.findings
        ],
        "documents": [_document(each) for each in told.documents],
        "reliance": {
            "remark": told.reliances.remark,
            "may_rely": [_reliance(each) for each in told.reliances.may],
            "may_not_or_not_told": [_reliance(each) for each in told.reliances.near],
            "notes": [
                {"words": str(note.words), "citation": note.citation, "source": note.source}
                for note in told.reliances.notes
            ],
        },
    }


def _document(document: Document) -> dict:
    return {
        "address": document.get_absolute_url(),
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "authority": document.authority.code,
        "issued_on": document.issued_on,
    }


def _reliance(reliance: Reliance) -> dict:
    return {
        "importing": reliance.importing.code,
        "relying": reliance.relying,
        "annex": reliance.annex.code,
        "product_class": reliance.product_class,
        "outcome": str(reliance.outcome),
        "sentence": reliance.sentence,
        "chain": [step.told() for step in reliance.steps],
    }
