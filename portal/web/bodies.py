"""How much a request may bring along. What is too much is refused before a byte of it is read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.files.models import LARGEST_REPORT
from portal.web.errors import payload_too_large
from portal.web.middleware import GetResponse

MIB = 1024 * 1024
FOR_EVERYBODY = 2 * MIB
# A report and the form around it.
FOR_PEOPLE_SIGNED_IN = LARGEST_REPORT + MIB


class Bounds:
    """Refuses a body that is too large for whoever sends it, and one that does not say how large it is.

    It stands behind what ends sessions and before what reads forms: Django reads the whole form to find its CSRF token.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = _told_size(request)
        if size is None or size > FOR_PEOPLE_SIGNED_IN or (size > FOR_EVERYBODY and not _is_known(request)):
            return payload_too_large(request)
        return self.get_response(request)


def _told_size(request: HttpRequest) -> int | None:
    """How many bytes follow; None where they come in chunks until they end, of which Django would read nothing."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return None
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None


def _is_known(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
