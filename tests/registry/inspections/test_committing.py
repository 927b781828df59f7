"""Commitments: two hands by every path, either side ends at once, and what that stops."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agreements import texts
from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices.models import Notice
from portal.validity import days
from portal.verbs import running
from registry.inspections import commitment_terms, committing, pairing
from registry.inspections.committing import Outdated, Promise
from registry.inspections.fence import reading_as
from registry.inspections.models import Commitment, CommitmentState, Information, Release
from registry.inspections.tasks import remind_of_commitments
from registry.models import Work, WorkItem
from tests.agreements.factories import make_sector
from tests.registry.inspections.released import release
from tests.registry.inspections.room import GMP, promise
from tests.registry.officers import acting, make_officer


def said(room, **fields) -> Promise:
    facts = {
        "receiver": room.receiver,
        "information": ["trade_secret", "confidential_commercial"],
        "sectors": [make_sector("pharmaceutical_gmp", covers=(GMP,))],
        "starts_on": date(2017, 8, 23),
        "citation": "Commitment of 2017-08-23",
    }
    return Promise(**facts | fields)


def written(room, **fields) -> Commitment:
    return committing.write_down(by=room.by("giver"), promise=said(room, **fields))


def confirmed(room, **fields) -> Commitment:
    commitment = written(room, **fields)
    return committing.confirm(
        by=room.by("giver", "approver"), commitment=commitment, version=commitment.version
    )


def work(authority, kind) -> list[WorkItem]:
    return list(WorkItem.objects.waiting().filter(authority=authority, kind=kind))


def test_it_counts_once_a_second_person_has_confirmed_it(room):
    commitment = written(room)
    assert commitment.information == ["confidential_commercial", "trade_secret"]
    assert commitment.sector_codes == ["pharmaceutical_gmp", GMP]
    assert not Commitment.objects.in_force().exists()
    assert not Commitment.objects.visible_to(room.by("receiver")).exists()
    (item,) = work(room.giver, Work.COMMITMENT)
    assert item.place == commitment.get_absolute_url()
    told = set(Notice.objects.filter(target_id=str(item.pk)).values_list("user_id", flat=True))
    assert told == {room.user("giver", "approver").pk}

    committing.confirm(by=room.by("giver", "approver"), commitment=commitment, version=1)

    assert Commitment.objects.in_force().get() == commitment
    assert not work(room.giver, Work.COMMITMENT)
    assert len(work(room.receiver, Work.SHARED)) == 1
    assert Commitment.objects.visible_to(room.by("receiver")).exists()
    assert not Commitment.objects.visible_to(room.by("outsider")).exists()


def test_nobody_confirms_what_they_wrote_whichever_way(room):
    both = make_officer(room.giver, "editor", "approver")
    by = acting(both, room.giver)
    commitment = committing.write_down(by=by, promise=said(room))
    with pytest.raises(PermissionDenied):
        committing.confirm(by=by, commitment=commitment, version=1)

    # Having changed it last is having written it, whoever began.
    other = written(room, citation="Another")
    committing.rewrite(by=by, commitment=other, version=1, promise=said(room, citation="Changed"))
    with pytest.raises(PermissionDenied):
        committing.confirm(by=by, commitment=other, version=2)

    # The database refuses it, too.
    confirming = {"confirmed_by": both, "confirmed_at": clock.now()}
    with running("tests.two_hands", "desk") as frame:
        frame.entries = 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Commitment.objects.filter(pk=commitment.pk).update(**confirming)


@pytest.mark.parametrize(
    ("side", "role"),
    [
        ("giver", "reader"),
        ("giver", "editor"),
        ("giver", "releaser"),
        ("receiver", "approver"),
        ("outsider", "approver"),
    ],
)
def test_who_may_not_confirm(room, side, role):
    commitment = written(room)
    with pytest.raises(PermissionDenied):
        committing.confirm(by=room.by(side, role), commitment=commitment, version=1)


def test_what_is_confirmed_is_what_was_looked_at(room):
    commitment = written(room)
    committing.rewrite(by=room.by("giver"), commitment=commitment, version=1, promise=said(room, sectors=[]))
    with pytest.raises(Outdated):
        committing.confirm(by=room.by("giver", "approver"), commitment=commitment, version=1)
    with pytest.raises(Outdated):
        committing.rewrite(by=room.by("giver"), commitment=commitment, version=1, promise=said(room))


def test_once_confirmed_it_is_not_changed_or_given_up(room):
    commitment = confirmed(room)
    for act in (
        lambda: committing.rewrite(by=room.by("giver"), commitment=commitment, version=1, promise=said(room)),
        lambda: committing.drop(by=room.by("giver"), commitment=commitment),
        lambda: committing.confirm(by=room.by("giver", "approver"), commitment=commitment, version=1),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_given_up_before_it_counts(room):
    commitment = written(room)
    committing.drop(by=room.by("giver"), commitment=commitment, reason="Misread.")
    commitment.refresh_from_db()
    assert commitment.state(clock.today(), clock.now()) == CommitmentState.DROPPED
    assert not work(room.giver, Work.COMMITMENT)
    with pytest.raises(NotAllowed):
        committing.confirm(by=room.by("giver", "approver"), commitment=commitment, version=1)
    written(room)  # and the same text can be written down again


@pytest.mark.parametrize(
    "wrong",
    [
        {"information": []},
        {"citation": "  "},
        {"last_day": date(2017, 8, 22)},
    ],
)
def test_what_is_missing_is_said(room, wrong):
    with pytest.raises(NotAllowed):
        written(room, **wrong)


def test_not_with_oneself_and_not_twice(room):
    with pytest.raises(NotAllowed):
        written(room, receiver=room.giver)
    written(room)
    with pytest.raises(NotAllowed):
        written(room)
    written(room, receiver=room.outsider)


@pytest.mark.parametrize(("side", "stopped"), [("giver", 2), ("receiver", 2)])
def test_either_side_ends_it_at_once(room, side, stopped):
    commitment = confirmed(room, information=list(Information.values))
    for _number in range(2):
        release(room)
    assert pairing.would_stop(room.by(side, "approver"), commitment) == stopped
    with reading_as(room.by("receiver")):
        assert Release.objects.giving_access().count() == 2

    found = committing.end(by=room.by(side, "approver"), commitment=commitment, reason="Change of law.")

    assert found == stopped
    with reading_as(room.by("receiver")):
        assert not Release.objects.giving_access().exists()
    commitment.refresh_from_db()
    assert commitment.ended_by == room.authorities[side].name
    for authority in (room.giver, room.receiver):
        assert any("ended" in item.key for item in work(authority, Work.SHARED))
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.after["releases_without_access"]) == ("registry.end", stopped)
    with pytest.raises(NotAllowed):
        committing.end(by=room.by(side, "approver"), commitment=commitment, reason="Again.")


def test_what_another_commitment_covers_goes_on(room):
    commitment = confirmed(room, information=list(Information.values))
    promise(room)
    release(room)
    assert pairing.would_stop(room.by("giver", "approver"), commitment) == 0
    assert committing.end(by=room.by("giver", "approver"), commitment=commitment, reason="Replaced.") == 0
    with reading_as(room.by("receiver")):
        assert Release.objects.giving_access().count() == 1


def test_the_preview_changes_nothing(room):
    commitment = confirmed(room)
    entries = AuditEntry.objects.count()
    pairing.would_stop(room.by("receiver", "approver"), commitment)
    commitment.refresh_from_db()
    assert commitment.ended_at is None
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("side", "role"), [("giver", "editor"), ("receiver", "releaser"), ("outsider", "approver")]
)
def test_who_may_not_end_it(room, side, role):
    commitment = confirmed(room, is_public=True)
    with pytest.raises(PermissionDenied):
        committing.end(by=room.by(side, role), commitment=commitment, reason="No.")


def test_an_end_gives_a_reason(room):
    with pytest.raises(NotAllowed):
        committing.end(by=room.by("giver", "approver"), commitment=confirmed(room), reason=" ")


def test_only_what_is_public_changes_what_the_public_is_told(room):
    def rooms(act) -> str:
        act()
        return AuditEntry.objects.latest("id").room

    assert rooms(lambda: confirmed(room)) == "desk"
    assert rooms(lambda: confirmed(room, citation="Published", is_public=True)) == "registry"
    public = Commitment.objects.get(is_public=True)
    assert (
        rooms(lambda: committing.end(by=room.by("giver", "approver"), commitment=public, reason="Over."))
        == "registry"
    )


def test_states_by_both_clocks(room):
    start, today = date(2020, 1, 1), clock.today()
    before, now = clock.now(), clock.now
    commitment = confirmed(room, starts_on=start, last_day=date(2090, 12, 31))
    states = CommitmentState
    assert commitment.state(today, before) == states.TO_CONFIRM
    assert commitment.state(start - timedelta(days=1), now()) == states.BEGINS
    assert commitment.state(date(2090, 12, 31), now()) == states.IN_FORCE
    assert commitment.state(date(2091, 1, 1), now()) == states.RUN_OUT
    knew = now()
    committing.end(by=room.by("giver", "approver"), commitment=commitment, reason="Over.")
    commitment.refresh_from_db()
    assert commitment.state(today, knew) == states.IN_FORCE
    assert commitment.state(today, now()) == states.ENDED
    assert commitment.state(today - timedelta(days=1), now()) == states.IN_FORCE


def runs_out_in(room, number: int, **fields) -> Commitment:
    return confirmed(room, last_day=clock.today() + timedelta(days=number), **fields)


def test_both_sides_are_told_before_it_runs_out_and_only_once(room):
    commitment = runs_out_in(room, 40)
    assert remind_of_commitments() == 1
    assert remind_of_commitments() == 0
    for authority in (room.giver, room.receiver):
        (item,) = [each for each in work(authority, Work.SHARED) if "until" in each.key]
        assert (item.due_on, item.place) == (commitment.last_day, commitment.get_absolute_url())
    # Seen and put aside is seen.
    with running("tests.seen", "desk") as frame:
        WorkItem.objects.filter(key__contains="until").update(closed_at=clock.now(), closed_by="tests")
        frame.entries = 1
    assert remind_of_commitments() == 0


def test_nobody_is_told_of_what_is_far_away_open_ended_or_goes_on(room):
    confirmed(room, citation="open")
    runs_out_in(room, 90, receiver=room.outsider, citation="far")
    runs_out_in(room, 30, citation="goes on with the open one")
    assert commitment_terms.running_out(clock.today()) == []


def test_a_narrower_one_does_not_go_on_with_it(room):
    wide = runs_out_in(room, 30, citation="wide", sectors=[])
    confirmed(room, citation="narrow")
    assert commitment_terms.running_out(clock.today()) == [wide]


def test_an_end_takes_the_reminder_off(room):
    commitment = runs_out_in(room, 10)
    remind_of_commitments()
    committing.end(by=room.by("giver", "approver"), commitment=commitment, reason="Over.")
    assert not [each for each in work(room.giver, Work.SHARED) if "until" in each.key]


def test_its_terms_are_kept_to_the_day(room):
    commitment = confirmed(room, last_day=date(2030, 12, 31))
    assert commitment.valid == days(date(2017, 8, 23), date(2031, 1, 1))
    assert commitment.last_day == date(2030, 12, 31)
    assert replace(said(room), last_day=None).valid == days(date(2017, 8, 23))


def test_sectors_are_told_without_what_they_cover(room):
    assert confirmed(room, citation="all", sectors=[]).sector_codes == []
    texts.forget()
    assert [each.code for each in pairing.widest(confirmed(room).sector_codes)] == ["pharmaceutical_gmp"]
