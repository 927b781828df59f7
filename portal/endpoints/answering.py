"""The base of every address: reads the clocks, answers 304 when nothing changed, and plain data otherwise."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import clocks
from portal.audit import recording
from portal.endpoints import paging
from portal.endpoints.limiting import PerMinute
from portal.pages import BadQuestion, check_length, version_tag

DISCLAIMER = "Information, not a legal decision"


class Endpoint(APIView):
    """A read-only address for everybody, with or without a key.

    Subclasses write ``answer``, which returns plain data and may raise BadQuestion or Http404.
    """

    http_method_names = ["get", "head", "options"]
    permission_classes = [AllowAny]
    throttle_classes = [PerMinute]

    def initial(self, request: Request, *args, **kwargs) -> None:
        """What comes before the answer: a method that is not offered is said to be so to anybody, and counts as well.

        So is who is not let in. A key that is not taken counts against the address: trying many costs as much.
        """
        if request.method not in self.allowed_methods:
            self.check_throttles(request)
            raise MethodNotAllowed(request.method)
        try:
            super().initial(request, *args, **kwargs)
        except (AuthenticationFailed, NotAuthenticated, PermissionDenied):
            self.check_throttles(request)
            raise

    def finalize_response(self, request: Request, response, *args, **kwargs):
        """The answer, with what is left of the limit where no shared cache would tell it to others."""
        response = super().finalize_response(request, response, *args, **kwargs)
        quota = getattr(request, "quota", None)
        if quota is None:
            return response
        response.headers["RateLimit-Policy"] = quota.policy_header
        if getattr(request, "key", None) is not None and "public" in response.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "private, max-age=0"
        if "public" not in response.get("Cache-Control", ""):
            response.headers["RateLimit"] = quota.left_header
        return response

    def get(self, request: Request, **kwargs) -> Response:
        """Answer with the data, or 304 when the register has not changed since."""
        with recording.one_reading():
            return self._answered(request, **kwargs)

    def _answered(self, request: Request, **kwargs) -> Response:
        check_parameters(request)
        request.clocks = clocks.read(request.query_params)
        etag = quote_etag(version_tag(request))
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            return unchanged
        headers = {
            "ETag": etag,
            "Cache-Control": "public, max-age=0, s-maxage=60",
            "Vary": "Accept, Accept-Language",
        }
        return Response(self.answer(request, **kwargs), headers=headers)

    def answer(self, request: Request, **kwargs) -> dict:
        """The answer as dicts, lists, texts, numbers and dates."""
        raise NotImplementedError


class ListEndpoint(Endpoint):
    """A list in pages. Subclasses give ``order``, ``rows`` and ``shown``."""

    order: paging.Order = ()

    def answer(self, request: Request, **kwargs) -> dict:
        """One page, with the address of the next one."""
        page = paging.page(
            self.rows(request),
            order=self.order,
            cursor=request.query_params.get("cursor", ""),
            size=paging.size(request.query_params),
        )
        return {
            "results": list(self.shown(page.rows, request)),
            "next": paging.next_address(request, page.next_cursor),
        }

    def rows(self, request: Request):
        """The queryset of all rows that answer the question."""
        raise NotImplementedError

    def shown(self, rows: list, request: Request) -> Iterable[dict]:
        """The rows of a page as plain data."""
        raise NotImplementedError


def check_parameters(request: Request) -> None:
    """Raises BadQuestion for a query that is too long or that the database cannot hold."""
    check_length(request)
    for name, value in request.query_params.items():
        if "\x00" in value:
            raise BadQuestion(name.replace("\x00", ""), _("Leave out the NUL character."))
