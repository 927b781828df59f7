"""What a row means beside what is on file: new, changed or unchanged. What a file has no column for stays as it is."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from agreements.models import Authority
from registry.inspections.intake.columns import NUMBERS
from registry.inspections.intake.parsed import Parsed
from registry.inspections.intake.placing import Place, Places, Unclear
from registry.inspections.models import Document, Inspection, RowOutcome

# Columns that are kept as they are read, by the names of their fields.
PLAIN = {
    name: name
    for name in (
        "kind",
        "products",
        "operations",
        "standard",
        "scale",
        "outcome",
        "next_action",
        "source_url",
        "product_classes",
    )
} | {"access": "access_class"}
DAYS = ("began_on", "ended_on")


@dataclass
class Meaning:
    """One row: its facility, the inspection that it changes if there is one, and what that one says now."""

    row: Parsed
    outcome: str
    place: Place | None = None
    inspection: Inspection | None = None
    before: dict | None = None

    @property
    def after(self) -> dict:
        """What the row says, in the form of ``before``."""
        return comparable(self.row.facts)


def compare(authority: Authority, rows: list[Parsed]) -> tuple[list[Meaning], Places]:
    """What every row means today; rows that do not fit what is on file are rejected, with the reason."""
    usable = [row.facts for row in rows if not row.is_rejected]
    places = Places(authority.pk, usable)
    on_file = inspections_by_reference(authority, [facts["reference"] for facts in usable])
    return [_meaning(row, places, on_file) for row in rows], places


def _meaning(row: Parsed, places: Places, on_file: dict[str, Inspection]) -> Meaning:
    if row.is_rejected:
        return Meaning(row, RowOutcome.REJECTED)
    inspection = on_file.get(row.facts["reference"])
    try:
        place = _place(row, places, inspection)
    except Unclear as error:
        row.tell("rejected", error.column, row.facts.get(error.column, ""), error)
        return Meaning(row, RowOutcome.REJECTED)
    _tell_of_facility(row, place, places.authority_id)
    if inspection is None:
        return Meaning(row, RowOutcome.NEW, place)
    after = comparable(row.facts)
    before = {key: value for key, value in said(inspection).items() if key in after}
    if "documents" in after:
        named = {(one["kind"], one["number"]) for one in after["documents"]}
        before["documents"] = [one for one in before["documents"] if (one["kind"], one["number"]) in named]
    changed = after != before or _has_news_of_facility(row, place, places.authority_id)
    return Meaning(row, RowOutcome.CHANGED if changed else RowOutcome.UNCHANGED, place, inspection, before)


def _place(row: Parsed, places: Places, inspection: Inspection | None) -> Place:
    if inspection is None:
        return places.of(row.facts)
    own = places.standing_for(inspection.facility.merged_into or inspection.facility)
    same_name = row.facts["facility"].casefold() == own.facility.name.casefold()
    if same_name and not places.knows_number(row.facts):
        return places.join(own, row.facts)
    if places.of(row.facts) is own:
        return own
    raise Unclear(
        "facility",
        _("is not the facility of this reference on file, %(name)s; correct that on the inspection's page")
        % {"name": own.facility.name},
    )


def _tell_of_facility(row: Parsed, place: Place, authority_id: int) -> None:
    """What the row says of a facility that is another authority's to describe is not taken over."""
    if not place.is_kept_by(authority_id):
        for scheme, value in sorted(place.added):
            column = next(name for name, of in NUMBERS.items() if of == scheme)
            row.tell("noted", column, value, _("not added: another authority put this facility on file"))
    elif place.facility is not None and place.facility.name != row.facts["facility"] and not _renames(row):
        words = _("on file as %(name)s; that name stays") % {"name": place.facility.name}
        row.tell("noted", "facility", row.facts["facility"], words)


def _renames(row: Parsed) -> bool:
    return "former_names" in row.facts


def _has_news_of_facility(row: Parsed, place: Place, authority_id: int) -> bool:
    if place.facility is None or not place.is_kept_by(authority_id):
        return False
    return bool(place.added) or (_renames(row) and place.facility.name != row.facts["facility"])


def inspections_by_reference(authority: Authority, references: list[str]) -> dict[str, Inspection]:
    """The authority's inspections that stand under these references."""
    rows = Inspection.objects.filter(authority=authority, reference__in=references, withdrawn_at=None)
    rows = rows.select_related("facility__merged_into", "annex", "sector")
    return {row.reference: row for row in rows.prefetch_related("findings", "named", "documents")}


def comparable(facts: dict) -> dict:
    """What a row says of the inspection itself, by column, as far as the file has columns for it."""
    names = (*PLAIN, *DAYS, "findings", "annex", "sector", "named")
    told = {name: facts[name] for name in names if name in facts}
    if "documents" in facts:
        told["documents"] = sorted(facts["documents"], key=lambda one: (one["kind"], one["number"]))
    return told


def said(inspection: Inspection) -> dict:
    """What is on file of an inspection, in the same form."""
    return (
        {name: getattr(inspection, field) for name, field in PLAIN.items()}
        | {name: _iso(getattr(inspection, name)) for name in DAYS}
        | {
            "product_classes": sorted(inspection.product_classes),
            "findings": [[finding.grade, finding.number] for finding in inspection.findings.all()],
            "annex": inspection.annex.code if inspection.annex else "",
            "sector": inspection.sector.code if inspection.sector else "",
            "named": sorted(authority.code for authority in inspection.named.all()),
            "documents": [said_of(document) for document in _in_order(inspection.documents.all())],
        }
    )


def said_of(document: Document) -> dict:
    """What is on file of a document that its authority has published itself."""
    return {
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "issued_on": _iso(document.issued_on),
        "external_url": document.external_url,
    }


def _in_order(documents) -> list[Document]:
    return sorted((one for one in documents if one.number), key=lambda one: (one.kind, one.number))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
