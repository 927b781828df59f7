"""Doors of screens: who comes in, and who shows their key once more."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignedIn:
    """For a class-based view: anonymous people go to sign in and come back; nothing is kept in any cache."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            response = self.enter(request, *args, **kwargs)
        else:
            response = redirect_to_login(request.get_full_path())
        response["Cache-Control"] = "no-store"
        return response

    def enter(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Answer a person who is signed in; a further door narrows this."""
        return super().dispatch(request, *args, **kwargs)


class RecentlyAuthenticated(SignedIn):
    """Besides, whoever changes something has shown who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    Otherwise allauth's middleware suspends the request, asks, and resumes it with the same POST (files are lost).
    """

    def enter(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method not in SAFE_METHODS and not recently_authenticated(request):
            raise ReauthenticationRequired()
        return super().enter(request, *args, **kwargs)


def recently_authenticated(request: HttpRequest) -> bool:
    """True when the person signed in, or confirmed who they are, within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    Somebody with neither password nor second factor of ours cannot be asked here, so it is true for them.
    """
    if not get_reauthentication_flows(request.user):
        return True
    moments = [each["at"] for each in get_authentication_records(request, request.user)]
    return bool(moments) and time.time() - max(moments) < app_settings.REAUTHENTICATION_TIMEOUT
