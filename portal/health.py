"""Whether the portal lives and can work, and what visitors see while the database is away."""

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from functools import cache

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.endpoints import problems
from portal.files.storage import StorageFailed

logger = logging.getLogger(__name__)

CHECK_SECONDS = 3.5
RETRY_AFTER_SECONDS = "5"
_checks = ThreadPoolExecutor(max_workers=4, thread_name_prefix="readiness")


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, schema and broker, each by name; 503 while one is missing. Answers in time even if a server hangs."""
    running = {name: _checks.submit(check) for name, check in CHECKS.items()}
    outcomes = {}
    for name, future in running.items():
        try:
            outcomes[name] = future.result(CHECK_SECONDS)
        except Late:
            future.cancel()
            outcomes[name] = "no answer in time"
    ready = all(outcome == "ok" for outcome in outcomes.values())
    body = {"status": "ok" if ready else "unavailable", "checks": outcomes}
    return JsonResponse(body, status=200 if ready else 503)


def check_database() -> str:
    """`ok` when the database answers and every migration is applied."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Exception as error:
        logger.warning("The database is not ready: %s", error)
        return "unreachable"
    finally:
        connection.close()
    return "ok" if _shipped_migrations() <= applied else "migrations are not applied"


def check_broker() -> str:
    """`ok` when the broker answers."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        client.ping()
    except redis.RedisError as error:
        logger.warning("The broker is not ready: %s", error)
        return "unreachable"
    finally:
        client.close()
    return "ok"


@cache
def _shipped_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


CHECKS = {"database": check_database, "broker": check_broker}


class DatabaseOutage:
    """Middleware: a request that fails because the database or the storage of files is away gets a 503 that says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer errors of the connection, also a full pool and a statement that ran out of time, and of the storage."""
        if isinstance(exception, StorageFailed):
            logger.error("The storage of files failed: %r", exception.__cause__)
            words = str(exception)
        elif isinstance(exception, OperationalError | InterfaceError):
            logger.error("The database is away: %s", exception)
            words = ""
        else:
            return None
        as_json = request.path.startswith("/api/")
        response = _outage_as_json(words) if as_json else _outage_as_page(request, words)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        response["Cache-Control"] = "no-store"
        return response


def _outage_as_json(words: str) -> HttpResponse:
    problem = {
        "type": f"{problems.PLACE}out-of-reach",
        "title": "Service Unavailable",
        "status": 503,
        "detail": words or _("The register cannot be reached at the moment. Try again shortly."),
    }
    return JsonResponse(problem, status=503, content_type=problems.MEDIA_TYPE)


def _outage_as_page(request: HttpRequest, words: str) -> HttpResponse:
    try:
        page = render_to_string("portal/503.html", {"storage_words": words}, request=request)
        return HttpResponse(page, status=503)
    except (TemplateDoesNotExist, OperationalError, InterfaceError):
        text = words or _("The register cannot be reached at the moment. Try again shortly.")
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
