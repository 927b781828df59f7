"""Inspections put on record by the authority that made them, revised, and taken back where one was recorded by mistake.

Every verb takes the actor as ``by``, raises PermissionDenied when the actor may not, NotAllowed when things do not fit, and
ValueError in words for what was typed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Annex, Authority, Origin, ProductClass, Sector
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import tell_the_public, verb
from registry.inspections import audience, policies, scales
from registry.inspections.enrolling import Outdated
from registry.inspections.fence import reading_as
from registry.inspections.models import AccessClass, Facility, Finding, Inspection, InspectionKind

MOST_FINDINGS = 200
_LARGEST = 32_767


@dataclass(frozen=True)
class Found:
    """What was found: how many of a grade of the authority's own scale, and where it says so, what."""

    grade: str
    number: int = 1
    clause: str = ""
    words: str = ""


@dataclass(frozen=True)
class Facts:
    """What an authority says of its inspection; the fields are those of Inspection and of its findings."""

    reference: str = ""
    kind: str = InspectionKind.UNKNOWN
    began_on: date | None = None
    ended_on: date | None = None
    product_classes: tuple[str, ...] = ()
    products: str = ""
    operations: str = ""
    standard: str = ""
    scale: str = ""
    outcome: str = ""
    next_action: str = ""
    source_url: str = ""
    access_class: str = AccessClass.INTERNAL
    annex: Annex | None = None
    sector: Sector | None = None
    named: tuple[Authority, ...] = ()
    findings: tuple[Found, ...] = field(default=())


PLAIN = tuple(each.name for each in fields(Facts) if each.name not in ("named", "findings"))
_TOLD = tuple(name for name in PLAIN if name not in ("annex", "sector"))


class ReferenceTaken(ValueError):
    """The authority has an inspection with this number already. ``inspection`` is that one."""

    def __init__(self, inspection: Inspection):
        super().__init__(
            _(
                "Your authority has an inspection with this number already. Open that one, or correct the number."
            )
        )
        self.inspection = inspection


@verb(room="desk")
def record(
    *,
    by: Acting,
    facility: Facility,
    facts: Facts,
    authority: Authority | None = None,
    is_sample: bool = False,
) -> Inspection:
    """Put an inspection on record. Only the operator names an ``authority`` other than the own one."""
    authority = authority or Authority.objects.filter(pk=by.authority_id).first()
    policies.check_may_record(by, authority)
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    with reading_as(by):
        visible = by.is_operator or Facility.objects.visible_to(by).filter(pk=facility.pk).exists()
    if not visible:
        raise NotAllowed(_("Choose a facility."))
    if facility.merged_into_id:
        raise NotAllowed(_("This facility is merged into another one. Record the inspection there."))
    facts = _settled(authority, facts)
    _check(authority, facts, before=None)
    inspection = Inspection.objects.create(
        authority=authority, facility=facility, origin=Origin.ENTERED, is_sample=is_sample, **_plain(facts)
    )
    _attach(inspection, facts)
    _tell(inspection)
    recording.record(by=by, target=inspection, after=_told(inspection, facts))
    return inspection


@verb(room="desk")
def revise(*, by: Acting, inspection: Inspection, version: int, facts: Facts) -> Inspection:
    """Correct what is on record of an inspection. Raises Outdated when somebody else has changed it since ``version``."""
    inspection = _locked(by, inspection)
    if inspection.version != version:
        raise Outdated
    facts = _settled(inspection.authority, facts)
    _check(inspection.authority, facts, before=inspection)
    was = inspection.access_class
    with reading_as(_acting_for(inspection.authority)):
        before = _told(inspection, facts_of(inspection))
    for name, value in _plain(facts).items():
        setattr(inspection, name, value)
    inspection.version += 1
    inspection.save()
    _attach(inspection, facts)
    _tell(inspection, was)
    recording.record(by=by, target=inspection, before=before, after=_told(inspection, facts))
    return inspection


@verb(room="desk")
def take_back(*, by: Acting, inspection: Inspection, reason: str) -> Inspection:
    """Take back an inspection that was recorded by mistake: nothing of it is told any more but that it was taken back."""
    inspection = _locked(by, inspection)
    reason = reason.strip()
    if not reason:
        raise ValueError(_("Say why it is taken back, so that it can be followed later."))
    inspection.withdrawn_at = clock.now()
    inspection.version += 1
    inspection.save(update_fields=["withdrawn_at", "version"])
    _tell(inspection)
    recording.record(
        by=by,
        target=inspection,
        reason=reason,
        before={"withdrawn": None},
        after={"withdrawn": clock.today()},
    )
    return inspection


def facts_of(inspection: Inspection) -> Facts:
    """What is on record of an inspection, to be changed; asked behind the fence."""
    said = {name: getattr(inspection, name) for name in PLAIN}
    said["product_classes"] = tuple(inspection.product_classes)
    found = tuple(
        Found(row.grade, row.number, row.clause, row.words) for row in inspection.findings.order_by("id")
    )
    return Facts(**said, named=tuple(inspection.named.order_by("name")), findings=found)


def _locked(by: Acting, inspection: Inspection) -> Inspection:
    rows = Inspection.objects.select_for_update(of=["self"]).select_related(
        "authority", "annex", "sector", "facility"
    )
    inspection = rows.get(pk=inspection.pk)
    policies.check_may_record(by, inspection.authority)
    if inspection.withdrawn_at is not None:
        raise NotAllowed(_("This inspection has been taken back already."))
    return inspection


def _check(authority: Authority, facts: Facts, before: Inspection | None) -> None:
    _check_days(facts)
    _check_readers(authority, facts, before)
    _check_findings(facts)
    scales.check(facts.scale, facts.outcome)
    if facts.outcome and not facts.scale:
        raise ValueError(_("Name the scale of the outcome, as your authority calls it."))
    if facts.kind not in InspectionKind.values or not set(facts.product_classes) <= set(ProductClass.values):
        raise ValueError(_("Choose a kind and classes of products from the lists."))
    if facts.reference:
        others = Inspection.objects.filter(authority=authority, reference=facts.reference, withdrawn_at=None)
        taken = others.exclude(pk=before.pk if before else None).first()
        if taken is not None:
            raise ReferenceTaken(taken)


def _check_days(facts: Facts) -> None:
    last = facts.ended_on or facts.began_on
    if last is None and not facts.reference:
        raise ValueError(
            _(
                "Enter at least the last day or your number of the inspection, so that it can be told from others."
            )
        )
    if facts.began_on and facts.ended_on and facts.ended_on < facts.began_on:
        raise ValueError(_("The last day lies before the first one. Correct one of the two."))
    if last and last > clock.today():
        raise ValueError(_("Record an inspection once it has ended; its last day lies in the future."))


def _check_readers(authority: Authority, facts: Facts, before: Inspection | None) -> None:
    if facts.access_class not in AccessClass.values:
        raise ValueError(_("Choose who may know of the inspection."))
    if facts.access_class == AccessClass.NAMED and not facts.named:
        raise ValueError(_("Choose the authorities that may know of it."))
    if facts.access_class != AccessClass.ANNEX:
        return
    if facts.annex is None:
        raise ValueError(_("Choose the annex whose parties may know of it."))
    kept = before is not None and before.annex_id == facts.annex.pk
    if not kept and facts.annex.pk not in audience.annexes_of(_acting_for(authority)):
        raise ValueError(_("Choose an annex that applies today and under which your authority acts."))


def _check_findings(facts: Facts) -> None:
    if len(facts.findings) > MOST_FINDINGS:
        raise ValueError(_("Enter at most %(number)s rows of findings.") % {"number": MOST_FINDINGS})
    for found in facts.findings:
        if not found.grade:
            raise ValueError(_("Give each finding a grade of your scale."))
        if not 0 <= found.number <= _LARGEST:
            raise ValueError(_("Enter how many findings of the grade there are, as a whole number."))
        scales.check_grade(facts.scale, found.grade)


def _settled(authority: Authority, facts: Facts) -> Facts:
    """The facts without the space around words, and without readers that the access class does not ask for."""
    said = {name: getattr(facts, name) for name in _TOLD}
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    named = tuple(one for one in facts.named if one.pk != authority.pk)
    return replace(
        facts,
        **said | {"product_classes": tuple(sorted(facts.product_classes))},
        annex=facts.annex if facts.access_class == AccessClass.ANNEX else None,
        named=named if facts.access_class == AccessClass.NAMED else (),
        findings=tuple(
            replace(found, grade=found.grade.strip(), clause=found.clause.strip(), words=found.words.strip())
            for found in facts.findings
        ),
    )


def _plain(facts: Facts) -> dict:
    return {name: getattr(facts, name) for name in PLAIN} | {"product_classes": list(facts.product_classes)}


def _attach(inspection: Inspection, facts: Facts) -> None:
    with reading_as(_acting_for(inspection.authority)):
        inspection.named.set(facts.named)
        inspection.findings.all().delete()
        Finding.objects.bulk_create(
            Finding(
                inspection=inspection,
                grade=found.grade,
                number=found.number,
                clause=found.clause,
                words=found.words,
            )
            for found in facts.findings
        )


def _acting_for(authority: Authority) -> Acting:
    """The authority itself: also where the operator writes for it, the rows are its own."""
    return Acting(actor="", authority_id=authority.pk, economy_id=authority.economy_id)


def _told(inspection: Inspection, facts: Facts) -> dict:
    """What the audit keeps: the words of findings stay behind the fence, so of them it holds whether they changed."""
    return {
        **{name: getattr(facts, name) for name in _TOLD},
        "facility": str(inspection.facility.key),
        "annex": facts.annex.code if facts.annex else None,
        "sector": facts.sector.code if facts.sector else None,
        "named": sorted(one.code for one in facts.named),
        "findings": _found_told(facts.findings),
    }


def _found_told(findings: Iterable[Found]) -> list[dict]:
    return [
        {
            "grade": found.grade,
            "number": found.number,
            "clause": found.clause,
            "words_sha256": hashlib.sha256(found.words.encode()).hexdigest() if found.words else "",
        }
        for found in findings
    ]


def _tell(inspection: Inspection, was: str = "") -> None:
    if AccessClass.PUBLIC in (inspection.access_class, was):
        tell_the_public()
