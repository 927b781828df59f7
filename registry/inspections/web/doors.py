"""Doors of pages that everybody may look at, each as far as it is theirs to know."""

from django.http import HttpRequest, HttpResponse
from django.views import View

from agreements.acting import Acting, acting_of
from portal.accounts import factors


class Open(View):
    """For everybody: ``request.acting`` is whoever is signed in, or nobody. Nothing is kept in any cache.

    A member who has not set up a second factor reads as nobody.
    """

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        by = acting_of(request)
        if by.authority_id is not None and not factors.may_act(request.user):
            request.acting = Acting(actor="")
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response
