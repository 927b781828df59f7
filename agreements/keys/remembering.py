"""Each thing is done once, however often it is asked for under the same Idempotency-Key.

The header is that of draft-ietf-httpapi-idempotency-key-header-07. What was done and what was answered are written in one
transaction, so that a crash leaves both or neither.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from agreements.keys.models import Answered, Key
from portal import clock
from portal.endpoints.refusing import Refused

KEPT = timedelta(hours=24)
_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True)
class Given:
    """What somebody was answered: what was done, or the refusal that changed nothing."""

    status: int = 0
    body: dict = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    refused: Refused | None = None
    again: bool = False


def fingerprint(*parts) -> str:
    """Of what was asked: equal for equal questions, however their JSON was written."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def once(*, key: Key, name: str, asked: str, act: Callable[[], Given]) -> Given:
    """Do it and remember the answer for a day; or, asked again, give that answer.

    What ``act`` raises leaves nothing behind and may be asked for again under the same name. Raises Refused while the first
    request runs, and where the name stood for something else.
    """
    with transaction.atomic():
        if not _took_turn(key, name):
            raise Refused(
                "still-being-done", _("The first request with this Idempotency-Key is still running.")
            )
        earlier = Answered.objects.filter(key=key, name=name).first()
        if earlier is not None and earlier.at > clock.now() - KEPT:
            return _again(earlier, asked)
        if earlier is not None:
            earlier.delete()
        given = act()
        _remember(key, name, asked, given)
        return given


def forget_old() -> int:
    """Delete answers that are given to nobody any more. Returns how many there were."""
    return Answered.objects.filter(at__lte=clock.now() - KEPT).delete()[0]


def _took_turn(key: Key, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [f"keys:{key.pk}:{name}"])
        return cursor.fetchone()[0]


def _again(earlier: Answered, asked: str) -> Given:
    if earlier.asked != asked:
        raise Refused(
            "key-of-another-request",
            _(
                "This Idempotency-Key was used for another request within the last day. Use a new one for each."
            ),
        )
    body, refused = orjson.loads(earlier.body), None
    if earlier.code:
        refused = Refused(earlier.code, body["detail"], body["errors"])
    return Given(earlier.status, body, earlier.headers, refused, again=True)


def _remember(key: Key, name: str, asked: str, given: Given) -> None:
    body = given.body
    if given.refused is not None:
        body = {"detail": str(given.refused), "errors": given.refused.errors}
    Answered.objects.create(
        key=key,
        name=name,
        asked=asked,
        code=given.refused.code if given.refused else "",
        status=given.status,
        headers=given.headers,
        body=orjson.dumps(body).decode(),
        at=clock.now(),
    )
