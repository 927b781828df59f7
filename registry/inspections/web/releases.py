"""Pages of releases: the lists, one release with what can be done with it, and its end."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Deciding, Member
from portal import permissions
from registry.inspections import demanding, documents, passing_on, releasing
from registry.inspections.models import OnwardStage, ReleaseStage
from registry.inspections.web.document_forms import problems_into
from registry.inspections.web.documents import REFUSALS

PER_PAGE = 25
LISTS = {
    "received": gettext_lazy("Shared with us"),
    "given": gettext_lazy("Shared by us"),
    "waiting": gettext_lazy("Awaiting the second person"),
}


class ReleasesPage(Member, View):
    """``/releases/``: what was shared with the authority, and what it shares."""

    action = "inspection.see"
    http_method_names = ["get", "head"]

    def get(self, request):
        by = request.acting
        which, words = request.GET.get("show", "received"), request.GET.get("q", "")[:200]
        if which not in LISTS:
            which = "received"
        rows = documents.releases(by=by, which=which, words=words)
        context = {
            "which": which,
            "lists": LISTS.items(),
            "words": words,
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page", "1")),
            "scanned_only": demanding.scanned_only(by),
            "may_demand": permissions.may(by, "reception.change", OWN),
            "heading": _("Shared documents"),
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "inspections/releases.html", context)


class ReceptionTerms(Member, View):
    """``/releases/terms/``: says whether the authority takes only scanned documents."""

    action = "reception.change"
    http_method_names = ["post"]

    def post(self, request):
        scanned_only = request.POST.get("scanned_only") == "on"
        demanding.demand(by=request.acting, scanned_only=scanned_only)
        if scanned_only:
            messages.success(request, _("From now on your authority takes only documents that were scanned."))
        else:
            messages.success(request, _("Your authority takes documents that were not scanned, too."))
        return HttpResponseRedirect("/releases/")


class ReleaseView(Member, View):
    """The base: finds a release that concerns the authority, or 404."""

    action = "inspection.see"

    def found(self, request, number):
        """The release of the address."""
        release = documents.release(by=request.acting, number=number)
        if release is None:
            raise Http404
        return release

    def given(self, request, number):
        """The release, if the reader's authority gives it."""
        release = self.found(request, number)
        if release.giver_id != request.acting.authority_id:
            raise Http404
        return release


class OnwardForm(forms.Form):
    """To whom a receiver wants to pass a document on."""

    third_party = forms.CharField(label=gettext_lazy("To whom"), max_length=250)
    purpose = forms.CharField(
        label=gettext_lazy("Why, and on which legal ground"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReleasePage(ReleaseView):
    """``/releases/<number>/``: what it lets whom read, on what ground, and what can be done with it."""

    write_action = "inspection.see"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, form=None, status=200, error=""):
        by, release = request.acting, self.found(request, number)
        is_giver = release.giver_id == by.authority_id
        is_open = release.stage == ReleaseStage.PROPOSED
        context = {
            "release": release,
            "document": release.version.document,
            "is_giver": is_giver,
            "error": error,
            "form": form or OnwardForm(),
            "may_decide": is_giver
            and is_open
            and permissions.may(by, "release.decide", OWN)
            and by.user_id != release.proposed_by_id,
            "may_drop": is_giver and is_open and permissions.may(by, "release.propose", OWN),
            "may_revoke": is_giver
            and release.stage == ReleaseStage.RELEASED
            and permissions.may(by, "release.revoke", OWN),
            "may_ask": not is_giver
            and release.stage == ReleaseStage.RELEASED
            and permissions.may(by, "onward.ask", OWN),
            "may_answer": is_giver and permissions.may(by, "onward.answer", OWN),
            "may_download": not is_giver
            and release.gives_access
            and permissions.may(by, "document.download", OWN),
            "heading": release.version.document.title,
            "asked": OnwardStage.ASKED,
            "breadcrumbs": [
                {"text": _("Desk"), "href": "/desk/"},
                {"text": _("Shared documents"), "href": "/releases/"},
            ],
        }
        return render(request, "inspections/release.html", context, status=status)

    def post(self, request, number):
        """Give a proposal up, or ask to pass the document on."""
        release, doing = self.found(request, number), request.POST.get("doing")
        if doing == "drop" and release.giver_id == request.acting.authority_id:
            return self._drop(request, release)
        if doing == "ask" and release.giver_id != request.acting.authority_id:
            return self._ask(request, release)
        raise PermissionDenied

    def _drop(self, request, release):
        try:
            releasing.drop(by=request.acting, release=release, reason=request.POST.get("reason", "")[:300])
            messages.success(request, _("Given up. It stays on record; nobody reads the version by it."))
        except REFUSALS as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(f"/releases/{release.pk}/")

    def _ask(self, request, release):
        form = OnwardForm(request.POST)
        if form.is_valid():
            try:
                passing_on.ask(by=request.acting, release=release, **form.cleaned_data)
            except REFUSALS as error:
                problems_into(form, error)
            else:
                messages.success(
                    request, _("Asked. Do not pass the document on before the giver has agreed.")
                )
                return HttpResponseRedirect(f"/releases/{release.pk}/#passing-on")
        return self.get(request, release.pk, form=form, status=400)


class DecideRelease(Deciding, ReleaseView):
    """``/releases/<number>/decide/``: the second person looks at what it opens to whom, and releases."""

    action = "release.decide"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, error="", status=200):
        release = self.given(request, number)
        if release.stage != ReleaseStage.PROPOSED:
            if error:
                messages.error(request, error)
            return HttpResponseRedirect(f"/releases/{release.pk}/")
        context = {
            "release": release,
            "document": release.version.document,
            "error": error,
            "is_own_hand": release.proposed_by_id == request.acting.user_id,
            "is_open": all(gate.holds for gate in release.gates),
            "heading": _("Release this version?"),
            "breadcrumbs": [
                {"text": _("Shared documents"), "href": "/releases/"},
                {"text": release.version.document.title, "href": f"/releases/{release.pk}/"},
            ],
        }
        return render(request, "inspections/release_decide.html", context, status=status)

    def post(self, request, number):
        release = self.given(request, number)
        try:
            releasing.release(by=request.acting, release=release)
        except REFUSALS as error:
            if not str(error):
                raise
            return self.get(request, number, error=str(error), status=400)
        messages.success(request, _("Released. The receiver can read it from now on."))
        return HttpResponseRedirect(f"/releases/{release.pk}/")


class RevokeRelease(ReleaseView):
    """``/releases/<number>/revoke/``: asks once more, and ends the release at once."""

    action = "release.revoke"
    http_method_names = ["get", "head", "post"]

    def get(self, request, number, error="", typed="", status=200):
        release = self.given(request, number)
        if release.stage != ReleaseStage.RELEASED:
            return HttpResponseRedirect(f"/releases/{release.pk}/")
        context = {
            "release": release,
            "document": release.version.document,
            "error": error,
            "typed": typed,
            "heading": _("Revoke this release?"),
            "breadcrumbs": [
                {"text": _("Shared documents"), "href": "/releases/"},
                {"text": release.version.document.title, "href": f"/releases/{release.pk}/"},
            ],
        }
        return render(request, "inspections/release_revoke.html", context, status=status)

    def post(self, request, number):
        release, reason = self.given(request, number), request.POST.get("reason", "")[:300]
        try:
            releasing.revoke(by=request.acting, release=release, reason=reason)
        except REFUSALS as error:
            words = " ".join(error.messages) if hasattr(error, "messages") else str(error)
            return self.get(request, number, error=words, typed=reason, status=400)
        messages.success(request, _("Revoked. The next request is refused, and a running download stops."))
        return HttpResponseRedirect(f"/releases/{release.pk}/")


class AnswerOnward(Deciding, ReleaseView):
    """``/releases/questions/<number>/answer/``: the giver agrees that a document is passed on, or refuses."""

    action = "onward.answer"
    http_method_names = ["post"]

    def post(self, request, number):
        question = documents.question(by=request.acting, number=number)
        if question is None or question.release.giver_id != request.acting.authority_id:
            raise Http404
        agreed, words = request.POST.get("doing") == "agree", request.POST.get("words", "")[:4000]
        try:
            passing_on.answer(by=request.acting, question=question, agreed=agreed, words=words)
            messages.success(request, _("Answered. Your answer is on record on both sides."))
        except REFUSALS as error:
            messages.error(request, " ".join(error.messages) if hasattr(error, "messages") else str(error))
        return HttpResponseRedirect(f"/releases/{question.release_id}/#passing-on")
