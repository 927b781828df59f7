"""Finds what the pages of inspections and facilities show, each as far as the reader may know it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject, Lower, Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.acting import Acting
from agreements.models import ProductClass
from portal.audit.models import AuditEntry
from portal.clocks import Clocks
from registry.inspections import relying, resembling, scales
from registry.inspections.fence import fenced
from registry.inspections.models import (
    AccessClass,
    Document,
    Facility,
    FacilityIdentifier,
    FacilityName,
    Inspection,
    InspectionKind,
)
from registry.inspections.relying import Reliances
from registry.inspections.resembling import Resemblance
from registry.inspections.scales import Scale

MOST_SHOWN = 50


def inspections(by: Acting, clocks: Clocks):
    """Inspections that the reader may know of, newest first, with what a row shows; taken back ones are left out.

    By the clocks: those that had ended by the asked day, and were on record at the asked moment.
    """
    rows = Inspection.objects.visible_to(by).standing()
    if clocks.asked_on:
        rows = rows.filter(Q(ended_on__lte=clocks.on) | Q(ended_on=None) & ~Q(began_on__gt=clocks.on))
    if clocks.known_at is not None:
        rows = rows.filter(recorded_at__lte=clocks.known_at)
    return rows.select_related("authority", "facility__economy", "annex", "sector")


def facilities(by: Acting):
    """Facilities that the reader may know of and that stand for themselves, by name; asked behind the fence."""
    return Facility.objects.visible_to(by).apart().select_related("economy").order_by("name", "id")


@dataclass(frozen=True)
class FindingTold:
    """How many of a grade were found; clause and words only where they are the reader's to know."""

    grade: str
    meaning: str
    number: int
    clause: str = ""
    words: str = ""


# What is done with an inspection, by the verb, and what is kept of it, by the name in the audit.
ACTS = {
    "record": gettext_lazy("Recorded"),
    "revise": gettext_lazy("Corrected"),
    "take_back": gettext_lazy("Taken back"),
}
FACTS = {
    "reference": gettext_lazy("Its number"),
    "kind": gettext_lazy("Kind"),
    "began_on": gettext_lazy("First day"),
    "ended_on": gettext_lazy("Last day"),
    "product_classes": gettext_lazy("Classes of products"),
    "products": gettext_lazy("Products"),
    "operations": gettext_lazy("Operations"),
    "standard": gettext_lazy("Standard"),
    "scale": gettext_lazy("Scale"),
    "outcome": gettext_lazy("Outcome"),
    "next_action": gettext_lazy("What follows"),
    "source_url": gettext_lazy("Published at"),
    "access_class": gettext_lazy("Who may know of it"),
    "annex": gettext_lazy("Annex"),
    "sector": gettext_lazy("Sector"),
    "named": gettext_lazy("Authorities named"),
    "findings": gettext_lazy("Findings"),
}


@dataclass(frozen=True)
class Change:
    """One entry of an inspection's history for its own authority: who did what, and which facts changed, in words."""

    at: datetime
    actor: str
    words: str
    reason: str
    changed: list[tuple[str, str, str]]


@dataclass(frozen=True)
class InspectionTold:
    """An inspection as far as the reader may know it."""

    inspection: Inspection
    scale: Scale | None
    findings: list[FindingTold]
    documents: list[Document]
    reliances: Reliances
    is_own: bool
    named: list = field(default_factory=list)
    history: list[Change] = field(default_factory=list)

    @property
    def shows_words(self) -> bool:
        """Whether the words of findings are for this reader."""
        return self.is_own or self.inspection.access_class == AccessClass.PUBLIC

    @property
    def outcome_meaning(self) -> str:
        """What the outcome means on its scale, in the words of those who made it."""
        return self.scale.meaning_of(self.inspection.outcome) if self.scale else ""


def _asked(clocks: Clocks) -> date | None:
    """The day that the reader asks about, None where the inspection's own day counts."""
    return clocks.on if clocks.asked_on else None


@fenced
def inspection(*, by: Acting, number: int, clocks: Clocks) -> InspectionTold | None:
    """One inspection that the reader may know of, or None; also where it was not on record yet at the asked moment."""
    rows = Inspection.objects.visible_to(by).select_related(
        "authority__economy", "facility__economy", "annex", "sector"
    )
    found = rows.filter(pk=number).first()
    if found is None or (clocks.known_at is not None and found.recorded_at > clocks.known_at):
        return None
    is_own = by.authority_id is not None and by.authority_id == found.authority_id
    scale = scales.named(found.scale)
    documents = Document.objects.visible_to(by).filter(inspection=found).select_related("authority")
    return InspectionTold(
        inspection=found,
        scale=scale,
        findings=_findings(found, scale, is_own or found.access_class == AccessClass.PUBLIC),
        documents=list(documents.order_by("-issued_on", "-id")[:MOST_SHOWN]),
        reliances=relying.on(found, _asked(clocks)),
        is_own=is_own,
        named=list(found.named.order_by("name")) if is_own else [],
        history=_history(found, by) if is_own else [],
    )


def was_taken_back(by: Acting, number: int) -> Inspection | None:
    """An inspection that the reader knew of until its authority took it back: that much is told, and nothing else."""
    rows = Inspection.objects.known_to(by).exclude(withdrawn_at=None).select_related("authority")
    return rows.filter(pk=number).first()


def _findings(found: Inspection, scale: Scale | None, with_words: bool) -> list[FindingTold]:
    return [
        FindingTold(
            grade=row.grade,
            meaning=scale.grade_meaning(row.grade) if scale else "",
            number=row.number,
            clause=row.clause if with_words else "",
            words=row.words if with_words else "",
        )
        for row in found.findings.order_by("id")
    ]


def _history(found: Inspection, by: Acting) -> list[Change]:
    rows = AuditEntry.objects.filter(
        target_kind="inspections.inspection", target_id=str(found.pk), authority=by.authority_code or ""
    )
    return [
        Change(row.at, row.actor, _act(row.act), row.reason, _changed(row.before, row.after))
        for row in rows.order_by("-id")[:MOST_SHOWN]
    ]


def _act(act: str) -> str:
    name = act.rpartition(".")[2]
    return str(ACTS.get(name, name.replace("_", " ").capitalize()))


def _changed(before: dict, after: dict) -> list[tuple[str, str, str]]:
    changed = [name for name in FACTS if before and before.get(name) != after.get(name)]
    told = [(name, _said(name, before.get(name)), _said(name, after.get(name))) for name in changed]
    return [
        (str(FACTS[name]), was, now if was != now else _("the same, in other words"))
        for name, was, now in told
    ]


_CODES = {"kind": InspectionKind, "access_class": AccessClass, "product_classes": ProductClass}


def _said(name: str, value) -> str:
    """A value of the audit for a reader; of findings how many of each grade, their words are not kept there."""
    if value in (None, "", []):
        return "–"
    values = value if isinstance(value, list) else [value]
    if name == "findings":
        return ", ".join(f"{each['number']} {each['grade']}" for each in values)
    codes = dict(_CODES[name].choices) if name in _CODES else {}
    return ", ".join(str(codes.get(each, each)) for each in values)


@dataclass(frozen=True)
class FacilityTold:
    """A facility as far as the reader may know it, with what is on file of those merged into it.

    ``numbers`` and ``former_names`` are dicts; ``reliances`` are those of the last inspection by each authority;
    ``standing_for`` is the facility that it was merged into, where the reader may know that one.
    """

    facility: Facility
    numbers: list[dict]
    former_names: list[dict]
    taken_in: list[Facility]
    inspections: list[Inspection]
    more: bool
    documents: list[Document]
    reliances: list[tuple[Inspection, Reliances]]
    resembling: list[Resemblance]
    standing_for: Facility | None = None


@fenced
def facility(*, by: Acting, key, clocks: Clocks, with_duplicates: bool = False) -> FacilityTold | None:
    """One facility that the reader may know of, or None; in three queries, and three more for duplicates."""
    rows = Facility.objects.visible_to(by).filter(Q(key=key) | Q(merged_into__key=key))
    places = list(
        rows.select_related("economy", "entered_by", "merged_into").annotate(
            number_rows=_numbers(), name_rows=_former_names()
        )
    )
    found = next((place for place in places if place.key == key), None)
    if found is None:
        return None
    seen = Inspection.objects.visible_to(by).standing().filter(facility__in=places)
    if clocks.known_at is not None:
        seen = seen.filter(recorded_at__lte=clocks.known_at)
    inspected = list(
        seen.select_related("authority__economy", "facility__economy", "sector")[: MOST_SHOWN + 1]
    )
    documents = Document.objects.visible_to(by).filter(facility__in=places).select_related("authority")
    return FacilityTold(
        facility=found,
        numbers=[row for place in places for row in place.number_rows],
        former_names=[row for place in places for row in place.name_rows],
        taken_in=[place for place in places if place is not found],
        inspections=inspected[:MOST_SHOWN],
        more=len(inspected) > MOST_SHOWN,
        documents=list(documents.order_by("-issued_on", "-id")[:MOST_SHOWN]),
        reliances=[(one, relying.on(one, _asked(clocks))) for one in _last_by_each(inspected)],
        resembling=resembling.of(by, found, [(row["scheme"], row["value"]) for row in found.number_rows])
        if with_duplicates
        else [],
        standing_for=Facility.objects.visible_to(by).filter(pk=found.merged_into_id).first()
        if found.merged_into_id
        else None,
    )


def _numbers() -> ArraySubquery:
    rows = FacilityIdentifier.objects.filter(facility=OuterRef("pk")).order_by("scheme", "valid")
    shown = {name: name for name in ("scheme", "value", "issuer")}
    return ArraySubquery(rows.values(row=JSONObject(**shown, start=Lower("valid"), end=Upper("valid"))))


def _former_names() -> ArraySubquery:
    rows = FacilityName.objects.filter(facility=OuterRef("pk")).order_by("-until", "name")
    return ArraySubquery(rows.values(row=JSONObject(name="name", until="until")))


def _last_by_each(rows: list[Inspection], most: int = 3) -> list[Inspection]:
    last: dict[int, Inspection] = {}
    for row in rows:
        if row.day is not None and relying.is_about_medicines(row):
            last.setdefault(row.authority_id, row)
    return list(last.values())[:most]
