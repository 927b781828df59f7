"""Signing somebody in who has proved who they are by other means than a password, such as an invitation."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portal.accounts.models import User


def sign_in(request: HttpRequest, user: User, method: str, redirect_url: str | None = None) -> HttpResponse:
    """Take the person through allauth's sign-in and return where the browser goes next.

    ``method`` is what the record says, such as ``invitation``. A second factor that exists is asked for all the
    same, and somebody who may not sign in is told so. Whoever was signed in before is signed out.
    """
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, user, method=method)
    return perform_login(request, Login(user=user, redirect_url=redirect_url))
