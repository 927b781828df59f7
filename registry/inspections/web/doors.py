"""The door of pages that everybody may look at, each as far as it is theirs to know."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.acting import Acting, acting_of
from portal.accounts import factors
from portal.pages import Page, is_signed_in


class Open:
    """For a class-based view: ``request.acting`` is whoever is signed in, or nobody. Nothing is kept in any cache.

    Where there is nothing for nobody, one signs in first, or sets up the second factor without which a member reads as nobody.
    """

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        by = acting_of(request)
        unproven = by.authority_id is not None and not factors.may_act(request.user)
        if unproven:
            request.acting = Acting(actor="")
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Http404:
            if request.user.is_authenticated and not unproven:
                raise
            response = _first(request, unproven)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def reader_of(request: HttpRequest) -> Acting:
    """Who looks at a public page: a member with a second factor sees what is the authority's own, everybody else is the public."""
    if is_signed_in(request) and factors.may_act(request.user):
        return acting_of(request)
    return Acting(actor="")


class KnownPage(Page):
    """A public page on which members see more, so for somebody signed in it is made anew each time and kept nowhere.

    ``request.by`` is the reader (``reader_of``).
    What an act inside an authority changes leaves the register's version alone, by which unchanged pages are told.
    """

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.by = reader_of(request)
        if not is_signed_in(request):
            return super().dispatch(request, *args, **kwargs)
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
            request.META.pop(name, None)
        response = super().dispatch(request, *args, **kwargs)
        del response["ETag"]
        response["Cache-Control"] = "private, no-store"
        return response


def _first(request: HttpRequest, unproven: bool) -> HttpResponse:
    if not unproven:
        return redirect_to_login(request.get_full_path())
    messages.warning(request, _("Set up a second factor first: nobody acts for an authority without one."))
    return HttpResponseRedirect(reverse("mfa_index"))
