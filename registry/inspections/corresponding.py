"""What two authorities settle on a request beside its steps: questions and answers, and a day on which both agree."""

from datetime import date

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.steps import say
from portal import clock
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import deadlines
from registry.inspections.fence import fenced
from registry.inspections.following import (
    check_side,
    cleaned,
    keep_desk,
    locked,
    news,
    other_side,
    put,
    save,
    tell,
)
from registry.inspections.models import ReportRequest, RequestAct, RequestMessage, RequestStage
from registry.models import Work

_OPEN_TO_QUESTIONS = (*RequestStage.running(), RequestStage.SHARED)


@verb(room="desk")
@fenced
def question(*, by: Acting, request: ReportRequest, words: str) -> RequestMessage:
    """Ask the other side something about the request, or about what was shared. Raises NotAllowed once it is closed."""
    request = locked(by, request)
    check_side(by, request)
    if request.stage not in _OPEN_TO_QUESTIONS:
        raise NotAllowed(_("This request is closed, so there is nothing left to ask about it."))
    words = cleaned(words, _("Write what you want to say."))
    message = tell(by, request, RequestAct.QUESTION, words)
    put(
        request,
        message.receiver,
        Work.ANSWER,
        key=f"request:{request.pk}:question:{message.pk}",
        words=f"{request.number}: {_sender(by, request)}",
    )
    recording.record(by=by, target=request, after={"question": message.pk})
    return message


@verb(room="desk")
@fenced
def answer(*, by: Acting, question: RequestMessage, words: str) -> RequestMessage:
    """Answer a question. Raises NotAllowed when it has been answered."""
    request = locked(by, question.request)
    check_side(by, request)
    if question.act != RequestAct.QUESTION or question.receiver_id != by.authority_id:
        raise NotAllowed(_("Only the authority to which a question was put answers it."))
    if RequestMessage.objects.filter(answers=question).exists():
        raise NotAllowed(_("This question has been answered already."))
    words = cleaned(words, _("Write what you want to say."))
    message = tell(by, request, RequestAct.ANSWER, words, answers=question)
    queueing.take(by=by, kinds=[Work.ANSWER], key=f"request:{request.pk}:question:{question.pk}")
    news(by, request, message)
    recording.record(by=by, target=request, after={"answer": message.pk, "question": question.pk})
    return message


@verb(room="desk")
@fenced
def propose_day(*, by: Acting, request: ReportRequest, version: int, day: date) -> ReportRequest:
    """Propose to the other side the last day for the answer. It takes the place of a day that was proposed before."""
    request = locked(by, request, version)
    check_side(by, request)
    if request.stage not in RequestStage.running():
        raise NotAllowed(_("This request is closed, so no day is left to agree on."))
    if day < deadlines.today_at(request):
        raise ValueError(_("Propose today or a later day."))
    request.proposed_day, request.proposed_day_by_id = day, by.authority_id
    save(request, "proposed_day", "proposed_day_by")
    tell(by, request, RequestAct.PROPOSE_DAY, say(day))
    _off_desks(by, request)
    words = f"{request.number}: {_sender(by, request)} {RequestAct.PROPOSE_DAY.label}"
    put(request, other_side(by, request), Work.ANSWER, key=_day_key(request), words=words)
    recording.record(by=by, target=request, after={"proposed_day": day.isoformat()})
    return request


@verb(room="desk")
@fenced
def accept_day(*, by: Acting, request: ReportRequest, version: int) -> ReportRequest:
    """Agree to the day that the other side proposed: from now on it is the last day."""
    request = _proposed_to(by, request, version)
    day, before = request.proposed_day, request.due_on
    request.due_on = day
    request.due_source = _("Agreed between the two authorities on %(day)s") % {"day": say(clock.today())}
    request.proposed_day = request.proposed_day_by = None
    save(request, "due_on", "due_source", "proposed_day", "proposed_day_by")
    message = tell(by, request, RequestAct.ACCEPT_DAY, say(day))
    _off_desks(by, request)
    keep_desk(by, request, silent=True)
    news(by, request, message)
    recording.record(
        by=by, target=request, before={"due_on": str(before or "")}, after={"due_on": day.isoformat()}
    )
    return request


@verb(room="desk")
@fenced
def decline_day(*, by: Acting, request: ReportRequest, version: int) -> ReportRequest:
    """Do not agree to the day that the other side proposed: what held before holds."""
    request = _proposed_to(by, request, version)
    day = request.proposed_day
    request.proposed_day = request.proposed_day_by = None
    save(request, "proposed_day", "proposed_day_by")
    message = tell(by, request, RequestAct.DECLINE_DAY, say(day))
    _off_desks(by, request)
    news(by, request, message)
    recording.record(by=by, target=request, after={"declined_day": day.isoformat()})
    return request


def _proposed_to(by: Acting, request: ReportRequest, version: int) -> ReportRequest:
    request = locked(by, request, version)
    check_side(by, request)
    if request.proposed_day is None or request.proposed_day_by_id == by.authority_id:
        raise NotAllowed(_("The other authority has proposed no day."))
    return request


def _off_desks(by: Acting, request: ReportRequest) -> None:
    queueing.take(by=by, kinds=[Work.ANSWER], key=_day_key(request))


def _day_key(request: ReportRequest) -> str:
    return f"request:{request.pk}:day"


def _sender(by: Acting, request: ReportRequest) -> str:
    return request.asking.name if by.authority_id == request.asking_id else request.asked.name
