"""The outbox's own task."""

from celery import shared_task

from portal.outbox.queue import RELAY, poke
from portal.outbox.relaying import relay_due

BATCH = 100


@shared_task(name=RELAY)
def relay() -> int:
    """Work off what is due in the outbox; a full batch asks for another run."""
    taken = relay_due(BATCH)
    if taken == BATCH:
        poke()
    return taken
