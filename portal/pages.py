"""What the pages of every room have in common: the two clocks, answers to bad questions, conditional GET."""

import hashlib
from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from portal import clock, clocks
from portal.audit import recording
from portal.clocks import BadClock

LONGEST_QUERY = 4000
FOR_EVERYBODY = "public, max-age=0, s-maxage=60"
FOR_ONE_PERSON = "private, no-cache"

_frames: list[Callable[[HttpRequest], str]] = []


def framed_by(function: Callable[[HttpRequest], str]) -> None:
    """Register the shell's word for what the frame shows to somebody who is signed in: another word, another page."""
    _frames.append(function)


def is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody is; costs nothing where no session cookie came along."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


class BadQuestion(ValueError):
    """A parameter cannot be answered. ``field`` names it; the text says in words what to do."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


def check_length(request: HttpRequest) -> None:
    """Raises BadQuestion for a query that is too long to be one."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        raise BadQuestion("q", _("The question is too long. Shorten it to a few words."))


class AskedForm(forms.Form):
    """What a list is asked for in its query. Nothing given is everything."""

    @classmethod
    def asked(cls, request: HttpRequest) -> dict:
        """What was given, by name. Raises BadQuestion."""
        check_length(request)
        form = cls(request.GET)
        for field, errors in form.errors.items():
            raise BadQuestion(field, errors[0])
        return {name: value for name, value in form.cleaned_data.items() if value}


class InWords:
    """For a class-based view: a bad question is answered 400, in words."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BadQuestion as error:
            return bad_question(request, error.field, str(error))


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
            check_length(request)
            request.clocks = clocks.read(request.GET)
        except (BadClock, BadQuestion) as error:
            return self.bad_question(request, error.field, str(error))
        personal = is_signed_in(request)
        etag = quote_etag(personal_tag(request) if personal else version_tag(request))
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None:
            return _cached_for(unchanged, personal)
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BadQuestion as error:
            return self.bad_question(request, error.field, str(error))
        if response.status_code == 200:
            response.headers.setdefault("ETag", etag)
            _cached_for(response, personal)
        return response

    def bad_question(self, request: HttpRequest, field: str, message: str) -> HttpResponse:
        """The 400 page; a page with a form shows that instead."""
        return bad_question(request, field, message)


def _cached_for(response: HttpResponse, personal: bool) -> HttpResponse:
    response.headers.setdefault("Cache-Control", FOR_ONE_PERSON if personal else FOR_EVERYBODY)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def bad_question(request: HttpRequest, field: str, message: str) -> HttpResponse:
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


def personal_tag(request: HttpRequest) -> str:
    """Changes besides with the person, with what the frame shows and tells them, and with the secret of their forms."""
    parts = (
        version_tag(request),
        str(request.user.pk),
        request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
        str(request.session.get(SessionStorage.session_key, "")),
        *(word(request) for word in _frames),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
