"""Finds what the forms of facilities and inspections ask and choose from; asked by workers of an authority that inspects."""

import uuid

from django.utils.translation import gettext as _

from agreements import texts
from agreements.acting import Acting
from agreements.models import Economy, Sector
from registry.inspections import documents, enrolling, inspecting, resembling
from registry.inspections.enrolling import Number
from registry.inspections.fence import fenced
from registry.inspections.filters import named, words_of
from registry.inspections.inspecting import Facts
from registry.inspections.models import AccessClass, Facility, Inspection, InspectionKind
from registry.inspections.resembling import Resemblance

MOST_FOUND = 20


@fenced
def facility(*, by: Acting, key: str) -> Facility | None:
    """A facility that the actor may know of, with its economy and what it was merged into; None for what is no key."""
    try:
        wanted = uuid.UUID(str(key))
    except ValueError:
        return None
    rows = Facility.objects.visible_to(by).select_related("economy", "merged_into")
    return rows.filter(key=wanted).first()


@fenced
def find(*, by: Acting, words: str) -> list[Facility]:
    """Facilities that the actor may know of and that stand for themselves; every word in a name or number; the first few."""
    rows = Facility.objects.visible_to(by).apart().select_related("economy")
    for word in words_of(words):
        rows = rows.filter(pk__in=named(word))
    return list(rows.order_by("name", "id")[:MOST_FOUND])


@fenced
def resembling_to(*, by: Acting, name: str, where: str, numbers: list[Number]) -> list[Resemblance]:
    """Facilities on file that could be the one that is about to be put there, in the economy or country of the code ``where``."""
    pairs = [(number.scheme, number.value) for number in numbers]
    return resembling.to(by, name=name, where=where, numbers=pairs)


def numbers(facility: Facility) -> list[Number]:
    """All numbers on file of a facility."""
    return enrolling.numbers_of(facility)


def economies() -> list[Economy]:
    """Where a facility can lie: those on file, by name; a union is no place."""
    found = texts.current().economies.values()
    return sorted((each for each in found if each.kind != "union"), key=lambda each: each.name)


def sectors() -> list[Sector]:
    """The sectors on file, by name."""
    return sorted(texts.current().sectors.values(), key=lambda each: each.name)


def choices(*, by: Acting, facts: Facts | None = None) -> dict:
    """What the form of an inspection chooses from; what is on record of it stays a choice."""
    annexes, authorities = documents.annexes(by), documents.receivers(by)
    if facts is not None:
        annexes += [facts.annex] if facts.annex and facts.annex not in annexes else []
        authorities += [each for each in facts.named if each not in authorities]
    return {"annexes": annexes, "authorities": authorities, "sectors": sectors()}


@fenced
def facts(*, by: Acting, inspection: Inspection) -> Facts:
    """What is on record of an inspection of the own authority."""
    return inspecting.facts_of(inspection)


def in_words(facts: Facts) -> list[tuple[str, str]]:
    """What is on record, for somebody whose own words are not saved yet."""
    days = " – ".join(str(day) for day in (facts.began_on, facts.ended_on) if day)
    found = ", ".join(f"{each.number} {each.grade}" for each in facts.findings)
    rows = [
        (_("Its number"), facts.reference),
        (_("Kind"), str(InspectionKind(facts.kind).label)),
        (_("Days"), days),
        (_("Classes of products"), ", ".join(facts.product_classes)),
        (_("Products"), facts.products),
        (_("Operations"), facts.operations),
        (_("Standard"), facts.standard),
        (_("Outcome"), f"{facts.scale} {facts.outcome}".strip()),
        (_("What follows"), facts.next_action),
        (_("Who may know of it"), str(AccessClass(facts.access_class).label)),
        (_("Findings"), found),
    ]
    return [(label, value) for label, value in rows if value]
