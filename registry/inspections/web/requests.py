"""``/requests/``: the requests that an authority has made and received, as a page and as a file."""

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Member
from portal import permissions
from portal.pages import AskedForm, InWords
from portal.tables import csv_response
from registry.inspections import requested, taking_out
from registry.inspections.models import RequestStage, Wanted
from registry.inspections.requested import Sought

_SIDES = (
    (requested.ALL, gettext_lazy("All")),
    (requested.RECEIVED, gettext_lazy("Received")),
    (requested.MADE, gettext_lazy("Made")),
)
_SORTS = (
    (requested.DEADLINE, gettext_lazy("Nearest deadline first")),
    (requested.NEWEST, gettext_lazy("Newest first")),
)
_COLUMNS = (
    "number",
    "side",
    "partner",
    "annex",
    "facility",
    "wanted",
    "stage",
    "asked_at",
    "due_on",
    "limit",
    "acknowledged_at",
    "answered_at",
    "ended_at",
    "late",
    "relied_on_at",
)


class SoughtForm(AskedForm):
    """Which requests to show. Nothing given is all of them, by deadline."""

    side = forms.ChoiceField(choices=_SIDES, required=False)
    stage = forms.ChoiceField(choices=RequestStage, required=False)
    partner = forms.SlugField(max_length=80, required=False)
    late = forms.BooleanField(required=False)
    words = forms.CharField(max_length=200, required=False)
    sort = forms.ChoiceField(choices=_SORTS, required=False)


class RequestsPage(InWords, Member, View):
    """One page of them, with how many there are at each side and in each stage."""

    http_method_names = ["get", "head", "options"]
    action = "inspection.see"

    def get(self, request):
        """The page that is asked for."""
        sought = Sought(**SoughtForm.asked(request))
        listed = requested.requests(by=request.acting, sought=sought, number=request.GET.get("page", 1))
        query = request.GET.copy()
        query.pop("page", None)
        narrowed = sought != Sought(sort=sought.sort)
        context = {
            "listed": listed,
            "page": listed.page,
            "sought": sought,
            "sides": [(code, words, listed.sides[code]) for code, words in _SIDES],
            "sorts": _SORTS,
            "narrowed": narrowed,
            "filters_active": narrowed,
            "may_ask": permissions.may(request.acting, "request.write", OWN),
            "downloads": [{"text": "CSV", "href": f"/requests.csv?{query.urlencode()}", "type": "text/csv"}],
        }
        return render(request, "inspections/requests.html", context)


class RequestsFile(InWords, Member, View):
    """``/requests.csv``: all requests of the same question. Taking them out is itself on record."""

    http_method_names = ["get"]
    action = "inspection.see"

    def get(self, request):
        """The file."""
        sought = Sought(**SoughtForm.asked(request))
        rows = taking_out.take_out_requests(by=request.acting, sought=sought, query=request.GET.dict())
        return csv_response("requests", list(_COLUMNS), [_cells(row) for row in rows])


def _cells(row: requested.Row) -> list:
    one = row.request
    return [
        one.number,
        requested.MADE if row.is_made else requested.RECEIVED,
        row.partner.code,
        one.annex.code,
        one.facility.name,
        Wanted(one.wanted).value,
        one.stage,
        one.asked_at.isoformat(),
        row.due.day,
        row.due.source,
        _moment(one.acknowledged_at),
        _moment(one.answered_at),
        _moment(one.ended_at),
        "yes" if row.is_late else "no",
        _moment(one.relied_on_at),
    ]


def _moment(value) -> str:
    return value.isoformat() if value else ""
