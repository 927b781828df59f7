"""Tickets: one person, in one session, may fetch one thing once, within a minute."""

import hashlib
import secrets
from datetime import timedelta

from portal import clock
from portal.files.models import Ticket

LASTS = timedelta(seconds=60)


def issue(*, user_id: int, session_key: str, subject: str) -> str:
    """A new ticket's secret. Only its hash is kept."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    Ticket.objects.create(
        secret_hash=_hash(secret),
        user_id=user_id,
        session_hash=_hash(session_key),
        subject=subject,
        issued_at=now,
        expires_at=now + LASTS,
    )
    return secret


def redeem(*, secret: str, user_id: int, session_key: str) -> str | None:
    """What the ticket is for, exactly once; None for every ticket that is not this person's, here, now."""
    now = clock.now()
    mine = Ticket.objects.filter(
        secret_hash=_hash(secret),
        user_id=user_id,
        session_hash=_hash(session_key),
        used_at=None,
        expires_at__gt=now,
    )
    # One statement decides: of two who come at once, the second finds it used.
    if not mine.update(used_at=now):
        return None
    return Ticket.objects.values_list("subject", flat=True).get(secret_hash=_hash(secret))


def sweep() -> int:
    """Delete tickets that ended more than a day ago; what was fetched stands in the audit."""
    return Ticket.objects.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()[0]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
