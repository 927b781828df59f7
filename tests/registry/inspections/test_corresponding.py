"""Questions and answers on a request, and a day on which both sides agree."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal import clock
from portal.lifecycle import NotAllowed
from registry.inspections import corresponding, requesting
from registry.inspections.fence import reading_as
from registry.inspections.following import Outdated
from registry.inspections.models import RequestMessage, RequestStage
from registry.models import Work, WorkItem
from tests.registry.inspections.requests import ask, fresh, in_stage, set_limit

pytestmark = pytest.mark.django_db


def answers_waiting(authority) -> int:
    return WorkItem.objects.waiting().filter(authority=authority, kind=Work.ANSWER).count()


class TestQuestions:
    @pytest.mark.parametrize(("asks", "answers"), [("giver", "receiver"), ("receiver", "giver")])
    def test_either_side_asks_and_the_other_answers(self, room, asks, answers):
        request = ask(room)
        question = corresponding.question(by=room.by(asks), request=request, words="For which product?")
        assert (answers_waiting(room.authorities[answers]), answers_waiting(room.authorities[asks])) == (1, 0)
        answer = corresponding.answer(by=room.by(answers), question=question, words="Tablets.")
        assert answers_waiting(room.authorities[answers]) == 0
        assert (answer.answers, answer.receiver) == (question, room.authorities[asks])
        news = WorkItem.objects.waiting().filter(authority=room.authorities[asks], kind=Work.SHARED)
        assert news.get().words == f"{request.number}: {room.authorities[answers].name} answered"

    def test_a_question_is_answered_once_by_whom_it_was_put_to(self, room):
        request = ask(room)
        question = corresponding.question(by=room.by("giver"), request=request, words="For which product?")
        with pytest.raises(NotAllowed, match="to which a question was put"):
            corresponding.answer(by=room.by("giver"), question=question, words="Myself.")
        answer = corresponding.answer(by=room.by("receiver"), question=question, words="Tablets.")
        with pytest.raises(NotAllowed, match="answered already"):
            corresponding.answer(by=room.by("receiver", "approver"), question=question, words="Drops.")
        with pytest.raises(NotAllowed, match="to which a question was put"):
            corresponding.answer(by=room.by("giver"), question=answer, words="To an answer?")

    @pytest.mark.parametrize("words", ["", " ", "x" * 10_001])
    def test_something_is_said(self, room, words):
        with pytest.raises(ValueError, match=r"Write|Shorten"):
            corresponding.question(by=room.by("giver"), request=ask(room), words=words)

    @pytest.mark.parametrize("stage", RequestStage.values)
    def test_what_is_closed_is_not_asked_about(self, room, stage):
        request = in_stage(room, stage)
        if stage in (RequestStage.REFUSED, RequestStage.WITHDRAWN):
            with pytest.raises(NotAllowed, match="is closed"):
                corresponding.question(by=room.by("receiver"), request=request, words="Why?")
        else:
            corresponding.question(by=room.by("receiver"), request=request, words="Why?")

    def test_readers_and_outsiders_say_nothing(self, room):
        request = ask(room)
        for side in ("giver", "receiver"):
            with pytest.raises(PermissionDenied):
                corresponding.question(by=room.by(side, "reader"), request=request, words="Why?")
        with pytest.raises(type(request).DoesNotExist):
            corresponding.question(by=room.by("outsider"), request=request, words="Why?")
        with reading_as(room.by("outsider")):
            assert not RequestMessage.objects.exists()

    def test_open_questions_leave_the_desk_with_the_request(self, room):
        request = ask(room)
        corresponding.question(by=room.by("giver"), request=request, words="For which product?")
        requesting.withdraw(by=room.by("receiver"), request=request, version=1)
        assert answers_waiting(room.receiver) == 0


class TestDays:
    @staticmethod
    def day(number: int = 40):
        return clock.today() + timedelta(days=number)

    @pytest.mark.parametrize(("proposes", "accepts"), [("giver", "receiver"), ("receiver", "giver")])
    def test_a_day_counts_once_the_other_side_accepts_it(self, room, proposes, accepts):
        request = ask(room)
        request = corresponding.propose_day(by=room.by(proposes), request=request, version=1, day=self.day())
        assert fresh(request).due_on is None
        assert answers_waiting(room.authorities[accepts]) == 1
        request = corresponding.accept_day(by=room.by(accepts), request=request, version=request.version)
        request = fresh(request)
        assert (request.due_on, request.proposed_day) == (self.day(), None)
        assert "Agreed between the two authorities" in request.due_source
        assert answers_waiting(room.authorities[accepts]) == 0
        item = WorkItem.objects.waiting().get(authority=room.giver, kind=Work.REQUEST)
        assert (item.due_on, item.due_source) == (request.due_on, request.due_source)

    def test_nobody_accepts_their_own(self, room):
        request = corresponding.propose_day(by=room.by("giver"), request=ask(room), version=1, day=self.day())
        with pytest.raises(NotAllowed, match="has proposed no day"):
            corresponding.accept_day(
                by=room.by("giver", "approver"), request=request, version=request.version
            )

    def test_a_day_that_is_declined_changes_nothing(self, room):
        set_limit(room, "post_approval_report_existing")
        request = ask(room)
        due_on = request.due_on
        request = corresponding.propose_day(by=room.by("giver"), request=request, version=1, day=self.day(90))
        request = corresponding.decline_day(by=room.by("receiver"), request=request, version=request.version)
        assert (fresh(request).due_on, fresh(request).proposed_day) == (due_on, None)
        with pytest.raises(NotAllowed, match="has proposed no day"):
            corresponding.accept_day(by=room.by("receiver"), request=request, version=request.version)

    def test_another_proposal_takes_the_place_of_the_first(self, room):
        request = corresponding.propose_day(
            by=room.by("giver"), request=ask(room), version=1, day=self.day(90)
        )
        request = corresponding.propose_day(
            by=room.by("receiver"), request=request, version=request.version, day=self.day(50)
        )
        assert (answers_waiting(room.receiver), answers_waiting(room.giver)) == (0, 1)
        request = corresponding.accept_day(by=room.by("giver"), request=request, version=request.version)
        assert fresh(request).due_on == self.day(50)

    def test_whoever_saw_another_day_accepts_nothing(self, room):
        request = corresponding.propose_day(
            by=room.by("giver"), request=ask(room), version=1, day=self.day(90)
        )
        seen = request.version
        corresponding.propose_day(by=room.by("giver"), request=request, version=seen, day=self.day(99))
        with pytest.raises(Outdated):
            corresponding.accept_day(by=room.by("receiver"), request=request, version=seen)

    def test_a_day_gone_by_and_a_closed_request_are_refused(self, room):
        request = ask(room)
        with pytest.raises(ValueError, match="a later day"):
            corresponding.propose_day(by=room.by("giver"), request=request, version=1, day=self.day(-2))
        request = requesting.withdraw(by=room.by("receiver"), request=request, version=1)
        with pytest.raises(NotAllowed, match="is closed"):
            corresponding.propose_day(
                by=room.by("giver"), request=request, version=request.version, day=self.day()
            )

    def test_a_proposal_ends_with_the_request(self, room):
        request = corresponding.propose_day(by=room.by("giver"), request=ask(room), version=1, day=self.day())
        requesting.withdraw(by=room.by("receiver"), request=request, version=request.version)
        assert fresh(request).proposed_day is None
        assert answers_waiting(room.receiver) == 0
