"""What every answer carries: a request id that can be quoted, and the browser's marching orders."""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from portal.audit import recording

GetResponse = Callable[[HttpRequest], HttpResponse]

ACCEPTED_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

POLICY: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
    "require-trusted-types-for": ("'script'",),
    "trusted-types": ("'none'",),
}

OTHER_HEADERS = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class RequestId:
    """Gives each request an id, the caller's own when it is harmless, and sends it back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = accepted_request_id(request.headers.get("X-Request-ID", ""))  # type: ignore[attr-defined]
        with recording.serving_request(request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class ContentSecurityPolicy:
    """Sends the policy of the house with every answer.

    A view may widen it for one page by setting `response.csp_relax`, a mapping of directive to further sources;
    `None` leaves the directive out. A view that sends a policy of its own keeps it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        relax = getattr(response, "csp_relax", None) or {}
        response.headers.setdefault("Content-Security-Policy", policy(relax))
        for name, value in OTHER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class NotShared:
    """Lets no shared cache keep what sets a cookie, and no cache at all what says nothing about it: errors above all.

    Caches guess how long to keep an answer that does not say, also a 404 that only one reader gets (RFC 9111, 4.2.2).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        said = response["Cache-Control"]
        if response.cookies and "private" not in said and "no-store" not in said:
            response["Cache-Control"] = "private, no-cache"
        return response


def accepted_request_id(offered: str) -> str:
    """Return the offered id when it may stand in logs and headers as it is, a new one otherwise."""
    if ACCEPTED_REQUEST_ID.fullmatch(offered):
        return offered
    return uuid.uuid4().hex


def policy(relax: Mapping[str, Iterable[str] | None] | None = None) -> str:
    """Return the policy as a header value, widened as asked."""
    directives: dict[str, tuple[str, ...]] = dict(POLICY)
    for directive, sources in (relax or {}).items():
        if sources is None:
            directives.pop(directive, None)
            continue
        directives[directive] = _widened(directives.get(directive, ()), tuple(sources))
    _refuse_unsafe_scripts(directives)
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in directives.items())


def _widened(present: tuple[str, ...], further: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(source for source in present if source != "'none'")
    return tuple(dict.fromkeys(kept + further))


def _refuse_unsafe_scripts(directives: Mapping[str, Iterable[str]]) -> None:
    for directive in ("default-src", "script-src"):
        for source in directives.get(directive, ()):
            if source.startswith("'unsafe-"):
                message = f"{directive} may not be widened by {source}: a script that is not a file of ours never runs"
                raise ImproperlyConfigured(message)
