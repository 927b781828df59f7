"""The answers when something is wrong: pages for people, problem details for programs."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader

from portal.endpoints import problems

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _answer(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _answer(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return _answer(request, HTTPStatus.NOT_FOUND)


def payload_too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413."""
    return _answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if request.path.startswith(API):
        problem = {
            "type": f"{problems.PLACE}{problems.code_of(status)}",
            "title": status.phrase,
            "status": status.value,
        }
        return JsonResponse(problem, status=status, content_type=problems.MEDIA_TYPE)
    # Without the request no context processor runs: an error page must not fail for the reason the page failed.
    context = {"request_id": getattr(request, "request_id", "")}
    return HttpResponse(loader.render_to_string(f"portal/{status.value}.html", context), status=status)
