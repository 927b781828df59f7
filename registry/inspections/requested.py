"""Finds requests: those that an authority made or received, and one of them with everything that belongs to it."""

from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Count, DateField, F, Q, Value, When
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority
from agreements.rights import OWN
from portal import permissions
from registry import limits
from registry.inspections import deadlines
from registry.inspections.fence import fenced
from registry.inspections.models import (
    Document,
    Facility,
    Inspection,
    Release,
    ReportRequest,
    RequestAct,
    RequestMessage,
    RequestStage,
    Version,
)

PER_PAGE = 25
RECEIVED, MADE, ALL = "received", "made", "all"
DEADLINE, NEWEST = "deadline", "newest"
_NAMES = ("number", "purpose", "facility__name", "asking__name", "asked__name", "annex__title", "annex__code")


@dataclass(frozen=True)
class Sought:
    """Which requests somebody wants to see. ``stage`` and ``partner`` (a code) are "" for any."""

    side: str = ALL
    stage: str = ""
    partner: str = ""
    late: bool = False
    words: str = ""
    sort: str = DEADLINE


@dataclass(frozen=True)
class Row:
    """One request in a list, in words. ``left`` is "" where no day is set or nothing is owed any more."""

    request: ReportRequest
    is_made: bool
    partner: Authority
    due: deadlines.Due
    left: str
    is_late: bool
    awaits: str


@dataclass(frozen=True)
class Listed:
    """One page of a list. Counts are of what else narrows it: ``sides`` by side, ``stages`` as (code, label, number)."""

    page: Page
    rows: list[Row]
    sides: dict[str, int]
    stages: list[tuple[str, str, int]]
    partners: list[Authority]


@dataclass
class Whole:
    """One request with its history, what it led to, and what the reader may do about it."""

    row: Row
    history: list[RequestMessage]
    to_answer: list[RequestMessage]
    releases: list[Release]
    documents: list[Document]
    seen: set[str] = field(default_factory=set)
    may: dict[str, bool] = field(default_factory=dict)


@fenced
def requests(*, by: Acting, sought: Sought, number: str | int = 1) -> Listed:
    """One page of the requests of the actor's authority. The same few queries, however many there are."""
    base = _narrowed(by, sought)
    sides, stages = _counted(by, base, sought)
    paginator = Paginator(_ordered(_chosen(by, base, sought), sought.sort), PER_PAGE)
    page = paginator.get_page(number)
    page.object_list = list(page.object_list)
    rows = [_row(by, request) for request in page.object_list]
    return Listed(page, rows, sides, stages, _partners(by))


def rows_sought(by: Acting, sought: Sought):
    """The requests that are sought, in no order; evaluated inside the fence, for a page by cursor."""
    rows = _chosen(by, _narrowed(by, sought), sought)
    return rows.select_related("asking__economy", "asked__economy", "annex", "facility")


def row_of(by: Acting, request: ReportRequest) -> Row:
    """A request as lists tell it."""
    return _row(by, request)


def every_row(by: Acting, sought: Sought) -> list[Row]:
    """All rows of a list, inside the fence."""
    return [_row(by, each) for each in _ordered(_chosen(by, _narrowed(by, sought), sought), sought.sort)]


def _narrowed(by: Acting, sought: Sought):
    """By everything but side and stage, which are counted."""
    rows = ReportRequest.objects.visible_to(by).annotate(
        is_running=Case(
            When(stage__in=RequestStage.running(), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        next_day=Case(
            When(~Q(stage__in=RequestStage.running()), then=Value(None)),
            When(
                acknowledge_by__isnull=False,
                acknowledged_at=None,
                answered_at=None,
                then=F("acknowledge_by"),
            ),
            default=F("due_on"),
            output_field=DateField(),
        ),
    )
    if sought.partner:
        rows = rows.filter(Q(asking__code=sought.partner) | Q(asked__code=sought.partner))
    if sought.late:
        rows = rows.filter(deadlines.passed("next_day"))
    for word in sought.words.split():
        found = Q()
        for name in _NAMES:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def _chosen(by: Acting, rows, sought: Sought):
    if sought.side == RECEIVED:
        rows = rows.filter(asked_id=by.authority_id)
    elif sought.side == MADE:
        rows = rows.filter(asking_id=by.authority_id)
    return rows.filter(stage=sought.stage) if sought.stage else rows


def _ordered(rows, sort: str):
    rows = rows.select_related("asking__economy", "asked__economy", "annex", "facility")
    if sort == NEWEST:
        return rows.order_by("-asked_at", "-id")
    return rows.order_by("-is_running", F("next_day").asc(nulls_last=True), "-asked_at", "-id")


def _counted(by: Acting, rows, sought: Sought):
    sides, stages = dict.fromkeys((ALL, RECEIVED, MADE), 0), dict.fromkeys(RequestStage.values, 0)
    counts = rows.order_by().values_list("stage", "asking_id").annotate(Count("pk"))
    for stage, asking_id, number in counts:
        side = MADE if asking_id == by.authority_id else RECEIVED
        if sought.stage in ("", stage):
            sides[ALL] += number
            sides[side] += number
        if sought.side in (ALL, side):
            stages[stage] += number
    shown = [
        (code, str(RequestStage(code).label), number)
        for code, number in stages.items()
        if number or code == sought.stage
    ]
    return sides, shown


def _partners(by: Acting) -> list[Authority]:
    visible = ReportRequest.objects.visible_to(by)
    others = Q(pk__in=visible.values("asking")) | Q(pk__in=visible.values("asked"))
    return list(Authority.objects.filter(others).exclude(pk=by.authority_id))


def _row(by: Acting, request: ReportRequest) -> Row:
    is_made = request.asking_id == by.authority_id
    due, today = deadlines.next_due(request), deadlines.today_at(request)
    is_running = request.stage in RequestStage.running()
    return Row(
        request=request,
        is_made=is_made,
        partner=request.asked if is_made else request.asking,
        due=due,
        left=limits.words_left(due.day, today) if is_running and due.day else "",
        is_late=bool(is_running and due.day and due.day < today),
        awaits=_awaits(request, is_made) if is_running else "",
    )


def _awaits(request: ReportRequest, is_made: bool) -> str:
    who = request.asked.name if is_made else _("your authority")
    if request.stage == RequestStage.SENT:
        words = _("%(who)s: to acknowledge, agree or refuse")
    elif request.stage == RequestStage.ACKNOWLEDGED:
        words = _("%(who)s: to agree or refuse")
    else:
        words = _("%(who)s: to release what was promised")
    return words % {"who": who}


@fenced
def request_of(*, by: Acting, number: str) -> Whole | None:
    """The request of that number, for either of the two authorities; None for everybody else."""
    rows = ReportRequest.objects.visible_to(by).select_related(
        "asking__economy", "asked__economy", "annex__agreement", "proposed_day_by", "asked_by"
    )
    request = rows.filter(number=number).select_related("facility", "inspection").first()
    if request is None:
        return None
    row = _row(by, request)
    history = list(request.messages.visible_to(by).select_related("sender", "sent_by", "answers"))
    answered = {message.answers_id for message in history if message.answers_id}
    to_answer = [
        message
        for message in history
        if message.act == RequestAct.QUESTION
        and message.receiver_id == by.authority_id
        and message.pk not in answered
    ]
    return Whole(
        row=row,
        history=history,
        to_answer=to_answer,
        releases=_releases(by, request),
        documents=[] if row.is_made else _to_release(by, request),
        seen=_seen(by, request),
        may=_may(by, request),
    )


def _releases(by: Acting, request: ReportRequest) -> list[Release]:
    """Each with ``shown``, the version if the reader may read it now: what is not read any more is still on record."""
    releases = list(Release.objects.visible_to(by).filter(request=request).order_by("proposed_at", "id"))
    versions = Version.objects.filter(pk__in=[release.version_id for release in releases])
    by_id = {version.pk: version for version in versions.select_related("document")}
    open_now = set(
        Release.objects.giving_access().filter(request=request).values_list("pk", flat=True)
        if releases
        else ()
    )
    for release in releases:
        release.shown = by_id.get(release.version_id)
        release.is_open = release.pk in open_now
    return releases


def _to_release(by: Acting, request: ReportRequest) -> list[Document]:
    """The own documents that could answer it: the one that was named, or those about the inspection or facility."""
    rows = Document.objects.filter(authority_id=by.authority_id, facility_id=request.facility_id)
    if request.document_id:
        rows = rows.filter(pk=request.document_id)
    elif request.inspection_id:
        rows = rows.filter(inspection_id=request.inspection_id)
    if request.kinds:
        rows = rows.filter(kind__in=request.kinds)
    return list(rows)


def _seen(by: Acting, request: ReportRequest) -> set[str]:
    """Of the things that the request is about, those that the reader may open."""
    things = {
        "facility": (Facility, request.facility_id),
        "inspection": (Inspection, request.inspection_id),
        "document": (Document, request.document_id),
    }
    return {
        name
        for name, (model, number) in things.items()
        if number and model.objects.visible_to(by).filter(pk=number).exists()
    }


def _may(by: Acting, request: ReportRequest) -> dict[str, bool]:
    """What the reader may do with it now, by name."""
    is_asking = by.authority_id == request.asking_id
    writes = permissions.may(by, "request.write", OWN)
    answers = permissions.may(by, "request.answer", OWN)
    is_running = request.stage in RequestStage.running()
    is_open = is_running or request.stage == RequestStage.SHARED
    before_answer = request.stage in (RequestStage.SENT, RequestStage.ACKNOWLEDGED)
    side = writes if is_asking else answers
    from_other = request.proposed_day is not None and request.proposed_day_by_id != by.authority_id
    promised = request.stage in (RequestStage.AGREED, RequestStage.AGREED_IN_PART, RequestStage.SHARED)
    return {
        "acknowledge": not is_asking and answers and request.stage == RequestStage.SENT,
        "agree": not is_asking and answers and before_answer,
        "refuse": not is_asking and answers and is_running,
        "release": not is_asking and permissions.may(by, "release.propose", OWN) and promised,
        "withdraw": is_asking and writes and is_running,
        "rely_on": is_asking
        and writes
        and request.stage == RequestStage.SHARED
        and request.relied_on_at is None,
        "propose_day": side and is_running,
        "settle_day": side and is_running and from_other,
        "question": side and is_open,
        "answer": side,
    }


@fenced
def question_of(*, by: Acting, number: str, message_id: int) -> RequestMessage | None:
    """A question on the request of that number, if the reader may know of it."""
    rows = RequestMessage.objects.visible_to(by).filter(pk=message_id, request__number=number)
    return rows.select_related("request").first()
