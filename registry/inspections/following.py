"""What every step of a request does besides: the row is locked, its history and both desks are kept; called inside verbs."""

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority, Role
from agreements.rights import OWN, WORKERS
from portal import clock, permissions
from portal.lifecycle import NotAllowed
from registry import queueing
from registry.inspections import deadlines
from registry.inspections.models import ReportRequest, RequestAct, RequestMessage, RequestStage
from registry.models import Work

LONGEST = 10_000
ANSWERING = WORKERS | {Role.RELEASER.value}
_SOURCE_ON_DESKS = 300
_KINDS = {
    RequestStage.SENT: Work.REQUEST,
    RequestStage.ACKNOWLEDGED: Work.REQUEST,
    RequestStage.AGREED: Work.SHARE,
    RequestStage.AGREED_IN_PART: Work.SHARE,
}


class Outdated(NotAllowed):
    """Somebody else has done something with the request meanwhile."""

    def __init__(self):
        super().__init__(
            _(
                "This request has changed since you opened the page, so nothing was done. Look at it as it stands now, then"
                " decide again."
            )
        )


def locked(by: Acting, request: ReportRequest, version: int | None = None) -> ReportRequest:
    """The request as it stands, locked. Raises Outdated when ``version`` is not the one that it has now."""
    rows = ReportRequest.objects.visible_to(by).select_for_update(of=("self",))
    row = rows.select_related("asking__economy", "asked__economy", "annex").get(pk=request.pk)
    if version is not None and row.version != version:
        raise Outdated
    return row


def check_side(by: Acting, request: ReportRequest) -> None:
    """Raises PermissionDenied unless the actor may write for the side on which they stand."""
    action = "request.write" if by.authority_id == request.asking_id else "request.answer"
    inside = by.authority_id in (request.asking_id, request.asked_id)
    permissions.check(by, action, OWN if inside else "none")


def save(request: ReportRequest, *fields: str) -> None:
    """Write these fields, with the next number of its version."""
    request.version += 1
    request.save(update_fields=[*fields, "version"])


def cleaned(words: str, missing: str = "") -> str:
    """What somebody wrote. Raises ValueError for more than fits; with ``missing`` also for nothing, in those words."""
    words = words.strip()
    if missing and not words:
        raise ValueError(missing)
    if len(words) > LONGEST:
        raise ValueError(_("Shorten this to %(number)s characters.") % {"number": LONGEST})
    return words


def other_side(by: Acting, request: ReportRequest) -> Authority:
    """The authority across."""
    return request.asked if by.authority_id == request.asking_id else request.asking


def tell(
    by: Acting, request: ReportRequest, act: str, words: str = "", *, answers: RequestMessage | None = None
) -> RequestMessage:
    """Add to the history what the actor's authority did or said to the other."""
    return RequestMessage.objects.create(
        request=request,
        sender_id=by.authority_id,
        receiver=other_side(by, request),
        act=act,
        words=words,
        answers=answers,
        sent_at=clock.now(),
        sent_by_id=by.user_id,
    )


def news(by: Acting, request: ReportRequest, message: RequestMessage) -> None:
    """Tell the other side that something happened; what, stands on the request alone."""
    own = request.asking if by.authority_id == request.asking_id else request.asked
    put(
        request,
        other_side(by, request),
        Work.SHARED,
        key=f"request:{request.pk}:{message.pk}",
        words=f"{request.number}: {own.name} {RequestAct(message.act).label}",
    )


def put(request: ReportRequest, authority: Authority, kind: str, *, key: str, words: str, **fields) -> None:
    """Put something about the request on a desk. Words and notices name its number and an authority, nothing else."""
    queueing.put(
        authority=authority,
        kind=kind,
        key=key,
        words=words[:300],
        place=request.get_absolute_url(),
        roles=ANSWERING if authority == request.asked else WORKERS,
        **fields,
    )


def keep_desk(by: Acting, request: ReportRequest, *, silent: bool = False) -> None:
    """Bring what awaits the asked authority up to the stage and the day; what has ended awaits nobody."""
    key = f"request:{request.pk}"
    queueing.take(by=by, kinds=[Work.REQUEST, Work.SHARE], key=key)
    kind = _KINDS.get(request.stage)
    if kind is None:
        queueing.take(by=by, kinds=[Work.ANSWER], key__startswith=f"{key}:")
        return
    due = deadlines.next_due(request)
    put(
        request,
        request.asked,
        kind,
        key=key,
        words=f"{request.number}: {request.asking.name}",
        due_on=due.day,
        due_source=due.source[:_SOURCE_ON_DESKS],
        silent=silent,
    )
