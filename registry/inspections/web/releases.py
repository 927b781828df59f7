"""``/releases/``: what was shared with an authority and by it; and what it asks of the files that it is given."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Member
from portal import permissions
from portal.pages import AskedForm, InWords
from registry.inspections import demanding, released
from registry.inspections.released import Sought

_LISTS = (
    (released.RECEIVED, gettext_lazy("Shared with us")),
    (released.GIVEN, gettext_lazy("Shared by us")),
    (released.WAITING, gettext_lazy("Awaiting the second person")),
)
_NOW = (
    ("", gettext_lazy("any")),
    (released.OPEN, gettext_lazy("can be read now")),
    (released.CLOSED, gettext_lazy("cannot be read now")),
)


class SoughtForm(AskedForm):
    """Which releases to show."""

    which = forms.ChoiceField(choices=_LISTS, required=False)
    now = forms.ChoiceField(choices=_NOW, required=False)
    words = forms.CharField(max_length=200, required=False)


class ReleasesPage(InWords, Member, View):
    """One page of a list, with how many each list holds."""

    http_method_names = ["get", "head", "options"]
    action = "inspection.see"

    def get(self, request):
        """The page that is asked for."""
        sought = Sought(**SoughtForm.asked(request))
        listed = released.releases(by=request.acting, sought=sought, number=request.GET.get("page", 1))
        context = {
            "page": listed.page,
            "sought": sought,
            "lists": [(code, words, listed.counts[code]) for code, words in _LISTS],
            "now": _NOW,
            "filters_active": bool(sought.words or sought.now),
            "is_scanned_only": demanding.takes_only_scanned(request.acting),
            "may_demand": permissions.may(request.acting, "reception.change", OWN),
            "breadcrumbs": [{"text": _("Desk"), "href": "/desk/"}],
        }
        return render(request, "inspections/releases.html", context)


class Demand(Member, View):
    """``/releases/taking/``: whether the authority takes files that were not scanned for viruses."""

    http_method_names = ["get", "head", "post", "options"]
    action = "reception.change"

    def get(self, request):
        """What holds, and what another choice would do."""
        context = {
            "is_scanned_only": demanding.takes_only_scanned(request.acting),
            "breadcrumbs": [{"text": _("Shared documents"), "href": "/releases/"}],
        }
        return render(request, "inspections/demand.html", context)

    def post(self, request):
        """Change it."""
        demanding.demand(by=request.acting, scanned_only=request.POST.get("scanned_only") == "yes")
        messages.success(request, _("Changed. It counts from now on, also for what was shared before."))
        return redirect("releases")
