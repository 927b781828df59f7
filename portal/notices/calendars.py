"""A person's deadlines for their own calendar program, under a secret address that they can revoke."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

import icalendar
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.models import User
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.notices.models import CalendarAddress
from portal.verbs import verb

USE_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One day in a calendar. ``uid`` stays the same while the entry speaks of the same thing; ``url`` is an address or
    a path of the portal. Calendars travel and are copied: ``summary`` holds no confidential word.
    """

    uid: str
    day: date
    summary: str
    url: str


Source = Callable[[User], list[Entry]]

_sources: list[Source] = []


def source(function: Source) -> Source:
    """Let ``function(user)`` add entries to a person's calendar; it starts from what that person may see now."""
    if function not in _sources:
        _sources.append(function)
    return function


def entries_for(user: User) -> list[Entry]:
    """All entries of a person, by day."""
    return sorted((entry for each in _sources for entry in each(user)), key=lambda e: (e.day, e.uid))


@verb(room="desk")
def new_address(*, by, user: User) -> str:
    """Make a new secret address and end the one before. Returns the secret, which is kept nowhere."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    ended = _live(user).update(revoked_at=clock.now())
    secret = secrets.token_urlsafe(32)
    address = CalendarAddress.objects.create(user=user, secret_hash=_hash(secret))
    recording.record(by=by, target=address, after={"ended_the_one_before": bool(ended)})
    return secret


@verb(room="desk")
def revoke(*, by, user: User) -> None:
    """End the person's secret address. Raises NotAllowed when there is none."""
    address = _live(user).select_for_update().first()
    if address is None:
        raise NotAllowed(_("There is no calendar address to revoke."))
    address.revoked_at = clock.now()
    address.save(update_fields=["revoked_at"])
    recording.record(by=by, target=address)


def address_of(user: User) -> CalendarAddress | None:
    """The person's living address, if any."""
    return _live(user).first()


def user_of(secret: str) -> User | None:
    """The person whose living address this is; None for an unknown or revoked secret and for who may not sign in.

    Found by hash, so the time taken says nothing about the secret.
    """
    living = CalendarAddress.objects.filter(revoked_at=None, user__is_active=True)
    address = living.select_related("user").filter(secret_hash=_hash(secret)).first()
    if address is None:
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=clock.now() - USE_NOTED_EVERY)
    CalendarAddress.objects.filter(unnoted, pk=address.pk).update(last_used_at=clock.now())
    return address.user


def render(name: str, entries: Iterable[Entry]) -> bytes:
    """The entries as iCalendar (RFC 5545), each one a whole day that does not block it."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Concordat//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", clock.now())
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("url", urljoin(settings.BASE_URL, entry.url))
    event.add("transp", "TRANSPARENT")
    return event


def _live(user: User):
    return CalendarAddress.objects.filter(user=user, revoked_at=None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
