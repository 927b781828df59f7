"""The verbs that say what agreements oblige."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agreements import announcing, concluding
from agreements.models import AnnexPeriod, AnnexStatus, Origin, Undertaking, UnionMembership
from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.validity import days
from tests.agreements.factories import (
    BY,
    acting_for,
    make_agreement,
    make_annex,
    make_authority,
    make_economy,
    make_membership,
    make_requirement,
    make_sector,
    make_undertaking,
    set_status,
)

pytestmark = pytest.mark.django_db

JANUARY = datetime(2026, 1, 10, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 10, tzinfo=UTC)
MARCH = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch):
    """The sets of annexes that listeners were told of."""
    heard = []
    monkeypatch.setattr(announcing, "_listeners", [heard.append])
    return heard


def periods(annex, at=None):
    """(status, from, to) of the annex's periods known at a moment, in order."""
    rows = AnnexPeriod.objects.filter(annex=annex).known(at).order_by("valid")
    return [(row.status, row.valid.lower, row.valid.upper) for row in rows]


def test_an_agreement_has_its_parties_and_one_audit_entry():
    agreement = make_agreement("A-1", {"US": "one", "IS": "other", "NO": "other"})
    sides = {row.economy.code: row.side for row in agreement.party_rows.all()}
    assert sides == {"US": "one", "IS": "other", "NO": "other"}
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.target_name, entry.after["parties"]) == (
        "agreements.conclude",
        "A-1",
        ["US", "IS", "NO"],
    )
    assert agreement.origin == Origin.ENTERED


def test_an_impossible_date_is_refused():
    with pytest.raises(ValidationError):
        make_agreement(signed="2013-13")


def test_a_new_status_replaces_the_days_it_covers_and_keeps_what_was_known():
    with clock.at(JANUARY):
        annex = make_annex(in_force_from=date(2000, 1, 1))
    with clock.at(FEBRUARY):
        set_status(annex, AnnexStatus.SUSPENDED, date(2010, 1, 1), date(2012, 1, 1), reason="Notified.")
    assert periods(annex) == [
        ("in_force", date(2000, 1, 1), date(2010, 1, 1)),
        ("suspended", date(2010, 1, 1), date(2012, 1, 1)),
        ("in_force", date(2012, 1, 1), None),
    ]
    assert periods(annex, JANUARY) == [("in_force", date(2000, 1, 1), None)]


def test_a_status_can_be_corrected_more_than_once():
    with clock.at(JANUARY):
        annex = make_annex(in_force_from=date(2000, 1, 1))
    with clock.at(FEBRUARY):
        set_status(annex, AnnexStatus.LAPSED, date(2020, 1, 1))
    with clock.at(MARCH):
        set_status(annex, AnnexStatus.LAPSED, date(2021, 5, 26))
    assert periods(annex, FEBRUARY)[-1] == ("lapsed", date(2020, 1, 1), None)
    # A statement speaks of its own days only: those before them stay as they were said.
    assert periods(annex) == [
        ("in_force", date(2000, 1, 1), date(2020, 1, 1)),
        ("lapsed", date(2020, 1, 1), date(2021, 5, 26)),
        ("lapsed", date(2021, 5, 26), None),
    ]


def test_two_statuses_at_one_moment_leave_the_later_one():
    with clock.at(JANUARY):
        annex = make_annex(in_force_from=date(2000, 1, 1))
        set_status(annex, AnnexStatus.TERMINATED, date(2000, 1, 1))
    assert periods(annex) == [("terminated", date(2000, 1, 1), None)]
    assert periods(annex, JANUARY) == periods(annex)


def test_history_is_not_written_behind_what_is_known():
    with clock.at(FEBRUARY):
        annex = make_annex()
    with clock.at(JANUARY), pytest.raises(NotAllowed):
        set_status(annex, AnnexStatus.LAPSED, date(2020, 1, 1))


def test_acceptance_is_told_which_annex_changed(told):
    undertaking = make_undertaking()
    assert told == [{undertaking.annex_id}, {undertaking.annex_id}]


def test_only_parties_that_face_each_other_undertake():
    annex = make_annex(parties={"US": "one", "IS": "other", "NO": "other"})
    make_undertaking("US", "IS", annex=annex)
    make_undertaking("NO", "US", annex=annex)
    with pytest.raises(NotAllowed, match="same side"):
        make_undertaking("IS", "NO", annex=annex)
    with pytest.raises(NotAllowed, match="not a party"):
        make_undertaking("US", "JP", annex=annex)
    with pytest.raises(NotAllowed, match="same side"):
        make_undertaking("US", "US", annex=annex)


def test_the_same_undertaking_twice_is_refused_but_later_days_are_not():
    annex = make_annex()
    make_undertaking(annex=annex, valid=days(date(2000, 1, 1), date(2010, 1, 1)))
    with pytest.raises(NotAllowed, match="already"):
        make_undertaking(annex=annex, valid=days(date(2009, 12, 31)))
    make_undertaking(annex=annex, valid=days(date(2010, 1, 1)))
    make_undertaking(annex=annex, sector=None)
    with pytest.raises(NotAllowed, match="already"):
        make_undertaking(annex=annex, sector=None)
    assert Undertaking.objects.count() == 3


def test_an_unknown_kind_of_result_is_refused():
    with pytest.raises(ValidationError):
        make_undertaking(kind="hearsay")


def test_a_requirement_leaves_the_list_on_a_day():
    undertaking = make_undertaking()
    with clock.at(JANUARY):
        listing = concluding.list_requirement(
            by=BY, annex=undertaking.annex, importing=undertaking.importing, requirement=make_requirement()
        )
    with clock.at(FEBRUARY):
        concluding.delist_requirement(by=BY, listing=listing, on=date(2025, 1, 1), reason="Repealed.")
    left = undertaking.annex.requirement_listings.known().get()
    assert (left.valid.lower, left.valid.upper) == (None, date(2025, 1, 1))
    assert undertaking.annex.requirement_listings.known(JANUARY).get().valid.upper is None
    with pytest.raises(NotAllowed):
        concluding.delist_requirement(by=BY, listing=listing, on=date(2026, 1, 1))


def test_a_membership_ends_and_its_union_s_annexes_are_told(told):
    annex = make_annex(parties=("US", "EU"))
    with clock.at(JANUARY):
        membership = make_membership("GB", start=date(1973, 1, 1))
    told.clear()
    with clock.at(FEBRUARY):
        concluding.end_membership(by=BY, membership=membership, on=date(2020, 2, 1))
    assert told == [{annex.pk}]
    left = UnionMembership.objects.known().get()
    assert (left.valid.lower, left.valid.upper) == (date(1973, 1, 1), date(2020, 2, 1))
    assert UnionMembership.objects.known(JANUARY).get().valid.upper is None
    with pytest.raises(NotAllowed, match="already"):
        make_membership("GB", start=date(2010, 1, 1))


def test_a_condition_stands_once():
    annex = make_annex()
    concluding.add_condition(by=BY, annex=annex, text="Third-party laboratories only.")
    with pytest.raises(NotAllowed):
        concluding.add_condition(by=BY, annex=annex, text="Third-party laboratories only.")


def test_an_agreement_is_replaced_by_others_but_not_by_itself():
    old, new = make_agreement("OLD"), make_agreement("NEW")
    concluding.replace(by=BY, agreement=old, successor=new)
    assert list(old.replaced_by.all()) == [new]
    assert list(new.replaces.all()) == [old]
    with pytest.raises(NotAllowed):
        concluding.replace(by=BY, agreement=old, successor=old)


def test_coverage_is_stated_anew():
    economy = make_economy("US")
    for words in ("None.", "Complete."):
        coverage = concluding.state_coverage(
            by=BY,
            economy=economy,
            side="recognitions",
            source_name="FCC list",
            statement=words,
            as_of=date(2026, 1, 1),
        )
    assert economy.coverage.get() == coverage
    assert coverage.statement == "Complete."


def test_the_texts_belong_to_the_operator_and_a_side_to_its_authorities():
    annex = make_annex()
    officer = acting_for(make_authority("us-nist", "US"))
    sides = {"annex": annex, "kind": "test_report", "sector": make_sector("emc")}
    with pytest.raises(PermissionDenied):
        concluding.set_status(by=officer, annex=annex, status="suspended", start=None)
    with pytest.raises(PermissionDenied):
        concluding.conclude(by=officer, code="X", name="X", parties=[])
    with pytest.raises(PermissionDenied):
        concluding.undertake(by=officer, importing=make_economy("GB"), exporting=make_economy("US"), **sides)
    concluding.undertake(by=officer, importing=make_economy("US"), exporting=make_economy("GB"), **sides)
