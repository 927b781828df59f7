"""``/acting/``: for which authority somebody acts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from agreements import belonging
from agreements.acting import SESSION_KEY, acting_of
from portal.accounts.doors import SignedIn

HOME = "/desk/"


class ActingPage(SignedIn, View):
    """Shows the authorities a person may act for, and takes the choice."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request):
        """The choice; without an authority, why there is none."""
        return self._show(request, request.GET.get("next", ""))

    def post(self, request):
        """Act for that authority from now on, if it is one of one's own."""
        by, wanted = acting_of(request), request.POST.get("authority", "")
        chosen = next((each for each in request.standings if each.authority.code == wanted), None)
        if chosen is None:
            messages.error(request, _("Choose one of the authorities you may act for."))
            return self._show(request, request.POST.get("next", ""), status=400)
        if chosen.authority.code != by.authority_code:
            request.session[SESSION_KEY] = chosen.authority.code
        return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))

    def _show(self, request: HttpRequest, after: str, status: int = 200) -> HttpResponse:
        by = acting_of(request)
        context = {
            "standings": request.standings,
            "by": by,
            "next": safe_next(request, after),
            "waiting": belonging.waiting_roles(request.user),
        }
        return render(request, "agreements/acting.html", context, status=status)


def safe_next(request: HttpRequest, address: str) -> str:
    """The address if it is one of this portal, the desk otherwise."""
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(address, allowed_hosts=here, require_https=request.is_secure()):
        return address
    return HOME
