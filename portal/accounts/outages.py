"""What a visitor is told when the database or the cache is away before a page could be asked for."""

from django.http import HttpRequest, HttpResponse
from django.template import loader


def away(request: HttpRequest) -> HttpResponse:
    """Answer 503 without asking anything of the session, the database or the cache."""
    page = loader.render_to_string("portal/503.html", {"request_id": getattr(request, "request_id", "")})
    return HttpResponse(page, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
