"""The few pages of sign-in that allauth does not have, or not as the house wants them."""

from functools import wraps

import redis
from allauth.account.views import PasswordChangeView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

from portal.accounts.outages import away

METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def kept_private(view):
    """Let no cache keep the view's answers. Without the cache that counts tries, nobody gets in: 503 at once.

    Other methods are refused: Django's form views take PUT for POST.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            allowed = request.method in METHODS
            response = view(request, *args, **kwargs) if allowed else HttpResponseNotAllowed(METHODS)
        except redis.RedisError:
            response = away(request)
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Cookie"])
        if isinstance(response, TemplateResponse) and response.context_data:
            response.context_data.pop("site", None)  # allauth's, which would hide the frame's own
        return response

    return answer


class ChangePassword(PasswordChangeView):
    """Change the password; somebody who never had one gets a link by e-mail first."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)


def to_service(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Send the browser to an authority's sign-in service.

    By a page of our own: browsers apply `form-action` to redirects that follow a form, and the policy names no
    address but ours.
    """
    response = openid_connect.login(request, provider_id)
    if request.method != "POST" or response.status_code != 302:
        return response
    address = response["Location"]
    page = render(request, "socialaccount/login_redirect.html", {"address": address})
    page["Refresh"] = f"0; url={address}"
    return page


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429."""
    response = render(request, "account/too_many.html", status=429)
    response["Cache-Control"] = "no-store"
    return response


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that was not, or no longer, the visitor's own."""
    response = render(request, "account/stale_form.html", status=403)
    response["Cache-Control"] = "no-store"
    return response
