"""Putting messages into the outbox."""

import logging

from celery import current_app
from django.db import connection, transaction

from portal.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

RELAY = "portal.outbox.tasks.relay"


def enqueue(*, task: str, key: str, payload: dict) -> None:
    """Ask for `task` once the running transaction is committed; the same task and key again changes nothing.

    `payload` must be JSON. Raises RuntimeError outside a transaction: a message without its change, or a change
    without its message, is what the outbox exists to prevent.
    """
    enqueue_many(task=task, payloads={key: payload})


def enqueue_many(*, task: str, payloads: dict[str, dict]) -> None:
    """Ask for `task` once for each key, as `enqueue` does for one, in one statement for up to a thousand."""
    if not connection.in_atomic_block:
        raise RuntimeError("A message belongs inside the transaction of the change it follows.")
    if not payloads:
        return
    messages = [OutboxMessage(task=task, key=key, payload=payload) for key, payload in payloads.items()]
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True, batch_size=1000)
    if all(entry[1] is not poke for entry in connection.run_on_commit):
        transaction.on_commit(poke, robust=True)


def poke() -> None:
    """Tell the worker that something waits. When the broker is away, the timetable does it later."""
    try:
        current_app.send_task(RELAY, retry=False, expires=30)
    except Exception as error:
        logger.warning("The broker cannot be reached (%s); the outbox waits for the timetable.", error)
