"""Random histories of the register: acts of every kind, recorded one after another, legal or not."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from django.db import IntegrityError, transaction
from hypothesis import strategies as st

from agreements import concluding
from agreements.models import (
    Annex,
    AnnexStatus,
    Economy,
    MembershipKind,
    Requirement,
    RequirementListing,
    Sector,
    UnionMembership,
)
from portal import clock
from portal.lifecycle import NotAllowed
from portal.validity import days
from registry import accrediting, correcting, designating, recognising, registering
from registry.deciding import Terms
from registry.designating import Scope
from registry.models import Accreditation, Act, Body, Decision, Designation, OlderResults, Recognition
from tests.agreements.factories import (
    BY,
    make_agreement,
    make_annex,
    make_authority,
    make_economy,
    make_membership,
    make_requirement,
    make_sector,
    make_undertaking,
)

FIRST_DAY = date(2020, 1, 1)
FIRST_MOMENT = datetime(2020, 1, 5, 12, tzinfo=UTC)
BETWEEN_ACTS = timedelta(days=9)


@dataclass(frozen=True)
class Deed:
    """One thing that somebody tries to do; each kind of deed reads the fields that it needs."""

    name: str
    side: int
    offset: int
    length: int | None
    pick: int
    older: str
    undated: bool
    day: date = FIRST_DAY


@dataclass
class Law:
    """What the agreements say before the history begins, and the bodies that it is about."""

    annexes: list[Annex]
    exporting: list[Economy]
    importing: Economy
    bodies: list[Body]
    sectors: list[Sector]
    requirement: Requirement
    scopes: list[list[Scope]]
    accreditor: object
    moments: list[datetime] = field(default_factory=list)
    days: set[date] = field(default_factory=set)


def make_law() -> Law:
    """Two directions to the United States: from the United Kingdom, and from the European Union with its members."""
    with clock.at(FIRST_MOMENT - timedelta(days=300)):
        return _law()


def _law() -> Law:
    emc, radio = make_sector("emc"), make_sector("radio")
    us, gb, eu, de = (make_economy(code) for code in ("US", "GB", "EU", "DE"))
    of_gb = make_annex(sectors=("emc", "radio"), agreement=make_agreement(parties=("US", "GB")))
    of_eu = make_annex(sectors=("emc", "radio"), agreement=make_agreement(parties=("US", "EU")))
    make_membership("DE", "EU")
    make_undertaking("US", "GB", "test_report", "emc", annex=of_gb)
    make_undertaking("US", "GB", "certificate", "emc", annex=of_gb, accreditation_required=True)
    make_undertaking("US", "GB", "certificate", "radio", annex=of_gb, verified=False)
    make_undertaking("US", "EU", "test_report", None, annex=of_eu)
    make_undertaking("US", "EU", "certificate", "emc", annex=of_eu, third_party_only=True)
    bodies = [_body("Lab at home", gb, gb, None), _body("Lab of the union", de, gb, False)]
    rule = make_requirement()
    scopes = []
    for body in bodies:
        abroad = body.sites.get()
        scopes.append(
            [
                Scope(emc, "test_report"),
                Scope(emc, "certificate"),
                Scope(emc, ""),
                Scope(radio, "certificate"),
                Scope(emc, "test_report", requirement=rule),
                Scope(emc, "test_report", site=abroad),
            ]
        )
    accreditor = make_authority("ukas", "GB", ["accreditation"])
    return Law([of_gb, of_eu], [gb, eu], us, bodies, [emc, radio], rule, scopes, accreditor)


def _body(name: str, economy: Economy, elsewhere: Economy, is_third_party) -> Body:
    return registering.register(
        by=BY, name=name, economy=economy, is_third_party=is_third_party, sites=[{"economy": elsewhere}]
    )


DEEDS = {}


def _deed(function):
    DEEDS[function.__name__.removeprefix("_")] = function
    return function


_DESIGNATED = ["designate", "notify", "recognise_recognition"]
_OPENINGS = [
    ["list_body"],
    _DESIGNATED[:1],
    _DESIGNATED[:2],
    _DESIGNATED,
    [*_DESIGNATED, "accredit"],
    [*_DESIGNATED, "suspend_recognition"],
    ["list_body", *_DESIGNATED[:1]],
    ["list_requirement", *_DESIGNATED],
    ["accredit", "suspend_accreditation", *_DESIGNATED],
]


def deeds() -> st.SearchStrategy[list[Deed]]:
    """Lists of deeds, with an opening that leads somewhere, so that there is something to decide about."""
    one = st.builds(
        Deed,
        name=st.sampled_from(sorted(DEEDS)),
        side=st.sampled_from([0, 0, 0, 1]),
        offset=st.integers(-20, 25),
        length=st.sampled_from([None, None, None, 1, 15, 60]),
        pick=st.integers(0, 11),
        older=st.sampled_from(OlderResults.values),
        undated=st.booleans(),
    )
    return st.tuples(
        st.sampled_from(_OPENINGS), st.lists(one, min_size=6, max_size=8), st.integers(0, 1)
    ).map(lambda drawn: _opened(*drawn))


def _opened(names: list[str], deeds: list[Deed], side: int) -> list[Deed]:
    first = [
        replace(deed, name=name, side=side, offset=abs(deed.offset) // 4)
        for name, deed in zip(names, deeds, strict=False)
    ]
    return [*first, *deeds[len(names) :]]


def tell(law: Law, history: list[Deed]) -> None:
    """Do all deeds in turn, each at its own later moment; what is not allowed is left out, as it would be in life."""
    for number, drawn in enumerate(history, start=1):
        moment = FIRST_MOMENT + number * BETWEEN_ACTS
        deed = replace(drawn, day=FIRST_DAY + number * BETWEEN_ACTS + timedelta(days=drawn.offset))
        try:
            with clock.at(moment), transaction.atomic():
                DEEDS[deed.name](law, deed)
        except (NotAllowed, ValueError, IntegrityError, LookupError):
            continue
        law.moments.append(moment)
        law.days.update((deed.day, deed.day + timedelta(days=deed.length or 1)))


def _terms(deed: Deed, **more) -> Terms:
    end = None if deed.length is None else deed.day + timedelta(days=deed.length)
    until = FIRST_DAY + timedelta(days=deed.pick * 10) if deed.older == OlderResults.UNTIL else None
    return Terms(
        effective_on=deed.day, until=end, start_unknown=deed.undated, older_results=deed.older,
        older_results_until=until, public_reason="For the reasons given.", **more,
    )  # fmt: skip


def _parties(law: Law, deed: Deed) -> dict:
    side = deed.side
    return {
        "by": BY, "body": law.bodies[side], "annex": law.annexes[side], "exporting": law.exporting[side],
        "importing": law.importing, "authority": None,
    }  # fmt: skip


def _scopes(law: Law, deed: Deed) -> list[Scope]:
    scopes = law.scopes[deed.side]
    first = deed.pick % len(scopes)
    return [*scopes, *scopes][first : first + 1 + deed.pick % 3]


def _one(rows, deed: Deed):
    found = list(rows.order_by("id"))
    if not found:
        raise LookupError("Nothing there yet")
    return found[deed.pick % len(found)]


def _designation(law: Law, deed: Deed) -> Designation:
    return _one(Designation.objects.filter(body=law.bodies[deed.side]), deed)


def _recognition(law: Law, deed: Deed) -> Recognition:
    return _one(Recognition.objects.filter(body=law.bodies[deed.side]), deed)


def _accreditation(law: Law, deed: Deed) -> Accreditation:
    return _one(Accreditation.objects.filter(body=law.bodies[deed.side]), deed)


def _some_lines(record, deed: Deed):
    return [line for line in record.lines.order_by("id") if (line.id + deed.pick) % 2]


@_deed
def _designate(law, deed):
    designating.designate(**_parties(law, deed), scopes=_scopes(law, deed), terms=_terms(deed))


@_deed
def _list_body(law, deed):
    recognising.list_body(**_parties(law, deed), scopes=_scopes(law, deed), terms=_terms(deed))


@_deed
def _notify(law, deed):
    designating.notify(by=BY, designation=_designation(law, deed), regulator=None, terms=_terms(deed))


@_deed
def _restrict_designation(law, deed):
    designation = _designation(law, deed)
    designating.restrict(
        by=BY, designation=designation, terms=_terms(deed), lines=_some_lines(designation, deed)
    )


@_deed
def _suspend_designation_in_part(law, deed):
    designation = _designation(law, deed)
    designating.suspend(
        by=BY, designation=designation, terms=_terms(deed), lines=_some_lines(designation, deed)
    )


@_deed
def _recognise_in_part(law, deed):
    recognition = _recognition(law, deed)
    lines, reasons = _some_lines(recognition, deed), {line.id: "No." for line in recognition.lines.all()}
    recognising.recognise_in_part(
        by=BY, recognition=recognition, terms=_terms(deed), lines=lines, reasons=reasons
    )


@_deed
def _restrict_recognition(law, deed):
    recognition = _recognition(law, deed)
    recognising.restrict(
        by=BY, recognition=recognition, terms=_terms(deed), lines=_some_lines(recognition, deed)
    )


@_deed
def _accredit(law, deed):
    sector, site = (
        [None, *law.sectors][deed.pick % 3],
        law.bodies[deed.side].sites.get() if deed.undated else None,
    )
    accrediting.accredit(
        by=BY,
        body=law.bodies[deed.side],
        accreditation_body=law.accreditor,
        terms=_terms(deed),
        sector=sector,
        site=site,
    )


def _on_whole(module, act: str, record: str, find) -> None:
    def deed_of(law, deed):
        getattr(module, act)(by=BY, **{record: find(law, deed)}, terms=_terms(deed))

    DEEDS[f"{act}_{record}"] = deed_of


for _act in ("suspend", "restore", "withdraw", "renew", "expire"):
    _on_whole(designating, _act, "designation", _designation)
    _on_whole(recognising, _act, "recognition", _recognition)
    _on_whole(accrediting, _act, "accreditation", _accreditation)
for _act in ("recognise", "refuse", "contest"):
    _on_whole(recognising, _act, "recognition", _recognition)


def _decision(deed: Deed) -> Decision:
    return _one(Decision.objects.known().exclude(act=Act.ANNUL), deed)


@_deed
def _correct_day(law, deed):
    correcting.correct(by=BY, decision=_decision(deed), reason="Wrong day.", effective_on=deed.day)


@_deed
def _correct_terms(law, deed):
    terms = _terms(deed)
    correcting.correct(
        by=BY, decision=_decision(deed), reason="Wrong terms.", until=terms.until, start_unknown=terms.start_unknown,
        older_results=terms.older_results, older_results_until=terms.older_results_until,
    )  # fmt: skip


@_deed
def _annul(law, deed):
    correcting.annul(by=BY, decision=_decision(deed), reason="Never decided.")


@_deed
def _set_status(law, deed):
    statuses = AnnexStatus.values
    status = statuses[deed.pick % len(statuses)]
    concluding.set_status(
        by=BY, annex=law.annexes[deed.side], status=status, start=deed.day, end=_terms(deed).until
    )


@_deed
def _undertake(law, deed):
    sector = [None, *law.sectors][deed.pick % 3]
    concluding.undertake(
        by=BY, annex=law.annexes[deed.side], importing=law.importing, exporting=law.exporting[deed.side],
        kind=["test_report", "certificate"][deed.pick % 2], sector=sector, valid=days(deed.day, _terms(deed).until),
        verified=deed.undated, accreditation_required=deed.pick > 6,
    )  # fmt: skip


@_deed
def _list_requirement(law, deed):
    other = deed.pick % 4 == 0
    requirement = make_requirement("other-rule") if other else law.requirement
    concluding.list_requirement(
        by=BY, annex=law.annexes[deed.side], importing=law.importing, requirement=requirement,
        valid=days(deed.day, _terms(deed).until),
    )  # fmt: skip


@_deed
def _delist_requirement(law, deed):
    listing = _one(RequirementListing.objects.known(), deed)
    concluding.delist_requirement(by=BY, listing=listing, on=deed.day)


@_deed
def _leave_the_union(law, deed):
    member = make_economy(["DE", "GB"][deed.pick % 2])
    membership = _one(UnionMembership.objects.filter(member=member).known(), deed)
    concluding.end_membership(by=BY, membership=membership, on=deed.day)


@_deed
def _join_the_union(law, deed):
    member = make_economy(["DE", "GB"][deed.pick % 2])
    kind = MembershipKind.values[deed.pick % len(MembershipKind.values)]
    concluding.admit(
        by=BY, union=law.exporting[1], member=member, valid=days(deed.day, _terms(deed).until), kind=kind,
        verified=not deed.undated,
    )  # fmt: skip
