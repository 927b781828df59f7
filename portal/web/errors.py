"""The answers when something is wrong: pages for people, problem details for programs."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

API = "/api/"
RETRY_AFTER_SECONDS = 30

TITLES: dict[int, Promise | str] = {
    400: _("This request cannot be read"),
    403: _("You may not do this"),
    404: _("Page not found"),
    500: _("Something went wrong on our side"),
    503: _("The register cannot be reached right now"),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _answer(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when it is the database that does not answer."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return service_unavailable(request)
    return _answer(request, 500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 and say when to come back."""
    response = _answer(request, 503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith(API):
        problem = {"type": "about:blank", "title": str(TITLES[status]), "status": status}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    context = {"title": TITLES[status], "request_id": getattr(request, "request_id", "")}
    # Without the request no context processor runs: an error page must not fail for the reason the page failed.
    return HttpResponse(loader.render_to_string(f"portal/{status}.html", context), status=status)
