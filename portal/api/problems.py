"""Errors as problem details (RFC 9457)."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from portal.clocks import BadClock
from portal.pages import BadQuestion

MEDIA_TYPE = "application/problem+json"


def handle(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler: every refusal says what is wrong and what to do; an unknown fault stays a fault."""
    if isinstance(error, BadQuestion | BadClock):
        return problem(
            HTTPStatus.BAD_REQUEST, str(error), errors=[{"field": error.field, "message": str(error)}]
        )
    if isinstance(error, Http404):
        return problem(HTTPStatus.NOT_FOUND, "Nothing is on file under this address.")
    if isinstance(error, PermissionDenied):
        return problem(HTTPStatus.FORBIDDEN, "Not permitted.")
    if isinstance(error, OperationalError | InterfaceError):
        detail = "The register cannot be reached at the moment. Try again in a few seconds."
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "5"})
    if isinstance(error, exceptions.MethodNotAllowed):
        allowed = ", ".join(context["view"].allowed_methods)
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, str(error.detail), headers={"Allow": allowed})
    if isinstance(error, exceptions.APIException):
        return problem(HTTPStatus(error.status_code), str(error.detail))
    return None


def problem(status: HTTPStatus, detail: str, *, errors: list[dict] | None = None, headers=None) -> Response:
    """A response of problem details; ``errors`` names fields."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=MEDIA_TYPE, headers=headers)
