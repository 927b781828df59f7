"""Telling people of an event, in the transaction of the event."""

from collections.abc import Iterable

from django.db import connection

from portal import clock
from portal.notices.choosing import pace_for_each
from portal.notices.models import Notice, Pace
from portal.outbox.queue import enqueue_many

DELIVER = "notices.deliver"


def tell(
    *,
    users: Iterable[int],
    key: str,
    kind: str,
    category: str,
    words: str,
    link: str,
    target_kind: str = "",
    target_id: str = "",
    authority_code: str = "",
) -> None:
    """Tell these people (ids) of the event ``key``; who was told of it already is not told again.

    Three queries, however many people. An e-mail follows as soon as each of them wants it. ``kind`` needs a gate
    (:mod:`portal.notices.gates`), or nobody will read the notice. Raises RuntimeError outside a transaction and
    ValueError for an unknown category.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("tell() belongs inside the transaction of the event it tells of.")
    paces = pace_for_each(set(users), category)
    if not paces:
        return
    moment = clock.now()
    notices = [
        Notice(
            user_id=user_id,
            key=key,
            kind=kind,
            category=category,
            words=words,
            link=link,
            target_kind=target_kind,
            target_id=target_id,
            authority_code=authority_code,
            at_once=pace == Pace.AT_ONCE,
            created_at=moment,
            delivered_at=moment if pace == Pace.OFF else None,
        )
        for user_id, pace in sorted(paces.items())
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    at_once = [notice.user_id for notice in notices if notice.at_once]
    enqueue_many(
        task=DELIVER, payloads={f"{user_id}:{key}": {"user": user_id, "key": key} for user_id in at_once}
    )
