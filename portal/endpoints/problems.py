"""The kinds of problems that the API tells of (RFC 9457). Each ``type`` is stable, and leads to its explanation."""

from dataclasses import dataclass
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

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
