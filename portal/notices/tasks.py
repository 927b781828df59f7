"""What the worker does for notices."""

from datetime import date

from celery import shared_task

from portal.notices.delivering import deliver
from portal.notices.digesting import DIGEST, ask_for_digests, send_digest
from portal.notices.models import Pace
from portal.notices.telling import DELIVER
from portal.outbox.handlers import handles


@handles(DELIVER)
def deliver_one(*, key: str, payload: dict) -> None:
    """Write to one person about one notice."""
    deliver(user_id=payload["user"], key=payload["key"])


@handles(DIGEST)
def send_one_digest(*, key: str, payload: dict) -> None:
    """Send one person's digest."""
    send_digest(user_id=payload["user"], pace=payload["pace"], day=date.fromisoformat(payload["day"]))


@shared_task(name="notices.daily")
def daily() -> int:
    """Ask for the daily digests that are due."""
    return ask_for_digests(Pace.DAILY)


@shared_task(name="notices.weekly")
def weekly() -> int:
    """Ask for the weekly digests that are due."""
    return ask_for_digests(Pace.WEEKLY)
