"""What the frame shows somebody who is signed in: who they are, for whom they act, where their work waits."""

from dataclasses import astuple, dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.acting import Acting, acting_of
from agreements.rights import OPERATOR, OWN
from portal import permissions
from portal.accounts import factors
from portal.pages import is_signed_in
from registry import waiting


@dataclass(frozen=True)
class Entry:
    """One link of the person's own navigation. ``count`` is "" or how many things wait there."""

    href: str
    text: str | Promise
    count: str = ""
    current: str = ""


@dataclass(frozen=True)
class Frame:
    """Who is signed in. ``authority`` is "" for somebody who acts for none; ``several`` when they could act for another."""

    name: str
    authority: str
    several: bool
    is_operator: bool
    is_exempt: bool
    entries: tuple[Entry, ...]


def frame_of(request: HttpRequest) -> Frame | None:
    """The frame of whoever is signed in, None for everybody else; asked once for each request."""
    if not hasattr(request, "frame"):
        request.frame = _framed(request) if is_signed_in(request) else None
    return request.frame


def word(request: HttpRequest) -> str:
    """Changes with everything that the frame shows."""
    frame = frame_of(request)
    return "" if frame is None else str(astuple(frame))


def _framed(request: HttpRequest) -> Frame:
    by = acting_of(request)
    chosen = next((each for each in request.standings if each.authority.id == by.authority_id), None)
    return Frame(
        name=request.user.name,
        authority=str(chosen.authority) if chosen else "",
        several=len(request.standings) > 1,
        is_operator=by.is_operator,
        is_exempt=factors.is_exempt(request.user),
        entries=tuple(_entries(by, request.path)),
    )


def _entries(by: Acting, path: str):
    there = waiting.on(by)
    relation = OWN if by.authority_id else OPERATOR
    shown = (
        (by.authority_id is not None, "/desk/", _("Desk"), there.work),
        (there.represents, "/mine/", _("My body"), 0),
        (True, "/notices/", _("Notices"), there.unread),
        (True, "/watches/", _("Watches"), 0),
        (_may(by, "members.see", relation), "/members/", _("Members"), 0),
        (_may(by, "audit.see", relation), "/audit/", _("Audit"), 0),
        (True, "/account/security/", _("Account"), 0),
    )
    for is_shown, href, text, count in shown:
        if is_shown:
            yield Entry(href, text, _capped(count), _current(path, href))


def _may(by: Acting, action: str, relation: str) -> bool:
    return (by.authority_id is not None or by.is_operator) and permissions.may(by, action, relation)


def _current(path: str, href: str) -> str:
    """The value of aria-current: the page itself, a page below it, or nothing."""
    if path == href:
        return "page"
    return "true" if path.startswith("/account/" if href.startswith("/account/") else href) else ""


def _capped(count: int) -> str:
    if count >= waiting.MOST:
        return f"{waiting.MOST - 1}+"
    return str(count) if count else ""
