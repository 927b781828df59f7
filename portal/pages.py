"""What the pages of every room have in common: the two clocks, answers to bad questions, conditional GET."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views import View

from portal import clock, clocks
from portal.audit import recording
from portal.clocks import BadClock

LONGEST_QUERY = 4000


class BadQuestion(ValueError):
    """A parameter cannot be answered. ``field`` names it; the text says in words what to do."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


class Page(View):
    """A public page: ``request.clocks`` is set, an unchanged page answers 304, a bad question answers 400 in words.

    Subclasses write ``get``; they may override ``bad_question`` to show their own form with what was typed.
    """

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with recording.one_reading():
            return self._dispatch(request, *args, **kwargs)

    def _dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.clocks = clocks.Clocks(on=clock.today())
        try:
            if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
                raise BadQuestion("q", "The question is too long. Shorten it to a few words.")
            request.clocks = clocks.read(request.GET)
        except (BadClock, BadQuestion) as error:
            return self.bad_question(request, error.field, str(error))
        etag = quote_etag(version_tag(request))
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            return unchanged
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BadQuestion as error:
            return self.bad_question(request, error.field, str(error))
        if response.status_code == 200:
            response.headers.setdefault("ETag", etag)
            response.headers.setdefault("Cache-Control", "public, max-age=0, s-maxage=60")
            # The frame varies by language only; nothing here depends on who asks.
            response.headers.setdefault("Vary", "Accept-Language")
        return response

    def bad_question(self, request: HttpRequest, field: str, message: str) -> HttpResponse:
        """The 400 page: names the parameter, says what to do, keeps what was typed."""
        return render(
            request, "portal/bad_question.html", bad_question_context(request, field, message), status=400
        )


def bad_question_context(request: HttpRequest, field: str, message: str) -> dict:
    """What the 400 page shows: the message, the parameter, and every parameter as typed (shortened)."""
    typed = [(name, value[:200]) for name, value in list(request.GET.items())[:20]]
    return {"field": field, "message": message, "typed": typed, "path": request.path}


def version_tag(request: HttpRequest) -> str:
    """Changes whenever the answer could: with the register, the address, the language and the day."""
    parts = (
        str(recording.latest()),
        request.get_full_path(),
        get_language() or "",
        clock.today().isoformat(),
        request.headers.get("Accept", ""),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
