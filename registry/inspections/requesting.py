"""The verbs of a request: one authority asks another for a report or an inspection, and the other answers.

Each takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when the request is not in a fit
stage (Outdated: when it has changed since ``version``), and ValueError when words are missing.
"""

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Annex, Authority, Sector
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import queueing
from registry.inspections import citing, deadlines, following, lifecycles
from registry.inspections.fence import fenced
from registry.inspections.following import cleaned, keep_desk, locked, news, save, tell
from registry.inspections.models import (
    Document,
    DocumentKind,
    Facility,
    Inspection,
    ReportRequest,
    RequestAct,
    RequestStage,
    Wanted,
)

_NEXT = "SELECT nextval(pg_get_serial_sequence('inspections_reportrequest', 'id'))"


@verb(room="desk")
@fenced
def ask(
    *,
    by: Acting,
    asked: Authority,
    annex: Annex,
    facility: Facility,
    purpose: str,
    wanted: str = Wanted.EXISTING,
    inspection: Inspection | None = None,
    document: Document | None = None,
    kinds: Iterable[str] = (),
    pre_approval: bool = False,
) -> ReportRequest:
    """Ask another authority for an existing report, or to inspect, under an annex that obliges both.

    The limits that are on file for the annex start at once. Raises NotAllowed where the annex cannot be cited between the
    two, nobody would receive it, or the same has been asked for and is not answered yet.
    """
    permissions.check(by, "request.write", OWN if by.authority_id else "none")
    purpose = cleaned(purpose, _("Say what it is needed for."))
    sector = _checked(by, asked, facility, inspection, document, wanted)
    if annex.pk not in {ground.annex.pk for ground in citing.citable(by, asked, sector)}:
        raise NotAllowed(
            _("%(annex)s cannot be cited between the two authorities today.") % {"annex": annex.title}
        )
    if not queueing.members(asked, following.ANSWERING):
        raise NotAllowed(
            _(
                "Nobody at %(authority)s works in this portal yet, so nobody would receive the request. Ask the operator of"
                " the portal to invite its people."
            )
            % {"authority": asked.name}
        )
    asking = Authority.objects.select_for_update(no_key=True).get(pk=by.authority_id)
    thing = {"facility": facility, "inspection": inspection, "document": document, "wanted": wanted}
    _check_new(asking, asked, annex, thing)
    number, now = _next_number(), clock.now()
    report = deadlines.due(deadlines.report_limit(annex, wanted, pre_approval), asked, now)
    acknowledgement = deadlines.due(deadlines.acknowledge_limit(annex, pre_approval), asked, now)
    request = ReportRequest(
        pk=number,
        number=f"R-{now.year}-{number:04d}",
        asking=asking,
        asked=asked,
        annex=annex,
        kinds=[kind for kind in DocumentKind.values if kind in set(kinds)],
        pre_approval=pre_approval,
        purpose=purpose,
        stage=lifecycles.REQUEST.check(lifecycles.NONE, "ask"),
        asked_at=now,
        asked_by_id=by.user_id,
        due_on=report.day,
        due_source=report.source,
        acknowledge_by=acknowledgement.day,
        acknowledge_source=acknowledgement.source,
        **thing,
    )
    request.save(force_insert=True)
    tell(by, request, RequestAct.ASK)
    keep_desk(by, request)
    after = {
        "asked": asked.code,
        "annex": annex.code,
        "facility": str(facility.key),
        "wanted": str(wanted),
        "due_on": str(report.day or ""),
    }
    recording.record(by=by, target=request, after=after)
    return request


def _checked(by: Acting, asked: Authority, facility, inspection, document, wanted: str) -> Sector | None:
    """The sector of what is asked for. Raises NotAllowed when the parts do not fit together or may not be known."""
    if asked.pk == by.authority_id:
        raise NotAllowed(_("This is your own authority’s: nobody needs to be asked for it."))
    if document and wanted == Wanted.NEW_INSPECTION:
        raise NotAllowed(
            _("A document exists already. To ask for a new inspection, start from the facility.")
        )
    named = [row for row in (inspection, document) if row is not None]
    fits = all(row.authority_id == asked.pk and row.facility_id == facility.pk for row in named)
    known = all(type(row).objects.visible_to(by).filter(pk=row.pk).exists() for row in (facility, *named))
    if not (fits and known):
        raise NotAllowed(_("What is asked for is not on file with that authority."))
    return next((row.sector for row in reversed(named) if row.sector_id), None)


def _check_new(asking: Authority, asked: Authority, annex: Annex, thing: dict) -> None:
    same = ReportRequest.objects.running().filter(asking=asking, asked=asked, annex=annex, **thing)
    if earlier := same.first():
        raise NotAllowed(
            _("Your authority has asked for the same already, in %(number)s, and it is not closed.")
            % {"number": earlier.number}
        )


def _next_number() -> int:
    """From the sequence of the table: others' requests cannot be seen, so they cannot be counted."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        return cursor.fetchone()[0]


@verb(room="desk")
@fenced
def acknowledge(*, by: Acting, request: ReportRequest, version: int) -> ReportRequest:
    """The asked authority says that it has the request and looks at whether it can be done (21 CFR 26.14(b))."""
    request = _step(by, request, version, "acknowledge", "request.answer", "asked_id")
    request.acknowledged_at = clock.now()
    save(request, "stage", "acknowledged_at")
    return _done(by, request, RequestAct.ACKNOWLEDGE, silent=True)


@verb(room="desk")
@fenced
def agree(*, by: Acting, request: ReportRequest, version: int, words: str = "") -> ReportRequest:
    """The asked authority promises the report, or the inspection, as asked for."""
    return _answer(by, request, version, RequestAct.AGREE, cleaned(words))


@verb(room="desk")
@fenced
def agree_in_part(*, by: Acting, request: ReportRequest, version: int, words: str) -> ReportRequest:
    """It promises a redacted version, or a part. ``words`` say what is left out."""
    words = cleaned(words, _("Say what is left out."))
    return _answer(by, request, version, RequestAct.AGREE_IN_PART, words)


@verb(room="desk")
@fenced
def refuse(*, by: Acting, request: ReportRequest, version: int, words: str) -> ReportRequest:
    """It refuses, also what it has agreed to before. ``words`` give the ground."""
    words = cleaned(words, _("Give the ground on which the request is refused."))
    return _answer(by, request, version, RequestAct.REFUSE, words)


@verb(room="desk")
@fenced
def withdraw(*, by: Acting, request: ReportRequest, version: int, words: str = "") -> ReportRequest:
    """The asking authority takes the request back."""
    words = cleaned(words)
    request = _step(by, request, version, "withdraw", "request.write", "asking_id")
    return _done(by, _ended(request), RequestAct.WITHDRAW, words)


@verb(room="desk")
@fenced
def mark_shared(*, by: Acting, request: ReportRequest) -> ReportRequest:
    """A version has been released in answer to the request; called by the verb that releases. A further one is news as well."""
    request = locked(by, request)
    permissions.check(by, "request.answer", OWN if by.authority_id == request.asked_id else "none")
    check_may_be_shared(request)
    if request.stage != RequestStage.SHARED:
        request.stage = lifecycles.REQUEST.check(request.stage, "share")
        request = _ended(request)
    return _done(by, request, RequestAct.SHARE)


def check_may_be_shared(request: ReportRequest) -> None:
    """Raises NotAllowed while the request is not agreed to, and once it was refused or withdrawn."""
    if request.stage in (RequestStage.SENT, RequestStage.ACKNOWLEDGED):
        raise NotAllowed(
            _("Agree to request %(number)s first; then release what answers it.") % {"number": request.number}
        )
    if request.stage != RequestStage.SHARED:
        lifecycles.REQUEST.check(request.stage, "share")


@verb(room="desk")
@fenced
def rely_on(*, by: Acting, request: ReportRequest, version: int) -> ReportRequest:
    """The asking authority notes that what it was sent saved an inspection of its own: the figure of reuse."""
    request = locked(by, request, version)
    permissions.check(by, "request.write", OWN if by.authority_id == request.asking_id else "none")
    if request.stage != RequestStage.SHARED:
        raise NotAllowed(_("Only a report that has been shared can take the place of an inspection."))
    if request.relied_on_at is not None:
        raise NotAllowed(_("This is on record already."))
    request.relied_on_at = clock.now()
    save(request, "relied_on_at")
    return _done(by, request, RequestAct.RELY_ON)


def _step(by: Acting, request: ReportRequest, version: int, act: str, right: str, side: str) -> ReportRequest:
    """The request, locked and in its next stage, for whoever stands on that side of it and has the right."""
    request = locked(by, request, version)
    permissions.check(by, right, OWN if by.authority_id == getattr(request, side) else "none")
    request.stage = lifecycles.REQUEST.check(request.stage, act)
    return request


def _answer(by: Acting, request: ReportRequest, version: int, act: str, words: str) -> ReportRequest:
    request = _step(by, request, version, act, "request.answer", "asked_id")
    request.answered_at, request.answer = clock.now(), words
    if request.stage == RequestStage.REFUSED:
        request = _ended(request, "answered_at", "answer")
    else:
        save(request, "stage", "answered_at", "answer")
    return _done(by, request, act, words)


def _ended(request: ReportRequest, *fields: str) -> ReportRequest:
    request.ended_at = clock.now()
    request.proposed_day = request.proposed_day_by = None
    save(request, "stage", "ended_at", "proposed_day", "proposed_day_by", *fields)
    return request


def _done(
    by: Acting, request: ReportRequest, act: str, words: str = "", *, silent: bool = False
) -> ReportRequest:
    """History, desks, news and the entry of a step."""
    message = tell(by, request, act, words)
    keep_desk(by, request, silent=silent)
    news(by, request, message)
    recording.record(by=by, target=request, reason=words[:300], after={"stage": str(request.stage)})
    return request
