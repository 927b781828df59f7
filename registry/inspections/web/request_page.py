"""``/requests/<number>/``: one request, its history, what awaits whom, and what may be done about it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.web.doors import Member
from portal.lifecycle import NotAllowed
from registry.inspections import corresponding, following, requested, requesting
from registry.inspections.following import Outdated
from registry.inspections.models import DocumentKind, Wanted


class OneRequest(Member):
    """A screen about one request of the authority acted for; 404 for any other."""

    action = "inspection.see"

    def whole(self, number: str) -> requested.Whole:
        """The request with everything, or 404."""
        found = requested.request_of(by=self.request.acting, number=number)
        if found is None:
            raise Http404
        return found


def version_of(request: HttpRequest) -> int:
    """The version of the request that was on the page."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def words_of(request: HttpRequest) -> str:
    """What somebody wrote, one character more than fits so that too much is said to be so."""
    return request.POST.get("words", "").replace("\x00", "")[: following.LONGEST + 1]


class DayForm(forms.Form):
    """A day to propose."""

    day = forms.DateField(
        label=gettext_lazy("Last day for the answer"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Give a day, for example 2026-12-31."),
        },
    )


class RequestPage(OneRequest, View):
    """The page; small steps are taken on it, those that cannot be undone on pages of their own."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request, number, status=200, error="", doing="", day_form=None):
        """The request as it stands, with what was typed where it was refused."""
        whole = self.whole(number)
        one = whole.row.request
        context = {
            "whole": whole,
            "one": one,
            "row": whole.row,
            "kinds": [DocumentKind(kind).label for kind in one.kinds],
            "wanted": Wanted(one.wanted).label,
            "may": whole.may,
            "day_form": day_form or DayForm(),
            "error": error,
            "doing": doing,
            "typed": words_of(request) if status != 200 else "",
            "question_id": request.POST.get("question", "") if status != 200 else "",
            "own_id": request.acting.authority_id,
            "breadcrumbs": [{"text": _("Requests"), "href": "/requests/"}],
        }
        return render(request, "inspections/request.html", context, status=status)

    def post(self, request, number):
        """Do what was chosen, or show the page again with the reason why not."""
        one = self.whole(number).row.request
        doing = request.POST.get("doing", "")
        act = getattr(self, f"_{doing}", None) if doing in _DOING else None
        if act is None:
            raise PermissionDenied
        try:
            refused = act(request, one)
        except Outdated as error:
            return self.get(request, number, status=409, error=str(error), doing=doing)
        except (NotAllowed, ValueError) as error:
            return self.get(request, number, status=400, error=str(error), doing=doing)
        if isinstance(refused, DayForm):
            return self.get(request, number, status=400, doing=doing, day_form=refused)
        messages.success(request, _DOING[doing])
        return redirect(one)

    def _acknowledge(self, request, one):
        requesting.acknowledge(by=request.acting, request=one, version=version_of(request))

    def _rely_on(self, request, one):
        requesting.rely_on(by=request.acting, request=one, version=version_of(request))

    def _question(self, request, one):
        corresponding.question(by=request.acting, request=one, words=words_of(request))

    def _answer(self, request, one):
        text = request.POST.get("question", "")
        message_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        asked = requested.question_of(by=request.acting, number=one.number, message_id=message_id)
        if asked is None:
            raise Http404
        corresponding.answer(by=request.acting, question=asked, words=words_of(request))

    def _propose_day(self, request, one) -> DayForm | None:
        form = DayForm(request.POST)
        if not form.is_valid():
            return form
        day, version = form.cleaned_data["day"], version_of(request)
        corresponding.propose_day(by=request.acting, request=one, version=version, day=day)
        return None

    def _accept_day(self, request, one):
        corresponding.accept_day(by=request.acting, request=one, version=version_of(request))

    def _decline_day(self, request, one):
        corresponding.decline_day(by=request.acting, request=one, version=version_of(request))


_DOING = {
    "acknowledge": gettext_lazy("Acknowledged. The other authority has been told."),
    "rely_on": gettext_lazy("On record: this report took the place of an inspection of your own."),
    "question": gettext_lazy("Asked. The question is on the other authority’s desk."),
    "answer": gettext_lazy("Answered. The other authority has been told."),
    "propose_day": gettext_lazy("Proposed. The day counts once the other authority accepts it."),
    "accept_day": gettext_lazy("Accepted. It is the last day from now on."),
    "decline_day": gettext_lazy("Declined. What held before holds."),
}


def shown(view: OneRequest, request, whole, template: str, status: int, **context) -> HttpResponse:
    """A page of its own about one step of a request."""
    one = whole.row.request
    context |= {
        "whole": whole,
        "one": one,
        "row": whole.row,
        "typed": words_of(request) if status != 200 else "",
        "breadcrumbs": [
            {"text": _("Requests"), "href": "/requests/"},
            {"text": one.number, "href": one.get_absolute_url()},
        ],
    }
    return render(request, template, context, status=status)
