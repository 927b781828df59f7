"""What the frame of every page needs to know."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal.web import framing

SITE_NAME = "Concordat"

# (path, text, whether the page keeps the date the reader is looking at)
NAVIGATION: tuple[tuple[str, Promise | str, bool], ...] = (
    ("/", _("Find"), True),
    ("/verify/", _("Verify"), False),
    ("/bodies/", _("Bodies"), True),
    ("/agreements/", _("Agreements"), True),
    ("/economies/", _("Economies"), True),
    ("/inspections/", _("Inspections"), True),
    ("/changes/", _("Changes"), True),
    ("/api/docs/", _("API"), False),
)

# Pages that belong under an entry of the navigation without sharing its path.
ALSO_UNDER = {"/accepted/": "/", "/matrix/": "/agreements/", "/facilities/": "/inspections/"}

FOOTER: tuple[tuple[str, Promise | str], ...] = (
    ("/agreements/#coverage", _("What is covered, and what is not")),
    ("/agreements/#sources", _("Sources")),
    ("/data/", _("Open data")),
    ("/api/docs/", _("API")),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Name, navigation and footer of the site, the clocks when the page was asked for another date, and who is signed in."""
    clocks = getattr(request, "clocks", None)
    query = "" if clocks is None or clocks.is_default else clocks.query
    return {
        "site": {
            "name": SITE_NAME,
            "home": _with_query("/", query),
            "nav": [_entry(request.path, *item, query=query) for item in NAVIGATION],
            "footer": [{"href": href, "text": text} for href, text in FOOTER],
        },
        "clocks": clocks,
        # Asked only where the frame is drawn, so that nothing else pays for it.
        "frame": SimpleLazyObject(lambda: framing.frame_of(request)),
    }


def _entry(path: str, href: str, text: Promise | str, keeps_date: bool, *, query: str) -> dict[str, Any]:
    return {
        "href": _with_query(href, query) if keeps_date else href,
        "text": text,
        "current": _current(path, href),
    }


def _current(path: str, href: str) -> str:
    """Return the value of aria-current: the page itself, a page above this one, or nothing."""
    if path == href:
        return "page"
    home = next((entry for prefix, entry in ALSO_UNDER.items() if path.startswith(prefix)), None)
    if home == href or (href != "/" and path.startswith(href)):
        return "true"
    return ""


def _with_query(href: str, query: str) -> str:
    return f"{href}?{query}" if query else href
