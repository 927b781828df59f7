"""Errors as problem details (RFC 9457): what each refusal and each fault is answered with."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from portal.clocks import BadClock
from portal.endpoints.problems import KINDS, MEDIA_TYPE, PLACE, code_of
from portal.endpoints.refusing import Refused
from portal.pages import BadQuestion


def handle(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler: every refusal says what is wrong and what to do; an unknown fault stays a fault."""
    for kinds, answer in _ANSWERS:
        if isinstance(error, kinds):
            return answer(error, context)
    return None


def problem(code: str, detail: str, *, errors: list[dict] | None = None, headers=None) -> Response:
    """A response of problem details; ``errors`` names fields."""
    kind = KINDS[code]
    body = {
        "type": f"{PLACE}{code}",
        "title": kind.status.phrase,
        "status": kind.status.value,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=kind.status, content_type=MEDIA_TYPE, headers=headers)


def _bad_question(error, context) -> Response:
    return problem("bad-question", str(error), errors=[{"field": error.field, "message": str(error)}])


def _refused(error: Refused, context) -> Response:
    return problem(error.code, str(error), errors=error.errors)


def _not_found(error, context) -> Response:
    return problem("not-found", _("Nothing is on file under this address."))


def _denied(error, context) -> Response:
    return problem("not-permitted", str(error) or _("Not permitted."))


def _out_of_reach(error, context) -> Response:
    words = _("The register cannot be reached at the moment. Try again in a few seconds.")
    return problem("out-of-reach", words, headers={"Retry-After": "5"})


def _method(error, context) -> Response:
    allowed = ", ".join(context["view"].allowed_methods)
    return problem("method-not-allowed", str(error.detail), headers={"Allow": allowed})


def _by_status(error: exceptions.APIException, context) -> Response:
    headers = {}
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    status = HTTPStatus(error.status_code)
    code = "bad-body" if status == HTTPStatus.BAD_REQUEST else code_of(status)
    return problem(code, str(error.detail), headers=headers)


_ANSWERS: tuple[tuple[type | tuple[type, ...], Callable], ...] = (
    ((BadQuestion, BadClock), _bad_question),
    (Refused, _refused),
    (Http404, _not_found),
    (PermissionDenied, _denied),
    ((OperationalError, InterfaceError), _out_of_reach),
    (exceptions.MethodNotAllowed, _method),
    (exceptions.APIException, _by_status),
)
