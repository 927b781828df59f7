"""Inspections: recorded by whoever made them, revised by version, taken back with a reason; scales are never converted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agreements.acting import operator
from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from registry.inspections import enrolling, inspecting
from registry.inspections.enrolling import Outdated
from registry.inspections.fence import reading_as
from registry.inspections.inspecting import Facts, Found, ReferenceTaken
from registry.inspections.models import AccessClass, Facility, Inspection
from tests.agreements.factories import make_annex
from tests.registry.inspections.room import make_facility

FACTS = Facts(
    reference="2025/7",
    kind="routine",
    began_on=date(2025, 3, 24),
    ended_on=date(2025, 3, 28),
    product_classes=("human",),
    scale="PIC/S",
    findings=(Found("major", 2, "5.1", "Dust in room 7"), Found("other", 5)),
)


def _record(room, facts=FACTS, side="giver", facility=None):
    facility = facility or make_facility(is_public=True)
    return inspecting.record(by=room.by(side), facility=facility, facts=facts)


def _facts(room, inspection):
    with reading_as(room.by("giver")):
        return inspecting.facts_of(inspection)


def test_what_was_recorded_is_kept_as_it_was_given(room):
    inspection = _record(room)

    assert _facts(room, inspection) == FACTS
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.room, entry.after["reference"]) == ("registry.record", "desk", "2025/7")
    assert [row["grade"] for row in entry.after["findings"]] == ["major", "other"]
    assert "Dust" not in str(entry.after)


def test_a_public_inspection_changes_what_the_public_is_told(room):
    inspection = _record(room, replace(FACTS, access_class=AccessClass.PUBLIC))
    assert AuditEntry.objects.latest("id").room == "registry"

    inspecting.revise(by=room.by("giver"), inspection=inspection, version=1, facts=FACTS)

    assert AuditEntry.objects.latest("id").room == "registry"


def test_the_operator_records_for_an_authority_it_names(room):
    inspection = inspecting.record(
        by=operator("tests"), facility=make_facility(), facts=FACTS, authority=room.receiver
    )

    assert inspection.authority == room.receiver
    with reading_as(room.by("receiver")):
        assert inspection.findings.count() == 2


def test_nobody_records_for_another_authority_or_at_a_place_one_may_not_know(room):
    with pytest.raises(PermissionDenied):
        inspecting.record(
            by=room.by("outsider"), facility=make_facility(is_public=True), facts=FACTS, authority=room.giver
        )
    with pytest.raises(PermissionDenied):
        inspecting.record(by=room.by("giver", "reader"), facility=make_facility(), facts=FACTS)
    with pytest.raises(NotAllowed, match="Choose a facility"):
        _record(room, facility=make_facility())
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ended_on": date(2025, 3, 1)}, "before the first"),
        ({"ended_on": clock.today() + timedelta(days=1)}, "future"),
        ({"began_on": None, "ended_on": None, "reference": ""}, "last day or your number"),
        ({"scale": "FDA", "outcome": "3", "findings": ()}, "NAI, VAI, OAI"),
        ({"scale": "", "outcome": "satisfactory"}, "Name the scale"),
        ({"findings": (Found("4"),)}, "critical, major, other"),
        ({"findings": (Found(" "),)}, "grade of your scale"),
        ({"access_class": AccessClass.NAMED}, "Choose the authorities"),
        ({"access_class": AccessClass.ANNEX}, "Choose the annex"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(room, change, words):
    with pytest.raises(ValueError, match=words):
        _record(room, replace(FACTS, **change))
    assert not Inspection.objects.exists()


def test_words_of_an_own_scale_are_taken_as_they_are(room):
    inspection = _record(
        room, replace(FACTS, scale="Our own", outcome="zufriedenstellend", findings=(Found("gravierend"),))
    )

    assert (inspection.scale, inspection.outcome) == ("Our own", "zufriedenstellend")


def test_an_inspection_is_shared_only_under_an_annex_of_its_authority(room):
    elsewhere = make_annex("ELSEWHERE", parties=("JP", "GB"))
    with pytest.raises(ValueError, match="annex that applies today"):
        _record(room, replace(FACTS, access_class=AccessClass.ANNEX, annex=elsewhere))

    inspection = _record(room, replace(FACTS, access_class=AccessClass.ANNEX, annex=room.annex))

    assert inspection.annex == room.annex


def test_a_number_is_given_once(room):
    first = _record(room)

    with pytest.raises(ReferenceTaken) as taken:
        _record(room)

    assert taken.value.inspection == first
    inspecting.take_back(by=room.by("giver"), inspection=first, reason="Typed twice.")
    _record(room)


def test_a_revision_counts_on_and_an_older_one_is_refused(room):
    inspection = _record(room)
    facts = replace(
        FACTS, kind="for_cause", access_class=AccessClass.NAMED, named=(room.outsider, room.giver)
    )

    revised = inspecting.revise(
        by=room.by("giver", "approver"), inspection=inspection, version=1, facts=facts
    )

    assert revised.version == 2
    assert list(revised.named.all()) == [room.outsider]
    entry = AuditEntry.objects.latest("id")
    assert (entry.before["kind"], entry.after["kind"]) == ("routine", "for_cause")
    with pytest.raises(Outdated):
        inspecting.revise(by=room.by("giver"), inspection=inspection, version=1, facts=FACTS)
    with pytest.raises(PermissionDenied):
        inspecting.revise(by=room.by("outsider"), inspection=inspection, version=2, facts=FACTS)


def test_taking_back_says_why_and_is_done_once(room):
    inspection = _record(room)
    with pytest.raises(ValueError, match="Say why"):
        inspecting.take_back(by=room.by("giver"), inspection=inspection, reason=" ")

    taken = inspecting.take_back(by=room.by("giver"), inspection=inspection, reason="Wrong site.")

    assert taken.withdrawn_at
    assert AuditEntry.objects.latest("id").reason == "Wrong site."
    with pytest.raises(NotAllowed, match="taken back"):
        inspecting.take_back(by=room.by("giver"), inspection=inspection, reason="Again.")
    with pytest.raises(NotAllowed, match="taken back"):
        inspecting.revise(by=room.by("giver"), inspection=inspection, version=2, facts=FACTS)


def test_nothing_is_recorded_at_a_facility_that_is_merged_into_another(room):
    by = room.by("giver")
    stays, goes = make_facility("Stays", is_public=True), enrolling.enrol(by=by, name="Goes", economy=None)
    enrolling.merge(by=by, facility=goes, into=stays, reason="Same.")

    with pytest.raises(NotAllowed, match="merged"):
        _record(room, facility=Facility.objects.get(pk=goes.pk))
