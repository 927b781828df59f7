"""How often the API answers in a minute: by key, or without one by address. Counted in the cache that all processes share.

The headers are those of draft-ietf-httpapi-ratelimit-headers-10 (27 September 2025). When the cache is away, whoever reads is
answered, uncounted, because public answers keep their promise; what would be written has to wait (503), because nothing would
bound it.
"""

import ipaddress
import logging
import time
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)

SECONDS = 60
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A cache that does not answer costs each request its timeout; so after a failure it is left alone for a while.
_PAUSE = 5
_asked_again_at = 0.0


class Uncounted(APIException):
    """Nothing is written while nobody counts."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    wait = _PAUSE


@dataclass(frozen=True)
class Quota:
    """Which limit holds for a request, and how much of it is left until the minute ends."""

    policy: str
    limit: int
    left: int
    seconds: int

    @property
    def exceeded(self) -> bool:
        """True for the first request too many, and each one after it."""
        return self.left < 0

    @property
    def policy_header(self) -> str:
        """What holds for everybody of this kind."""
        return f'"{self.policy}";q={self.limit};w={SECONDS}'

    @property
    def left_header(self) -> str:
        """What is left for this one."""
        return f'"{self.policy}";r={max(self.left, 0)};t={self.seconds}'


class PerMinute(BaseThrottle):
    """Counts a request against its limits, and leaves in ``request.quota`` the one that has least left (None: none holds)."""

    def allow_request(self, request: Request, view) -> bool:
        """Whether the request is inside its limits. Raises Uncounted."""
        quotas = [quota for policy, who in _policies(request) if (quota := _counted(policy, who, request))]
        request.quota = min(quotas, key=lambda quota: quota.left / quota.limit, default=None)
        self.quota = request.quota
        return self.quota is None or not self.quota.exceeded

    def wait(self) -> int:
        """Seconds until the next minute."""
        return self.quota.seconds


def _policies(request: Request) -> list[tuple[str, str]]:
    key = getattr(request, "key", None)
    if key is None:
        return [("address", client_address(request))]
    policies = [("key", str(key.pk))]
    return policies if request.method in SAFE_METHODS else [*policies, ("writes", str(key.pk))]


def _counted(policy: str, who: str, request: Request) -> Quota | None:
    limit = settings.API_LIMITS[policy]
    if not limit:
        return None
    minute, into = divmod(int(time.time()), SECONDS)
    count = _count(f"limit:{policy}:{who}:{minute}")
    if count is None:
        if request.method in SAFE_METHODS:
            return None
        raise Uncounted(_("Nothing can be written at the moment. Try again in a few seconds."))
    return Quota(policy, limit, limit - count, SECONDS - into)


def _count(name: str) -> int | None:
    """How often that was counted, with this time; None while the cache is away."""
    global _asked_again_at
    if time.monotonic() < _asked_again_at:
        return None
    try:
        return _incremented(name)
    except RedisError as error:
        _asked_again_at = time.monotonic() + _PAUSE
        logger.error("Requests of the API are not counted: the cache is away (%s)", error)
        return None


def _incremented(name: str) -> int:
    try:
        return cache.incr(name)
    except ValueError:  # the first of this minute
        return 1 if cache.add(name, 1, timeout=2 * SECONDS) else cache.incr(name)


def client_address(request: Request) -> str:
    """The address that the last proxy to be trusted saw; of IPv6 the network, as one household or office has all of it."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    seen = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    text = seen[-proxies] if 0 < proxies <= len(seen) else request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
