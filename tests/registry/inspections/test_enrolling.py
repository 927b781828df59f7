"""Facilities: put on file with their numbers, renamed, merged and taken apart, and what looks like the same place."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from agreements.acting import operator
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.verbs import running
from registry.inspections import enrolling, inspecting, resembling
from registry.inspections.enrolling import Number, NumberTaken, Outdated
from registry.inspections.fence import reading_as
from registry.inspections.models import DUNS, FEI, Facility, FacilityIdentifier
from tests.agreements.factories import make_economy
from tests.registry.inspections.room import make_facility, make_inspection


def _enrol(room, name="Werk Nord GmbH", numbers=(), side="giver", **fields):
    place = {"economy": make_economy("DE"), **fields}
    return enrolling.enrol(by=room.by(side), name=name, numbers=numbers, **place)


def _publish(room, facility):
    enrolling.revise(
        by=room.by("giver"),
        facility=facility,
        version=facility.version,
        economy=facility.economy,
        numbers=enrolling.numbers_of(facility),
        is_public=True,
    )


def _resembling(room, facility, side="giver"):
    by = room.by(side)
    with reading_as(by):
        numbers = list(facility.identifiers.values_list("scheme", "value"))
        return {one.facility.name: one.reasons for one in resembling.of(by, facility, numbers)}


def test_a_facility_keeps_its_numbers_with_issuer_and_days(room):
    since = date(2020, 1, 1)
    numbers = [Number(FEI, "3004540906"), Number(DUNS, "15-048-3782"), Number("BfArM", "77", "BfArM", since)]

    facility = _enrol(room, numbers=numbers, town="Ulm")

    kept = {(row.scheme, row.value, row.issuer, row.valid.lower) for row in facility.identifiers.all()}
    assert kept == {
        (FEI, "3004540906", "FDA", None),
        (DUNS, "150483782", "Dun & Bradstreet", None),
        ("BfArM", "77", "BfArM", since),
    }
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.room, entry.after["town"]) == ("registry.enrol", "desk", "Ulm")


def test_a_public_facility_changes_what_the_public_is_told(room):
    _enrol(room, is_public=True)

    assert AuditEntry.objects.latest("id").room == "registry"


@pytest.mark.parametrize(("scheme", "value"), [(FEI, "12a"), (DUNS, "1234"), (DUNS, ""), ("", "1")])
def test_a_number_that_cannot_be_one_is_refused_in_words(room, scheme, value):
    with pytest.raises(ValueError, match=r"digits|number"):
        _enrol(room, numbers=[Number(scheme, value)])
    assert not Facility.objects.exists()


def test_a_number_that_another_facility_has_leads_there(room):
    first = _enrol(room, numbers=[Number(FEI, "3004540906")])

    with pytest.raises(NumberTaken) as own:
        _enrol(room, "Another", [Number(FEI, "3004540906")])
    assert own.value.facility == first

    _publish(room, first)
    with pytest.raises(NumberTaken) as foreign:
        _enrol(room, "Another", [Number(FEI, "3004540906")], side="outsider")
    assert foreign.value.facility == first


def test_a_number_does_not_tell_of_a_facility_that_one_may_not_know(room):
    first = _enrol(room, numbers=[Number(FEI, "3004540906")])

    other = _enrol(room, "Another", [Number(FEI, "3004540906")], side="outsider")

    assert other != first
    assert _resembling(room, other, "outsider") == {}
    _publish(room, first)
    assert list(_resembling(room, other, "outsider")) == [first.name]


def test_the_database_holds_a_number_to_one_facility_of_an_authority(room):
    first, second = _enrol(room, numbers=[Number(FEI, "3004540906")]), _enrol(room, "Another")

    with pytest.raises(IntegrityError), running("test.double", "desk"):
        FacilityIdentifier.objects.create(
            facility=second, scheme=FEI, value="3004540906", kept_by=first.entered_by
        )


def test_a_facility_may_lie_in_a_country_that_is_no_economy_on_file(room):
    first = _enrol(room, "Werk Pune", economy=None, country="IN")
    second = _enrol(room, "Werk Pune GmbH", economy=None, country="IN")
    _enrol(room, "Werk Pune AG", economy=None, country="BR")

    assert (first.lies_in, first.place_code) == ("India", "IN")
    assert list(_resembling(room, second)) == ["Werk Pune"]
    with pytest.raises(ValueError, match="country"):
        _enrol(room, economy=None, country="XX")


def test_only_who_inspects_and_may_write_puts_a_facility_on_file(room):
    for side, role in (("giver", "reader"), ("giver", "releaser")):
        with pytest.raises(PermissionDenied):
            enrolling.enrol(by=room.by(side, role), name="X", economy=None)
    room.outsider.capacities = ["designating"]
    room.outsider.save()
    with pytest.raises(PermissionDenied, match="inspectorate"):
        enrolling.enrol(by=room.by("outsider"), name="X", economy=None)


def test_a_new_name_leaves_the_old_one_with_its_last_day(room):
    facility = _enrol(room)

    renamed = enrolling.rename(
        by=room.by("giver"), facility=facility, version=1, name="Werk Ost GmbH", since=date(2024, 5, 1)
    )

    assert renamed.name == "Werk Ost GmbH"
    assert [(row.name, row.until) for row in renamed.former_names.all()] == [
        ("Werk Nord GmbH", date(2024, 5, 1))
    ]
    with pytest.raises(Outdated):
        enrolling.rename(by=room.by("giver"), facility=facility, version=1, name="Werk West GmbH")


def test_revising_says_what_was_and_what_is(room):
    facility = _enrol(room, numbers=[Number(FEI, "3004540906")], town="Ulm")

    enrolling.revise(
        by=room.by("giver"),
        facility=facility,
        version=1,
        economy=make_economy("DE"),
        numbers=[Number(FEI, "3004540906", end=date(2025, 1, 1)), Number(FEI, "3004540907")],
        is_public=False,
        town="Bonn",
    )

    entry = AuditEntry.objects.latest("id")
    assert (entry.before["town"], entry.after["town"]) == ("Ulm", "Bonn")
    assert [row["value"] for row in entry.after["numbers"]] == ["3004540906", "3004540907"]
    assert facility.identifiers.count() == 2


def test_nobody_else_changes_what_an_authority_put_on_file(room):
    facility = _enrol(room, is_public=True)

    with pytest.raises(PermissionDenied):
        enrolling.rename(by=room.by("receiver"), facility=facility, version=1, name="Ours")
    enrolling.rename(by=operator("tests"), facility=facility, version=1, name="Corrected")


def test_merged_facilities_are_one_until_taken_apart(room):
    by = room.by("giver")
    first, second = _enrol(room), _enrol(room, "Werk Nord")
    assert "Werk Nord" in _resembling(room, first)

    enrolling.merge(by=by, facility=second, into=first, reason="One address.")

    second.refresh_from_db()
    assert second.merged_into == first
    assert list(Facility.objects.apart()) == [first]
    assert _resembling(room, first) == {}
    with pytest.raises(NotAllowed, match="merged already"):
        enrolling.merge(by=by, facility=second, into=first, reason="Again.")
    enrolling.take_apart(by=by, facility=second, reason="Two gates.")
    assert Facility.objects.apart().count() == 2
    assert AuditEntry.objects.latest("id").reason == "Two gates."


def test_a_merger_needs_one_that_stays_which_the_actor_may_know(room):
    own, hidden = _enrol(room), _enrol(room, "Tokyo works", side="outsider")

    for other in (own, hidden):
        with pytest.raises(NotAllowed):
            enrolling.merge(by=room.by("giver"), facility=own, into=other, reason="Same.")
    with pytest.raises(ValueError, match="Say why"):
        enrolling.merge(by=room.by("giver"), facility=own, into=make_facility(is_public=True), reason=" ")


def test_duplicates_are_told_with_their_reason_and_only_those_one_may_know(room):
    facility = _enrol(room, "Alpine Pharma GmbH", [Number(FEI, "3004540906", end=date(2020, 1, 1))])
    later = _enrol(room, "Entirely different", [Number(FEI, "3004540906", start=date(2020, 1, 1))])
    shared = make_inspection(room, make_facility("Alpine Pharma")).facility
    _enrol(room, "Alpine Pharma", side="outsider")
    renamed = _enrol(room, "Alpine Pharm")
    enrolling.rename(by=room.by("giver"), facility=renamed, version=1, name="Something else")

    found = _resembling(room, facility)

    assert found == {
        later.name: ["has, or had, the same number: FEI 3004540906"],
        shared.name: ["has a name that is alike, in the same country or economy"],
        "Something else": ["had a name that is alike: Alpine Pharm"],
    }


def test_a_mistaken_inspection_no_longer_shows_its_facility(room):
    facility = make_facility("Werk West")
    inspection = make_inspection(room, facility, access_class="public", annex=None)
    receiver = room.by("outsider")
    with reading_as(receiver):
        assert Facility.objects.visible_to(receiver).exists()

    inspecting.take_back(by=room.by("giver"), inspection=inspection, reason="Wrong site.")

    with reading_as(receiver):
        assert not Facility.objects.visible_to(receiver).exists()
