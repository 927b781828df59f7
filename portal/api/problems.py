"""Errors as problem details (RFC 9457). Each ``type`` is stable, and leads to its explanation on the page of the API."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from portal.clocks import BadClock
from portal.endpoints.refusing import Refused
from portal.pages import BadQuestion

MEDIA_TYPE = "application/problem+json"
PLACE = "/api/docs/#problem-"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, and what to do about it."""

    code: str
    status: HTTPStatus
    meaning: str | Promise


_KINDS = (
    Kind(
        "bad-question", HTTPStatus.BAD_REQUEST, gettext_lazy("A parameter cannot be read; errors names it.")
    ),
    Kind(
        "bad-body",
        HTTPStatus.BAD_REQUEST,
        gettext_lazy("The body is not JSON, or a header is missing or wrong."),
    ),
    Kind(
        "key-needed",
        HTTPStatus.UNAUTHORIZED,
        gettext_lazy("A key is needed, and none was sent, or it is unknown, revoked or over."),
    ),
    Kind(
        "not-permitted",
        HTTPStatus.FORBIDDEN,
        gettext_lazy("The key was not given this, or it is for people alone."),
    ),
    Kind(
        "not-found",
        HTTPStatus.NOT_FOUND,
        gettext_lazy("Nothing is on file there, or nothing that you may know of: there is no difference."),
    ),
    Kind(
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        gettext_lazy("Allow names what is offered there."),
    ),
    Kind("not-acceptable", HTTPStatus.NOT_ACCEPTABLE, gettext_lazy("Answers are application/json.")),
    Kind(
        "not-in-a-fit-state",
        HTTPStatus.CONFLICT,
        gettext_lazy("The thing is not in a state in which this can be done."),
    ),
    Kind(
        "still-being-done",
        HTTPStatus.CONFLICT,
        gettext_lazy(
            "The first request with this Idempotency-Key is still running. Send it again a moment later."
        ),
    ),
    Kind(
        "changed-meanwhile",
        HTTPStatus.PRECONDITION_FAILED,
        gettext_lazy("If-Match names a version that is no longer the newest. Read the thing again."),
    ),
    Kind("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, gettext_lazy("Send less at once.")),
    Kind("not-json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, gettext_lazy("Send the body as application/json.")),
    Kind(
        "not-valid",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("A field is missing or wrong; errors names each."),
    ),
    Kind(
        "key-of-another-request",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("This Idempotency-Key was used for something else within the last day. Use a new one."),
    ),
    Kind(
        "version-needed",
        HTTPStatus.PRECONDITION_REQUIRED,
        gettext_lazy("Say in If-Match which version you have seen: the ETag that reading it gave you."),
    ),
    Kind(
        "too-many-requests",
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_lazy("Wait for as many seconds as Retry-After says."),
    ),
    Kind(
        "our-fault",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        gettext_lazy("Something went wrong here. Quote the X-Request-ID to the operator of the portal."),
    ),
    Kind(
        "out-of-reach",
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_lazy("Try again after as many seconds as Retry-After says."),
    ),
)
KINDS = {kind.code: kind for kind in _KINDS}
_OF_STATUS = {kind.status: kind for kind in reversed(_KINDS)}


def code_of(status: HTTPStatus) -> str:
    """The most general kind of problem with that status."""
    return _OF_STATUS[status].code


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
