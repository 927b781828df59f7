"""What the worker does for watches."""

from celery import shared_task

from agreements.acting import operator
from portal.outbox.handlers import handles
from registry.watching import delivering, mailing, noticing, posting, subscribing, sweeping
from registry.watching.models import Confirmation


@shared_task
def look() -> int:
    """Ask watched questions again that are due, then for the letters that are due. Runs every minute."""
    asked = noticing.notice()
    posting.ask_for_letters()
    return asked


@shared_task
def sweep() -> int:
    """Forget what nobody confirmed and what was stopped long ago."""
    return sweeping.sweep(by=operator("sweep_watches"))


@handles(posting.LETTER)
def send_letter(*, key: str, payload: dict) -> None:
    """Write to one reader what changed."""
    delivering.deliver(watch_id=payload["watch"], until=payload["until"])


@handles(subscribing.CONFIRM)
def send_confirmation(*, key: str, payload: dict) -> None:
    """Ask one address whether it is to be written to."""
    confirmation = Confirmation.objects.filter(pk=payload["confirmation"], used_at=None).first()
    if confirmation is not None:
        mailing.send_confirmation(confirmation, subscribing.secret_of(confirmation))
