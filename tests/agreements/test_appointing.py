"""The verbs that say who the authorities are and which of them partners recognise."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import appointing
from agreements.models import AuthorityRecognition
from portal import clock
from portal.lifecycle import NotAllowed
from portal.validity import days
from tests.agreements.factories import BY, acting_for, make_annex, make_authority, make_economy

pytestmark = pytest.mark.django_db

JANUARY = datetime(2026, 1, 10, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)


@pytest.fixture
def annex():
    """An annex on medicines between the United States and the United Kingdom."""
    return make_annex(sectors=("pharmaceutical_gmp",))


def recognise(annex, **fields):
    """FDA recognises MHRA for human medicines."""
    authority = make_authority("gb-mhra", "GB", ("inspectorate",))
    return appointing.recognise_authority(
        by=BY, annex=annex, importing=make_economy("US"), authority=authority, product_class="human", **fields
    )


def test_an_authority_has_capacities_and_a_code_of_its_own():
    authority = make_authority(
        "us-fcc", "US", ("regulatory",), acronym="FCC", former_names=["Federal Radio Commission"]
    )
    assert authority.capacities == ["regulatory"]
    with pytest.raises(ValidationError):
        appointing.establish(
            by=BY, code="us-fcc", name="Twice", economy=authority.economy, capacities=["regulatory"]
        )
    with pytest.raises(ValidationError):
        appointing.establish(by=BY, code="us-x", name="X", economy=authority.economy, capacities=["royal"])


def test_an_assignment_said_again_changes_its_remark(annex):
    authority = make_authority("us-fcc", "US", ("regulatory",))
    for remark in ("", "channel"):
        appointing.assign(
            by=BY,
            annex=annex,
            economy=authority.economy,
            authority=authority,
            capacity="regulatory",
            remark=remark,
        )
    assert annex.authority_rows.get().remark == "channel"


def test_recognition_follows_assessment_and_the_past_stays_readable(annex):
    with clock.at(JANUARY):
        recognise(annex, status="assessment_ongoing", valid=days(date(2025, 10, 1)))
    with clock.at(FEBRUARY):
        recognise(annex, valid=days(date(2026, 2, 1)), since="2026-02-01")
    said = [(row.status, row.valid.lower, row.valid.upper) for row in AuthorityRecognition.objects.known()]
    assert sorted(said) == [
        ("assessment_ongoing", date(2025, 10, 1), date(2026, 2, 1)),
        ("recognised", date(2026, 2, 1), None),
    ]
    assert AuthorityRecognition.objects.known(JANUARY).get().status == "assessment_ongoing"


def test_a_recognition_ends_on_a_day(annex):
    recognition = recognise(annex, valid=days(date(2017, 11, 1)))
    appointing.end_authority_recognition(by=BY, recognition=recognition, on=date(2021, 1, 1), reason="Left.")
    assert AuthorityRecognition.objects.known().get().valid.upper == date(2021, 1, 1)
    with pytest.raises(NotAllowed):
        appointing.end_authority_recognition(by=BY, recognition=recognition, on=date(2022, 1, 1))


def test_a_succession_does_not_go_round_in_a_circle():
    first, second, third = (make_authority(code, "MX") for code in ("mx-a", "mx-b", "mx-c"))
    appointing.succeed(by=BY, authority=first, successor=second)
    appointing.succeed(by=BY, authority=second, successor=third)
    third.refresh_from_db()
    first.refresh_from_db()
    with pytest.raises(NotAllowed):
        appointing.succeed(by=BY, authority=third, successor=first)


def test_a_partner_s_authority_recognises_for_its_own_side_only(annex):
    authority = make_authority("gb-mhra", "GB", ("inspectorate",))
    officer = acting_for(authority)
    arguments = {"annex": annex, "authority": authority, "product_class": "human", "valid": days()}
    with pytest.raises(PermissionDenied):
        appointing.recognise_authority(by=officer, importing=make_economy("US"), **arguments)
    with pytest.raises(PermissionDenied):
        appointing.establish(by=officer, code="x", name="X", economy=None, capacities=[])
    appointing.recognise_authority(by=officer, importing=make_economy("GB"), **arguments)
