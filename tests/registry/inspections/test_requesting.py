"""Requests: whoever asks, whoever answers, in which stage, within which day, and what the other side is told."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from portal import clock
from portal.audit.models import AuditEntry
from portal.lifecycle import NotAllowed
from portal.notices.models import Notice
from registry.inspections import lifecycles, requesting
from registry.inspections.fence import reading_as
from registry.inspections.following import Outdated
from registry.inspections.models import (
    ReportRequest,
    RequestAct,
    RequestMessage,
    RequestStage,
    Wanted,
)
from registry.models import Work, WorkItem
from tests.agreements.factories import make_annex, make_authority
from tests.registry.at_once import at_once, patience
from tests.registry.inspections.requests import ask, fresh, in_stage, set_limit
from tests.registry.inspections.room import make_document, make_facility, make_inspection, make_room
from tests.registry.officers import acting, make_officer

pytestmark = pytest.mark.django_db


def waiting(authority) -> list[str]:
    """What awaits an authority, by kind."""
    rows = WorkItem.objects.waiting().filter(authority=authority)
    return sorted(rows.values_list("kind", flat=True))


def acts(request: ReportRequest) -> list[str]:
    """The history of a request."""
    from_both = RequestMessage.objects.filter(request=request).order_by("id")
    return list(from_both.values_list("act", flat=True))


class TestAsking:
    def test_it_is_sent_numbered_on_record_and_on_the_other_desk(self, room):
        request = ask(room)
        assert request.number == f"R-{clock.today().year}-{request.pk:04d}"
        assert (request.stage, request.asking, request.asked) == (
            RequestStage.SENT,
            room.receiver,
            room.giver,
        )
        assert (waiting(room.giver), waiting(room.receiver)) == ([Work.REQUEST], [])
        item = WorkItem.objects.waiting().get()
        assert (item.place, item.words) == (
            f"/requests/{request.number}/",
            f"{request.number}: American Regulator",
        )
        entry = AuditEntry.objects.latest("id")
        assert (entry.act, entry.room, entry.after["asked"]) == ("registry.ask", "desk", room.giver.code)

    def test_numbers_are_never_given_twice(self, room):
        numbers = [ask(room).number for _each in range(5)]
        assert len(set(numbers)) == 5

    def test_no_notice_repeats_a_confidential_word(self, room):
        facility = make_facility("Geheimwerk")
        request = ask(room, make_inspection(room, facility), purpose="Wegen Nitrosaminen")
        requesting.refuse(by=room.by("giver"), request=request, version=1, words="Staatsgeheimnis")
        told = " ".join(Notice.objects.values_list("words", flat=True))
        assert request.number in told
        for word in ("Geheimwerk", "Nitrosaminen", "Staatsgeheimnis"):
            assert word not in told
            assert not WorkItem.objects.filter(words__contains=word).exists()

    def test_a_reader_may_not_ask_and_neither_may_whoever_is_no_party(self, room):
        inspection = make_inspection(room)
        with pytest.raises(PermissionDenied):
            ask(room, inspection, by=room.by("receiver", "reader"))
        with pytest.raises(NotAllowed, match="not on file"):
            ask(room, inspection, by=room.by("outsider"))

    def test_nobody_asks_themselves(self, room):
        with pytest.raises(NotAllowed, match="your own authority"):
            ask(room, by=room.by("giver"))

    def test_the_parts_must_fit(self, room):
        inspection, other = make_inspection(room), make_facility("Elsewhere")
        with pytest.raises(NotAllowed, match="not on file"):
            ask(room, inspection, facility=other)
        with pytest.raises(NotAllowed, match="not on file"):
            ask(room, inspection, asked=room.outsider)
        document = make_document(room, inspection)
        with pytest.raises(NotAllowed, match="A document exists already"):
            ask(room, inspection, document=document, wanted=Wanted.NEW_INSPECTION)

    def test_what_one_may_not_know_of_cannot_be_asked_for(self, room):
        with pytest.raises(NotAllowed, match="not on file"):
            ask(room, make_inspection(room, access_class="internal"))

    def test_an_annex_that_does_not_oblige_the_two_is_refused(self, room):
        other = _annex_of_others("GMP-ELSE")
        with pytest.raises(NotAllowed, match="cannot be cited"):
            ask(room, annex=other)

    def test_where_nobody_would_receive_it_nothing_is_sent(self, room):
        empty = make_authority("us-empty", "US", ["inspectorate"], name="Empty Office")
        inspection = make_inspection(room, authority=empty)
        with pytest.raises(NotAllowed, match=r"cannot be cited|works in this portal"):
            ask(room, inspection, asked=empty, by=room.by("giver"))

    @pytest.mark.parametrize("purpose", ["", "   ", "x" * 10_001])
    def test_it_says_what_it_is_needed_for(self, room, purpose):
        with pytest.raises(ValueError, match=r"Say what|Shorten"):
            ask(room, purpose=purpose)

    def test_the_same_is_asked_for_once_while_it_runs(self, room):
        inspection = make_inspection(room)
        first = ask(room, inspection)
        with pytest.raises(NotAllowed, match=first.number):
            ask(room, inspection)
        requesting.withdraw(by=room.by("receiver"), request=first, version=1)
        assert ask(room, inspection).number != first.number

    def test_a_new_inspection_may_be_asked_for_beside_an_old_report(self, room):
        inspection = make_inspection(room)
        ask(room, inspection)
        ask(room, inspection, wanted=Wanted.NEW_INSPECTION)
        assert waiting(room.giver) == [Work.REQUEST, Work.REQUEST]


def _annex_of_others(code: str):
    return make_annex(code, parties=("JP", "DE"), sectors=("pharmaceutical_gmp_human",))


class TestDeadlines:
    MOMENT = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # 11 March in Berlin

    @pytest.fixture(autouse=True)
    def then(self, db):
        """The texts are known, and everything happens, at a moment that is fixed."""
        with clock.at(self.MOMENT):
            yield

    @pytest.fixture
    def room(self, then):
        return make_room()

    def sent(self, room, **fields) -> ReportRequest:
        return ask(room, **fields)

    def test_the_limit_starts_on_the_day_it_arrives_there(self, room):
        set_limit(room, "post_approval_report_existing", 30)
        request = self.sent(room)
        assert request.due_on == date(2026, 4, 10)
        assert "30 calendar days" in request.due_source
        assert "Article on post approval" in request.due_source
        item = WorkItem.objects.waiting().get(authority=room.giver)
        assert (item.due_on, item.due_source) == (request.due_on, request.due_source)

    def test_a_new_inspection_has_its_own_limit(self, room):
        set_limit(room, "post_approval_report_existing")
        set_limit(room, "post_approval_report_new_inspection")
        assert self.sent(room, wanted=Wanted.NEW_INSPECTION).due_on == date(2026, 6, 11)

    def test_working_days_leave_out_the_holidays_of_whoever_is_asked(self, room):
        set_limit(room, "post_approval_report_existing", 18, "working_days")
        request = self.sent(room)
        # 3 and 6 April 2026 are Good Friday and Easter Monday in Germany.
        assert request.due_on == date(2026, 4, 8)
        assert "national holidays of Economy DE" in request.due_source

    def test_before_an_approval_it_is_acknowledged_first(self, room):
        set_limit(room, "pre_approval_acknowledge")
        set_limit(room, "pre_approval_report")
        request = self.sent(room, pre_approval=True)
        assert (request.acknowledge_by, request.due_on) == (date(2026, 3, 26), date(2026, 4, 25))
        item = WorkItem.objects.waiting().get(authority=room.giver)
        assert item.due_on == date(2026, 3, 26)
        requesting.acknowledge(by=room.by("giver"), request=request, version=1)
        assert WorkItem.objects.waiting().get(authority=room.giver).due_on == date(2026, 4, 25)

    def test_where_no_limit_is_on_file_no_day_is_invented(self, room):
        request = self.sent(room)
        assert (request.due_on, request.due_source, request.acknowledge_by) == (None, "", None)
        assert WorkItem.objects.waiting().get().due_on is None

    def test_a_superseded_limit_does_not_count(self, room):
        limit = set_limit(room, "post_approval_report_existing")
        type(limit).objects.filter(pk=limit.pk).update(superseded=True)
        assert self.sent(room).due_on is None

    def test_a_limit_entered_later_does_not_change_what_runs(self, room):
        request = self.sent(room)
        set_limit(room, "post_approval_report_existing")
        assert fresh(request).due_on is None


ACTS = {
    "acknowledge": lambda room, request: requesting.acknowledge(
        by=room.by("giver"), request=request, version=request.version
    ),
    "agree": lambda room, request: requesting.agree(
        by=room.by("giver"), request=request, version=request.version
    ),
    "agree_in_part": lambda room, request: requesting.agree_in_part(
        by=room.by("giver"), request=request, version=request.version, words="Without names."
    ),
    "refuse": lambda room, request: requesting.refuse(
        by=room.by("giver"), request=request, version=request.version, words="A ground."
    ),
    "withdraw": lambda room, request: requesting.withdraw(
        by=room.by("receiver"), request=request, version=request.version
    ),
    "share": lambda room, request: requesting.mark_shared(by=room.by("giver", "releaser"), request=request),
}


class TestStages:
    def test_every_act_of_the_life_cycle_is_tried(self):
        assert set(ACTS) | {"ask"} == {each.act for each in lifecycles.REQUEST.transitions}

    @pytest.mark.parametrize("stage", RequestStage.values)
    @pytest.mark.parametrize("act", ACTS)
    def test_every_stage_takes_the_acts_of_its_life_cycle_and_no_other(self, room, stage, act):
        request = in_stage(room, stage)
        assert request.stage == stage
        after = next(
            (
                each.after
                for each in lifecycles.REQUEST.transitions
                if each.act == act and stage in each.before
            ),
            None,
        )
        if act == "share" and stage == RequestStage.SHARED:
            after = RequestStage.SHARED  # a further version in answer to the same request
        if after is None:
            with pytest.raises(NotAllowed):
                ACTS[act](room, request)
            assert fresh(request).stage == stage
        else:
            assert ACTS[act](room, request).stage == after

    @pytest.mark.parametrize("act", ACTS)
    def test_only_the_side_whose_act_it_is_may_do_it(self, room, act):
        request = in_stage(room, RequestStage.AGREED if act == "share" else RequestStage.SENT)
        other = "giver" if act == "withdraw" else "receiver"
        by = room.by(other, "approver")
        verb = getattr(requesting, "mark_shared" if act == "share" else act)
        said = {} if act == "share" else {"version": request.version}
        said |= {"words": "Words."} if act in ("agree_in_part", "refuse") else {}
        with pytest.raises(PermissionDenied):
            verb(by=by, request=request, **said)

    def test_a_reader_answers_nothing(self, room):
        request = ask(room)
        with pytest.raises(PermissionDenied):
            requesting.acknowledge(by=room.by("giver", "reader"), request=request, version=1)

    def test_an_outsider_finds_nothing(self, room):
        request = ask(room)
        with pytest.raises(ReportRequest.DoesNotExist):
            requesting.acknowledge(by=room.by("outsider"), request=request, version=1)

    def test_a_part_says_what_is_left_out_and_a_refusal_its_ground(self, room):
        request = ask(room)
        for verb in (requesting.agree_in_part, requesting.refuse):
            with pytest.raises(ValueError, match=r"left out|ground"):
                verb(by=room.by("giver"), request=request, version=1, words=" ")

    def test_whoever_looked_at_an_older_version_does_nothing(self, room):
        request = ask(room)
        requesting.acknowledge(by=room.by("giver"), request=request, version=1)
        with pytest.raises(Outdated):
            requesting.refuse(by=room.by("giver", "approver"), request=request, version=1, words="No.")
        with pytest.raises(Outdated):
            requesting.withdraw(by=room.by("receiver"), request=request, version=1)
        assert fresh(request).stage == RequestStage.ACKNOWLEDGED

    def test_the_way_to_a_shared_report(self, room):
        set_limit(room, "post_approval_report_existing")
        request = ask(room)
        requesting.acknowledge(by=room.by("giver"), request=request, version=1)
        assert (waiting(room.giver), waiting(room.receiver)) == ([Work.REQUEST], [Work.SHARED])
        requesting.agree(by=room.by("giver"), request=request, version=2, words="In a week.")
        assert (waiting(room.giver), waiting(room.receiver)) == ([Work.SHARE], [Work.SHARED] * 2)
        share = WorkItem.objects.waiting().get(kind=Work.SHARE)
        assert share.due_on == request.due_on
        requesting.mark_shared(by=room.by("giver", "releaser"), request=request)
        assert (waiting(room.giver), waiting(room.receiver)) == ([], [Work.SHARED] * 3)
        requesting.rely_on(by=room.by("receiver"), request=request, version=fresh(request).version)
        request = fresh(request)
        assert request.stage == RequestStage.SHARED
        assert all((request.acknowledged_at, request.answered_at, request.ended_at, request.relied_on_at))
        with reading_as(room.by("receiver")):
            assert acts(request) == ["ask", "acknowledge", "agree", "share", "rely_on"]

    def test_what_ends_awaits_nobody(self, room):
        for stage in (RequestStage.REFUSED, RequestStage.WITHDRAWN, RequestStage.SHARED):
            in_stage(room, stage)
        assert set(waiting(room.giver)) | set(waiting(room.receiver)) == {Work.SHARED}

    def test_a_release_before_the_agreement_says_what_to_do(self, room):
        request = ask(room)
        with pytest.raises(NotAllowed, match="Agree to request"):
            requesting.mark_shared(by=room.by("giver", "releaser"), request=request)

    def test_relying_on_it_is_noted_once_and_only_when_shared(self, room):
        request = in_stage(room, RequestStage.AGREED)
        by = room.by("receiver")
        with pytest.raises(NotAllowed, match="has been shared"):
            requesting.rely_on(by=by, request=request, version=request.version)
        request = requesting.mark_shared(by=room.by("giver", "releaser"), request=request)
        with pytest.raises(PermissionDenied):
            requesting.rely_on(by=room.by("giver"), request=request, version=request.version)
        request = requesting.rely_on(by=by, request=request, version=request.version)
        with pytest.raises(NotAllowed, match="on record already"):
            requesting.rely_on(by=by, request=request, version=request.version)

    def test_each_step_leaves_one_entry(self, room):
        before = AuditEntry.objects.count()
        request = in_stage(room, RequestStage.SHARED)
        names = list(
            AuditEntry.objects.filter(target_id=str(request.pk), target_kind="inspections.reportrequest")
            .order_by("id")
            .values_list("act", flat=True)
        )
        assert names == ["registry.ask", "registry.agree", "registry.mark_shared"]
        assert AuditEntry.objects.count() > before

    def test_the_history_names_acts_of_both_sides(self, room):
        request = in_stage(room, RequestStage.REFUSED)
        with reading_as(room.by("receiver")):
            messages = list(RequestMessage.objects.filter(request=request).order_by("id"))
        assert [(each.act, each.sender, each.words) for each in messages] == [
            (RequestAct.ASK, room.receiver, ""),
            (RequestAct.REFUSE, room.giver, "It is with the prosecutor."),
        ]


@pytest.mark.django_db(transaction=True)
def test_two_people_ask_for_the_same_at_once_and_one_request_is_sent(transactional_db):
    room = make_room()
    inspection = make_inspection(room)
    second = acting(make_officer(room.receiver, "editor"), room.receiver)

    def attempt(by):
        try:
            return ask(room, inspection, by=by).number
        except NotAllowed as error:
            return str(error)

    with patience():
        found = at_once([lambda by=by: attempt(by) for by in (room.by("receiver"), second)])
    number = next(each for each in found if each.startswith("R-"))
    refused = next(each for each in found if not each.startswith("R-"))
    assert number in refused
    assert WorkItem.objects.waiting().filter(kind=Work.REQUEST).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_ask_for_different_things_at_once_and_both_are_sent(transactional_db):
    room = make_room()
    inspections = [make_inspection(room) for _each in range(4)]
    with patience():
        found = at_once([lambda one=one: ask(room, one).number for one in inspections])
    assert len(set(found)) == 4


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one(transactional_db):
    room = make_room()
    request = ask(room)

    def attempt(role, act):
        try:
            said = {"by": room.by("giver", role), "request": request, "version": 1}
            return act(**said).stage
        except Outdated:
            return "outdated"

    def refuse(**said):
        return requesting.refuse(**said, words="No.")

    with patience():
        found = at_once([lambda: attempt("editor", requesting.agree), lambda: attempt("approver", refuse)])
    assert "outdated" in found
    assert fresh(request).stage in found
