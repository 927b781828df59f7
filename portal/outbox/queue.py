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
    if not connection.in_atomic_block:
        raise RuntimeError("enqueue() belongs inside the transaction of the change it follows.")
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(task=task, key=key, payload=payload)],
        ignore_conflicts=True,
    )
    if all(entry[1] is not poke for entry in connection.run_on_commit):
        transaction.on_commit(poke, robust=True)


def poke() -> None:
    """Tell the worker that something waits. When the broker is away, the timetable does it later."""
    try:
        current_app.send_task(RELAY, retry=False, expires=30)
    except Exception as error:
        logger.warning("The broker cannot be reached (%s); the outbox waits for the timetable.", error)
