"""On which grounds one authority may ask another, and what is missing where there is none."""

import pytest

from agreements import appointing
from agreements.models import AnnexStatus, Capacity
from portal import clock
from portal.lifecycle import NotAllowed
from portal.validity import days
from registry.inspections import audience, citing
from registry.inspections.models import Information
from tests.agreements.factories import (
    BY,
    make_annex,
    make_authority,
    make_economy,
    make_membership,
    make_sector,
    make_undertaking,
    set_status,
)
from tests.registry.inspections.requests import ask
from tests.registry.inspections.room import GMP, make_inspection, promise
from tests.registry.officers import acting, make_officer

pytestmark = pytest.mark.django_db


def grounds(room, asked=None, sector=GMP):
    sector = make_sector(sector) if sector else None
    return citing.grounds(room.by("receiver"), asked or room.giver, sector)


def test_the_annex_between_the_two_can_be_cited(room):
    (ground,) = grounds(room)
    assert (ground.annex, ground.lacks) == (room.annex, [])
    assert (ground.asking_party.code, ground.asked_party.code) == ("US", "DE")


def test_an_annex_about_something_else_is_no_ground(room):
    make_undertaking("US", "DE", kind="test_report", sector="emc")
    assert [ground.annex for ground in grounds(room)] == [room.annex]


def test_without_an_annex_there_is_no_ground(room):
    assert grounds(room, room.outsider) == []


@pytest.mark.parametrize(
    ("status", "word"), [(AnnexStatus.SUSPENDED, "suspended"), (AnnexStatus.LAPSED, "lapsed")]
)
def test_an_annex_that_does_not_apply_says_what_it_is(room, status, word):
    set_status(room.annex, status, clock.today())
    (ground,) = grounds(room)
    assert ground.lacks == [f"It does not apply today: {word}."]
    with pytest.raises(NotAllowed, match="cannot be cited"):
        ask(room, make_inspection(room, access_class="public"))


def test_a_sector_that_it_does_not_cover_is_named(room):
    (ground,) = grounds(room, sector="toys")
    assert ground.lacks == ["It does not cover Toys."]
    assert citing.citable(room.by("receiver"), room.giver, make_sector("toys")) == []
    assert citing.citable(room.by("receiver"), room.giver, None)


def test_an_authority_that_does_not_act_for_its_party_is_named(room):
    other = make_authority("de-other", "DE", ["inspectorate"], name="Other Office")
    (ground,) = grounds(room, other)
    assert len(ground.lacks) == 1
    assert "Other Office is not on file as regulator or inspectorate of Economy DE" in ground.lacks[0]
    assert "operator" in ground.lacks[0]


def test_where_nobody_works_yet_nothing_is_sent(room):
    empty = make_authority("de-empty", "DE", ["inspectorate"], name="Empty Office")
    appointing.assign(
        by=BY, annex=room.annex, economy=make_economy("DE"), authority=empty, capacity=Capacity.INSPECTORATE
    )
    inspection = make_inspection(room, authority=empty)
    with pytest.raises(NotAllowed, match="Nobody at Empty Office works in this portal"):
        ask(room, inspection, asked=empty)


def test_an_inspectorate_that_a_partner_recognises_acts_for_its_union(room):
    annex = make_annex("GMP-UNION", parties=("US", "EU"), sectors=(GMP,))
    make_undertaking("US", "EU", kind="gmp_inspection", sector=GMP, annex=annex)
    make_membership("IE", "EU")
    irish = make_authority("ie-inspectorate", "IE", ["inspectorate"], name="Irish Inspectorate")
    by = acting(make_officer(irish, "editor"), irish)
    assert annex.pk not in audience.annexes_of(by)
    appointing.recognise_authority(
        by=BY,
        annex=annex,
        importing=make_economy("US"),
        authority=irish,
        product_class="human",
        valid=days(clock.today()),
    )
    assert audience.annexes_of(by) == {annex.pk}
    assert (annex.pk, make_economy("EU").pk) in audience.directions_of(by)


def test_whom_one_may_ask(room):
    make_authority("de-designator", "DE", ["designating"])
    far = make_authority("aa-inspectorate", "DE", ["inspectorate"], name="A first office")
    found = citing.askable(room.by("receiver"), near=make_economy("DE"))
    assert [(each, each.has_people) for each in found] == [(room.giver, True), (far, False)]
    assert citing.askable(room.by("outsider")) == []


def test_what_commitments_cover_and_what_they_lack(room):
    by, sector = room.by("receiver"), make_sector(GMP)
    nothing = citing.cover(by, room.giver, sector)
    assert (nothing.commitments, nothing.covered) == ([], [])
    assert len(nothing.lacking) == len(Information.values)
    held = promise(room, information=["trade_secret"], sector_codes=[GMP])
    promise(room, information=["law_enforcement"], sector_codes=["toys"])
    promise(room, information=["personal_privacy"], valid=days(None, clock.today()))
    promise(room, "receiver", "giver", information=["pre_decisional"])
    cover = citing.cover(by, room.giver, sector)
    assert (cover.commitments, cover.covered) == ([held], ["trade secrets"])
    assert "law enforcement information" in cover.lacking
