"""Sessions of people who signed in: their limits, and their end."""

import logging
from collections.abc import Callable, Iterable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.outages import away

logger = logging.getLogger(__name__)

BEGAN = "session_began"
SEEN = "session_seen"
SECONDS_BETWEEN_WRITES = 60


def end_sessions(user_ids: Iterable[int]) -> int:
    """End all sessions of these people at once. Returns how many there were."""
    rows = UserSession.objects.filter(user_id__in=list(user_ids))
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def begin(request: HttpRequest) -> None:
    """Start the clocks of a session in which somebody has just signed in."""
    request.session[BEGAN] = request.session[SEEN] = _seconds()


class Limits:
    """Signs out whoever did nothing for too long, or signed in too long ago, and leaves word why.

    Asks for the person only where a session cookie came along, so that pages for everybody stay free of one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
                _keep_or_end(request)
        except (OperationalError, InterfaceError) as error:
            # No middleware further out is told of what fails in here.
            logger.error("The database is away: %s", error)
            return away(request)
        return self.get_response(request)


def _keep_or_end(request: HttpRequest) -> None:
    if BEGAN not in request.session:
        begin(request)
    now, began, seen = _seconds(), request.session[BEGAN], request.session[SEEN]
    if now - began >= settings.SESSION_COOKIE_AGE:
        _end(request, _("You were signed out because you signed in too long ago. Sign in again to go on."))
    elif now - seen >= settings.SESSION_IDLE_SECONDS:
        _end(request, _("You were signed out because you did nothing for a while. Sign in again to go on."))
    elif now - seen >= SECONDS_BETWEEN_WRITES:
        request.session[SEEN] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=clock.now())


def _end(request: HttpRequest, why: str) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    messages.warning(request, why)


def _seconds() -> int:
    return int(clock.now().timestamp())
