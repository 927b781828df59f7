"""Rapid alerts: whom each class reaches, who knows of them, acknowledged once, followed up, closed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction

from agreements import appointing, competence, texts
from agreements.models import Capacity
from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices.models import Notice
from portal.validity import days
from portal.verbs import running
from registry.inspections import alert_reach, alerting, alerts, audience, parties
from registry.inspections.alerting import ReachChanged
from registry.inspections.audience import RECEIVING
from registry.inspections.fence import reading_as, reading_everything
from registry.inspections.models import Alert, AlertMessage, AlertReceiver
from registry.models import Work, WorkItem
from tests.agreements.factories import (
    BY,
    make_agreement,
    make_annex,
    make_authority,
    make_economy,
    make_membership,
    make_undertaking,
    set_status,
)
from tests.registry.inspections.room import make_facility
from tests.registry.officers import acting, make_officer


@pytest.fixture
def plurilateral(room):
    """An agreement of four parties; under its annex each names nobody, so whoever regulates acts. Canada has no members here."""
    make_authority("ca-regulator", "CA", ["regulatory"], name="Canadian Regulator")
    make_authority("ca-accreditation", "CA", ["accreditation"])
    agreement = make_agreement("PLURI", parties=("DE", "US", "JP", "CA", "CH"))
    _on_medicines("PLURI-GMP", agreement, "US")
    # A text on telecommunications between the same makes nobody receive an alert on medicines.
    telecom = make_agreement("PLURI-TEL", parties=("DE", "US", "KR"))
    make_authority("kr-telecom", "KR", ["regulatory"])
    make_undertaking("US", "DE", annex=make_annex("PLURI-TEL-A", agreement=telecom))
    return agreement


def _on_medicines(code: str, agreement, importing: str) -> None:
    annex = make_annex(code, agreement=agreement)
    make_undertaking(importing, "DE", kind="gmp_inspection", sector=None, annex=annex)


def send(room, agreement, grade="I", role="releaser", **fields) -> Alert:
    by = room.by("giver", role)
    reach = alert_reach.of(by, agreement)
    said = {
        "product": "Zqproduct 10 mg",
        "batches": "B-1",
        "words": "Zqwrong: glass in the vials.",
        "to_do": "Stop what is on the market.",
        "receivers": reach.reached,
    }
    return alerting.send(by=by, agreement=agreement, grade=grade, **said | fields)


def work(authority, kind=Work.ALERT) -> list[WorkItem]:
    return list(WorkItem.objects.waiting().filter(authority=authority, kind=kind))


def test_class_i_reaches_whoever_acts_for_another_party_and_has_members(room, plurilateral):
    reach = alert_reach.of(room.by("giver"), plurilateral)
    assert reach.reached == [room.outsider, room.receiver]
    assert [each.code for each in reach.unreached] == ["ca-regulator"]
    assert [each.code for each in reach.silent] == ["CH"]

    alert = send(room, plurilateral)

    with reading_as(room.by("giver")):
        assert {row.authority for row in alert.receivers.all()} == {room.outsider, room.receiver}
    assert AuditEntry.objects.latest("id").after["to"] == ["jp-regulator", "us-regulator"]
    for authority in (room.outsider, room.receiver):
        (item,) = work(authority)
        assert (item.due_on, item.place) == (clock.today(), alert.get_absolute_url())
    assert not work(room.giver)


def test_every_member_is_told_at_once_and_without_a_word_of_it(room, plurilateral):
    send(room, plurilateral)
    told = Notice.objects.filter(authority_code="us-regulator")
    people = {room.user("receiver", role).pk for role in ("reader", "editor", "approver", "releaser")}
    assert set(told.values_list("user_id", flat=True)) == people
    for notice in told:
        assert notice.at_once
        assert "zq" not in notice.words.casefold()


def test_who_acts_is_whom_the_texts_name(room, plurilateral):
    annexes = [room.annex, *plurilateral.annexes.all()]
    acts, pairs = parties.acting(frozenset(annex.pk for annex in annexes), clock.today())
    for annex in annexes:
        for party in annex.agreement.party_rows.select_related("economy"):
            assert (annex.pk, party.economy_id) in pairs
            expected = {
                number
                for capacity in RECEIVING
                for number in competence.competent(annex, party.economy, capacity).values_list(
                    "pk", flat=True
                )
            }
            found = {
                each.authority_id
                for each in acts
                if (each.annex_id, each.party_id) == (annex.pk, party.economy_id)
            }
            assert found == expected


@pytest.fixture
def union(room):
    """A text between the Union and the United States that names no inspectorate of the Union; two are recognised, one is not."""
    make_membership("DE")
    make_membership("AT")
    agreement = make_agreement("UNION", parties=("EU", "US"))
    annex = make_annex("UNION-GMP", agreement=agreement)
    make_undertaking("US", "EU", kind="gmp_inspection", sector=None, annex=annex)
    austrian = make_authority("at-inspectorate", "AT", ["inspectorate"])
    assessed = make_authority("at-assessed", "AT", ["inspectorate"])
    for authority, status in (
        (room.giver, "recognised"),
        (austrian, "recognised"),
        (assessed, "assessment_ongoing"),
    ):
        make_officer(authority, "editor")
        appointing.recognise_authority(
            by=BY,
            annex=annex,
            importing=make_economy("US"),
            authority=authority,
            product_class="human",
            valid=days(),
            status=status,
        )
    texts.forget()
    return agreement


def test_recognised_inspectorates_act_for_the_union(room, union):
    reach = alert_reach.of(room.by("receiver", "releaser"), union)
    assert [each.code for each in reach.reached] == ["at-inspectorate", "de-inspectorate"]
    assert (reach.unreached, reach.silent) == ([], [])
    # They send under it, too, and not to each other.
    assert union in alert_reach.agreements(room.by("giver"))
    assert alert_reach.of(room.by("giver"), union).reached == [room.receiver]
    assert audience.annexes_of(room.by("giver")) == {room.annex.pk, union.annexes.get().pk}


def test_only_agreements_on_medicines_take_alerts(room, plurilateral):
    codes = [agreement.code for agreement in alert_reach.agreements(room.by("giver"))]
    assert "PLURI-TEL" not in codes
    assert "PLURI" in codes


def test_an_annex_that_does_not_apply_reaches_nobody(room):
    by = room.by("giver")
    assert [each.code for each in alert_reach.agreements(by)] == [room.annex.agreement.code]
    set_status(room.annex, "terminated", clock.today())
    assert alert_reach.agreements(by) == []
    with pytest.raises(NotAllowed):
        send(room, room.annex.agreement, receivers=[room.receiver])


def test_an_authority_of_ones_own_party_is_not_alerted(room):
    fellow = make_authority("de-fellow", "DE", ["inspectorate"])
    make_officer(fellow, "editor")
    appointing.assign(
        by=BY,
        annex=room.annex,
        economy=make_economy("DE"),
        authority=fellow,
        capacity=Capacity.INSPECTORATE,
    )
    assert alert_reach.of(room.by("giver"), room.annex.agreement).reached == [room.receiver]


def test_class_i_goes_to_those_whom_the_sender_has_seen(room, plurilateral):
    with pytest.raises(ReachChanged):
        send(room, plurilateral, receivers=[room.receiver])


def test_class_ii_goes_to_those_who_got_the_batch(room, plurilateral):
    with pytest.raises(NotAllowed):
        send(room, plurilateral, "II", receivers=[])
    with pytest.raises(NotAllowed):
        send(room, plurilateral, "II", receivers=[room.giver])
    send(room, plurilateral, "II", receivers=[room.receiver])
    assert work(room.receiver)
    assert work(room.receiver)[0].due_on is None
    assert not work(room.outsider)


@pytest.mark.parametrize(("grade", "words"), [("III", "alert system"), ("IV", "Choose the class")])
def test_other_classes_do_not_go_through_alerts(room, plurilateral, grade, words):
    with pytest.raises(NotAllowed, match=words):
        send(room, plurilateral, grade)
    assert not WorkItem.objects.filter(kind=Work.ALERT).exists()


@pytest.mark.parametrize("empty", ["product", "words", "to_do"])
def test_it_says_what_and_what_to_do(room, plurilateral, empty):
    with pytest.raises(NotAllowed):
        send(room, plurilateral, **{empty: "  "})


@pytest.mark.parametrize("role", ["reader", "editor"])
def test_who_may_not_send(room, plurilateral, role):
    with pytest.raises(PermissionDenied):
        send(room, plurilateral, role=role)


def test_an_alert_that_would_reach_nobody_is_refused(room, plurilateral):
    agreement = make_agreement("LONELY", parties=("DE", "CA"))
    _on_medicines("LONELY-GMP", agreement, "CA")
    with pytest.raises(NotAllowed, match="nobody"):
        send(room, agreement)


def test_a_facility_that_one_may_not_know_of_is_not_named(room, plurilateral):
    with pytest.raises(PermissionDenied):
        send(room, plurilateral, facility=make_facility(entered_by=room.outsider))
    named = make_facility("Werk Nord", entered_by=room.giver)
    alert = send(room, plurilateral, facility=named)
    told = alerts.told(by=room.by("receiver"), number=alert.pk)
    assert (told.alert.facility, told.may_open_facility) == (named, False)
    assert alerts.told(by=room.by("giver"), number=alert.pk).may_open_facility


def test_third_parties_know_nothing_of_it_even_past_the_filters(room, plurilateral):
    alert = send(room, plurilateral, "II", receivers=[room.receiver])
    alerting.write(by=room.by("giver", "releaser"), alert=alert, words="More.")
    seen = {"giver": (1, 1, 1), "receiver": (1, 1, 1), "outsider": (0, 0, 0)}
    for side, expected in seen.items():
        with reading_as(room.by(side)):
            tables = (Alert, AlertReceiver, AlertMessage)
            assert tuple(table.objects.count() for table in tables) == expected, side
        found = alerts.told(by=room.by(side), number=alert.pk)
        assert (found is not None) == bool(expected[0])
    with pytest.raises(PermissionDenied):
        alerting.acknowledge(by=room.by("outsider"), alert=alert, words="Me too.")
    with pytest.raises(PermissionDenied):
        alerting.write(by=room.by("outsider"), alert=alert, words="Me too.")


def test_receivers_do_not_read_each_other(room, plurilateral):
    alert = send(room, plurilateral)
    alerting.acknowledge(by=room.by("receiver"), alert=alert, words="Stopped.")
    alerting.write(by=room.by("receiver"), alert=alert, words="Nothing left.")
    with reading_as(room.by("outsider")):
        assert [row.authority for row in AlertReceiver.objects.all()] == [room.outsider]
        assert not AlertMessage.objects.exists()
    sender = alerts.told(by=room.by("giver"), number=alert.pk)
    assert [row.authority for row in sender.waiting] == [room.outsider]
    assert [message.words for message in sender.messages] == ["Nothing left."]


def test_nobody_makes_themselves_a_receiver(room, plurilateral):
    alert = send(room, plurilateral, "II", receivers=[room.receiver])
    mole = make_authority("jp-mole", "JP")
    with running("tests.mole", "desk") as frame, reading_as(room.by("outsider")):
        frame.entries = 1
        with pytest.raises(ProgrammingError), transaction.atomic():
            AlertReceiver(alert=alert, sender=room.giver, authority=mole).save()
        # In its own name it may write a row; that opens nothing, since it is not the alert's sender.
        AlertReceiver(alert=alert, sender=room.outsider, authority=mole).save()
    with reading_as(acting(make_officer(mole, "editor"), mole)):
        assert not Alert.objects.exists()


def test_acknowledged_once_with_words(room, plurilateral):
    alert = send(room, plurilateral)
    by = room.by("receiver")
    with pytest.raises(NotAllowed):
        alerting.acknowledge(by=by, alert=alert, words=" ")
    receiver = alerting.acknowledge(by=by, alert=alert, words="Recalled.")
    assert (receiver.words, receiver.acknowledged_by_id) == ("Recalled.", by.user_id)
    assert not work(room.receiver)
    assert work(room.outsider), "the others still have to"
    assert len(work(room.giver, Work.SHARED)) == 1
    with pytest.raises(NotAllowed, match="already"):
        alerting.acknowledge(by=room.by("receiver", "approver"), alert=alert, words="Again.")


@pytest.mark.parametrize("side", ["giver", "receiver"])
def test_a_reader_does_not_acknowledge_or_write(room, plurilateral, side):
    alert = send(room, plurilateral)
    for act in (alerting.acknowledge, alerting.write):
        with pytest.raises(PermissionDenied):
            act(by=room.by(side, "reader"), alert=alert, words="Read.")


def test_messages_follow(room, plurilateral):
    alert = send(room, plurilateral)
    with pytest.raises(NotAllowed, match="Acknowledge"):
        alerting.write(by=room.by("receiver"), alert=alert, words="We look.")
    alerting.write(by=room.by("giver", "releaser"), alert=alert, words="Batch B-2, too.")
    for side in ("receiver", "outsider"):
        told = alerts.told(by=room.by(side), number=alert.pk)
        assert [message.words for message in told.messages] == ["Batch B-2, too."]
        assert len(work(room.authorities[side], Work.SHARED)) == 1


def test_closed_by_the_sender_with_words(room, plurilateral):
    alert = send(room, plurilateral)
    for side in ("receiver", "outsider"):
        with pytest.raises(PermissionDenied):
            alerting.close(by=room.by(side, "releaser"), alert=alert, words="Done.")
    with pytest.raises(NotAllowed):
        alerting.close(by=room.by("giver", "releaser"), alert=alert, words="")
    closed = alerting.close(by=room.by("giver", "releaser"), alert=alert, words="All recalled.")
    assert (closed.close_words, bool(closed.closed_at)) == ("All recalled.", True)
    assert work(room.receiver), "who has not acknowledged it still has to"
    with pytest.raises(NotAllowed):
        alerting.close(by=room.by("giver", "releaser"), alert=alert, words="Again.")


def test_lists_by_side_and_stage(room, plurilateral):
    first = send(room, plurilateral)
    send(room, plurilateral, "II", receivers=[room.receiver])
    alerting.acknowledge(by=room.by("receiver"), alert=first, words="Done.")
    alerting.close(by=room.by("giver", "releaser"), alert=first, words="Over.")

    def count(side, listed, stage):
        return alerts.page(by=room.by(side), side=listed, stage=stage).paginator.count

    assert [count("receiver", alerts.RECEIVED, stage) for stage in ("all", "open", "acknowledged")] == [
        2,
        1,
        1,
    ]
    assert [count("giver", alerts.SENT, stage) for stage in ("all", "open", "closed")] == [2, 1, 1]
    assert [count("outsider", alerts.RECEIVED, stage) for stage in ("all", "open")] == [1, 1]
    assert [count("giver", alerts.RECEIVED, "all"), count("receiver", alerts.SENT, "all")] == [0, 0]
    newest, oldest = alerts.page(by=room.by("giver"), side=alerts.SENT, stage="all")
    assert (newest.receivers_in_all, newest.receivers_done) == (1, 0)
    assert (oldest.receivers_in_all, oldest.receivers_done) == (2, 1)


def test_the_portals_own_tasks_see_all(room, plurilateral):
    send(room, plurilateral)
    with reading_everything():
        assert AlertReceiver.objects.count() == 2
    assert not AlertReceiver.objects.exists()
