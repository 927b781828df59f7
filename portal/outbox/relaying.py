"""Working off the outbox."""

import logging
import traceback
from datetime import timedelta

from django.db import transaction

from portal import clock
from portal.outbox.handlers import handler_for
from portal.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
LONGEST_ERROR = 4000


def relay_due(limit: int = 100) -> int:
    """Handle up to `limit` due messages and return how many were taken.

    Several workers may do this at once: each message is locked by the one that handles it and skipped by the
    others. A message is handled and marked done in one transaction; after a failure it waits, longer each time,
    and after the last attempt it stays with its error.
    """
    taken = 0
    while taken < limit and _relay_one():
        taken += 1
    return taken


@transaction.atomic
def _relay_one() -> bool:
    message = OutboxMessage.objects.due().select_for_update(skip_locked=True).first()
    if message is None:
        return False
    message.attempts += 1
    try:
        with transaction.atomic():
            handler_for(message.task)(key=message.key, payload=message.payload)
    except Exception as error:
        logger.warning("Outbox message %s failed (attempt %s): %r", message, message.attempts, error)
        message.last_error = "".join(traceback.format_exception(error))[-LONGEST_ERROR:]
        message.available_at = clock.now() + wait_after(message.attempts)
    else:
        message.last_error = ""
        message.done_at = clock.now()
    message.save(update_fields=["attempts", "last_error", "available_at", "done_at"])
    return True


def wait_after(attempts: int) -> timedelta:
    """How long a message rests after so many failed attempts: doubling, up to six hours."""
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
