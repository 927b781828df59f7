"""Sessions of people who signed in."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session


def end_sessions(user_ids: Iterable[int]) -> int:
    """End all sessions of these people at once. Returns how many there were."""
    rows = UserSession.objects.filter(user_id__in=list(user_ids))
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)
