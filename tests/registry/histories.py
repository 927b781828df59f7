"""Random histories of the register: acts of every kind, recorded one after another, legal or not."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from hypothesis import strategies as st

from agreements import concluding, texts
from agreements.models import AnnexStatus, MembershipKind, RequirementListing, UnionMembership
from portal import clock
from portal.lifecycle import NotAllowed
from portal.validity import days
from registry import accrediting, correcting, designating, recognising, registering
from registry.deciding import Terms
from registry.designating import Scope
from registry.models import (
    Accreditation,
    Act,
    Body,
    Decision,
    Designation,
    Merger,
    OlderResults,
    Recognition,
    Site,
)
from tests.agreements.factories import BY, make_economy, make_requirement
from tests.registry.laws import FIRST_DAY, FIRST_MOMENT, Law, make_law

__all__ = ["DEEDS", "Deed", "Law", "deeds", "make_law", "tell", "told"]

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
    ["list_body", "rename", "merge"],
    [*_DESIGNATED, "merge", "separate"],
    [*_DESIGNATED[:1], "merge", "merge", "rename"],
]


def deeds(names=None, openings=_OPENINGS, at_least: int = 6) -> st.SearchStrategy[list[Deed]]:
    """Lists of deeds of these names (None: all), with an opening that leads somewhere, so that there is what to decide."""
    one = st.builds(
        Deed,
        name=st.sampled_from(sorted(names or DEEDS)),
        side=st.sampled_from([0, 0, 0, 1]),
        offset=st.integers(-20, 25),
        length=st.sampled_from([None, None, None, 1, 15, 60]),
        pick=st.integers(0, 11),
        older=st.sampled_from(OlderResults.values),
        undated=st.booleans(),
    )
    return st.tuples(
        st.sampled_from(openings), st.lists(one, min_size=at_least, max_size=at_least + 2), st.integers(0, 1)
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


@contextmanager
def told(law: Law, history: list[Deed]):
    """The history as it stands at its end; gone again after the block."""
    with transaction.atomic():
        law.moments, law.days = [], set()
        tell(law, history)
        yield
        transaction.set_rollback(True)
    texts.forget()


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
        "by": BY, "body": _body(law, deed), "annex": law.annexes[side], "exporting": law.exporting[side],
        "importing": law.partners[side], "authority": None,
    }  # fmt: skip


def _number(deed: Deed) -> int:
    """Mostly the first body of the direction, now and then another: 0, 1, 1, …"""
    return deed.side + 2 * (0, 0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 2)[deed.pick]


def _body(law: Law, deed: Deed) -> Body:
    return law.bodies[_number(deed)]


def _scopes(law: Law, deed: Deed) -> list[Scope]:
    scopes = law.scopes[_number(deed)]
    first = deed.pick % len(scopes)
    return [*scopes, *scopes][first : first + 1 + deed.pick % 3]


def _one(rows, deed: Deed):
    found = list(rows.order_by("id"))
    if not found:
        raise LookupError("Nothing there yet")
    return found[deed.pick % len(found)]


def _designation(law: Law, deed: Deed) -> Designation:
    return _one(Designation.objects.filter(body__in=law.bodies[deed.side :: 2]), deed)


def _recognition(law: Law, deed: Deed) -> Recognition:
    return _one(Recognition.objects.filter(body__in=law.bodies[deed.side :: 2]), deed)


def _accreditation(law: Law, deed: Deed) -> Accreditation:
    return _one(Accreditation.objects.filter(body__in=law.bodies[deed.side :: 2]), deed)


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
    body, sector = _body(law, deed), [None, *law.sectors][deed.pick % 3]
    site = body.sites.earliest("id") if deed.undated else None
    accrediting.accredit(
        by=BY, body=body, accreditation_body=law.accreditor, terms=_terms(deed), sector=sector, site=site
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
def _rename(law, deed):
    names = ("Laboratory", "Test House", "Lab at home")
    local_name = "Haus" if deed.undated else ""
    registering.rename(
        by=BY, body=_body(law, deed), name=names[deed.pick % 3], local_name=local_name, effective_on=deed.day
    )


@_deed
def _merge(law, deed):
    alike = law.bodies[deed.side :: 2]
    body, into = alike[deed.pick % 3], alike[(deed.pick + 1 + deed.pick // 6) % 3]
    registering.merge(by=BY, body=body, into=into, reason="One company number.")


@_deed
def _separate(law, deed):
    merger = _one(Merger.objects.known(), deed)
    registering.separate(by=BY, body=merger.body, reason="Two company numbers.")


@_deed
def _move_site(law, deed):
    site = _one(Site.objects.filter(body=_body(law, deed)), deed)
    registering.move_site(by=BY, site=site, effective_on=deed.day, town="Elsewhere")


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
        by=BY, annex=law.annexes[deed.side], importing=law.partners[deed.side], exporting=law.exporting[deed.side],
        kind=["test_report", "certificate"][deed.pick % 2], sector=sector, valid=days(deed.day, _terms(deed).until),
        verified=deed.undated, accreditation_required=deed.pick > 6,
    )  # fmt: skip


@_deed
def _list_requirement(law, deed):
    other = deed.pick % 4 == 0
    requirement = make_requirement("other-rule") if other else law.requirement
    concluding.list_requirement(
        by=BY, annex=law.annexes[deed.side], importing=law.partners[deed.side], requirement=requirement,
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
