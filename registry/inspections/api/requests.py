"""``report-requests/`` for programs: what the authority has asked for and was asked for; ask for more, and answer."""

from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from agreements.keys.api.private import KeyEndpoint, Verb
from portal.endpoints import ListEndpoint
from portal.endpoints.bodies import entity_tag
from portal.endpoints.describing import PAGES, describe_reading, describe_verb, parameter
from portal.endpoints.refusing import Refused, refusing
from portal.pages import BadQuestion
from registry.inspections import citing, requested, requesting, targets
from registry.inspections.api import request_shapes as shapes
from registry.inspections.fence import reading_as
from registry.inspections.following import Outdated
from registry.inspections.models import ReportRequest, RequestStage
from registry.inspections.web.requests import SoughtForm

KINDS_OF_PROBLEM = {Outdated: "changed-meanwhile"}
NUMBER = parameter("number", "Number of the request.", path=True)
_FLAGS = ("true", "false")
_NAMED = ("facility", "inspection", "document")


@describe_reading(
    "report-requests_list",
    "Requests for reports, made and received",
    shapes.REQUESTS,
    parameter("side", "Whose.", values=[requested.MADE, requested.RECEIVED, requested.ALL]),
    parameter("stage", "Where it stands.", values=RequestStage.values),
    parameter("partner", "Code of the other authority."),
    parameter("late", "Only those whose next day has passed.", values=_FLAGS),
    parameter("words", "Words of the number, the purpose, a name or the text."),
    *PAGES,
)
@describe_verb(
    "report-requests_ask",
    "Ask another authority for a report, or to inspect",
    shapes.RECEIPT,
    example={"annex": "US-EU-GMP", "inspection": 1, "purpose": "An application that awaits a decision."},
)
class Requests(ListEndpoint, Verb):
    """Requests between the authority and others, the newest first.

    Asking starts from a document, an inspection or a facility (then with the authority that is asked); the limits on file start
    at once.
    """

    http_method_names = ["get", "head", "post", "options"]
    order = (("-id", int),)
    body = shapes.ASKING
    status = 201

    def scope_of(self, method):
        """Reading and asking are two things."""
        return "request.write" if method == "POST" else "inspection.see"

    def answer(self, request, **kwargs):
        """One page, read behind the fence."""
        if request.GET.get("late", "") not in ("", *_FLAGS):
            raise BadQuestion("late", _("Choose one of: true, false."))
        with reading_as(request.auth):
            return super().answer(request, **kwargs)

    def rows(self, request):
        """The requests that the parameters ask for."""
        return requested.rows_sought(request.auth, requested.Sought(**SoughtForm.asked(request)))

    def shown(self, rows, request):
        """Each in short."""
        return [_short(requested.row_of(request.auth, each)) for each in rows]

    def version(self, told):
        """A list has none."""

    def target(self, by):
        """What is asked about is said in the body."""

    def do(self, by, thing, said):
        """Ask."""
        named = {name: str(said[name]) for name in (*_NAMED, "asked") if name in said}
        if sum(name in said for name in _NAMED) != 1:
            raise _not_fitting("facility", _("Name one: a document, an inspection or a facility."))
        target = targets.target_of(by=by, **named)
        if target is None:
            raise _not_fitting(
                next(name for name in _NAMED if name in said), _("Nothing is on file under this.")
            )
        if target.asked is None:
            raise _not_fitting("asked", _("Name the authority that is asked, by its code."))
        with refusing(KINDS_OF_PROBLEM):
            sent = requesting.ask(
                by=by,
                asked=target.asked,
                annex=_annex(by, target, said["annex"]),
                facility=target.facility,
                inspection=target.inspection,
                document=target.document,
                **{
                    name: said[name]
                    for name in ("purpose", "wanted", "kinds", "pre_approval")
                    if name in said
                },
            )
        return receipt(sent)


@describe_reading("report-requests_read", "One request", shapes.REQUEST, NUMBER, missing=True)
class RequestDetail(KeyEndpoint):
    """One request of the authority, with its history, what was released in answer, and what the key may do now."""

    scope = "inspection.see"

    def answer(self, request, *, number):
        """The request as it stands; its ``ETag`` is its version."""
        whole = requested.request_of(by=request.auth, number=number)
        if whole is None:
            raise Http404
        return _whole(whole)


def found(by, number: str) -> ReportRequest:
    """The request of that number. Raises Http404 for one that the actor may not know of."""
    whole = requested.request_of(by=by, number=number)
    if whole is None:
        raise Http404
    return whole.row.request


def receipt(one: ReportRequest) -> tuple[dict, dict]:
    """What is answered to whoever had something done with a request: where it stands, and where to read it."""
    address = reverse("api-report-request", args=[one.number])
    body = {
        "number": one.number,
        "stage": one.stage,
        "version": one.version,
        "address": address,
        "page": one.get_absolute_url(),
    }
    return body, {"Location": address, "ETag": entity_tag(one.version)}


def _annex(by, target, code: str):
    """The text of that code, where it can be cited; any other is none, whatever the reason."""
    grounds = citing.citable(by, target.asked, target.sector)
    annex = next((ground.annex for ground in grounds if ground.annex.code == code), None)
    if annex is None:
        raise _not_fitting("annex", _("This text cannot be cited between the two authorities today."))
    return annex


def _not_fitting(field: str, words: str) -> Refused:
    return Refused("not-valid", words, [{"field": field, "message": words}])


def _short(row: requested.Row) -> dict:
    one = row.request
    return {
        "number": one.number,
        "side": requested.MADE if row.is_made else requested.RECEIVED,
        "partner": {"code": row.partner.code, "name": row.partner.name},
        "annex": one.annex.code,
        "facility": {"key": str(one.facility.key), "name": one.facility.name},
        "wanted": one.wanted,
        "stage": one.stage,
        "version": one.version,
        "asked_at": one.asked_at,
        "due_on": row.due.day,
        "due_source": row.due.source,
        "late": row.is_late,
        "acknowledged_at": one.acknowledged_at,
        "answered_at": one.answered_at,
        "ended_at": one.ended_at,
        "relied_on_at": one.relied_on_at,
        "page": one.get_absolute_url(),
    }


def _whole(whole: requested.Whole) -> dict:
    one = whole.row.request
    return {
        **_short(whole.row),
        "inspection": one.inspection_id if "inspection" in whole.seen else None,
        "document": one.document_id if "document" in whole.seen else None,
        "kinds": one.kinds,
        "pre_approval": one.pre_approval,
        "purpose": one.purpose,
        "answer": one.answer,
        "acknowledge_by": one.acknowledge_by,
        "proposed_day": one.proposed_day,
        "proposed_by": one.proposed_day_by.code if one.proposed_day_by else None,
        "history": [
            {
                "id": each.pk,
                "act": each.act,
                "words": each.words,
                "sender": each.sender.code,
                "at": each.sent_at,
                "answers": each.answers_id,
            }
            for each in whole.history
        ],
        "to_answer": [each.pk for each in whole.to_answer],
        "releases": [_release(each) for each in whole.releases],
        "may": sorted(act for act, may in whole.may.items() if may),
    }


def _release(release) -> dict:
    shown = release.shown
    return {
        "id": release.pk,
        "stage": release.stage,
        "document": shown.document_id if shown else None,
        "version": shown.pk if shown else None,
        "open": release.is_open,
    }


urlpatterns = [
    path("report-requests/", Requests.as_view(), name="api-report-requests"),
    path("report-requests/<slug:number>/", RequestDetail.as_view(), name="api-report-request"),
]
