"""Permissions to fetch one thing once: bound to a person, their session and a subject, and good for a minute."""

import hashlib
import secrets
from datetime import timedelta

from django.db import connection

from portal import clock
from portal.files.models import Ticket

GOOD_FOR = timedelta(seconds=60)
_KEPT_FOR = timedelta(days=1)


def issue(*, user_id: int, session_key: str, subject: str) -> str:
    """The secret of a new ticket, kept nowhere but with the reader. Call it inside the verb that grants it.

    ``subject`` is at most 80 characters that the caller understands, such as "version:12:exact". Raises ValueError without a session.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A ticket is issued inside the transaction that grants it.")
    if not session_key:
        raise ValueError("A ticket belongs to a session.")
    secret, now = secrets.token_urlsafe(32), clock.now()
    Ticket.objects.filter(user_id=user_id, expires_at__lt=now - _KEPT_FOR).delete()
    Ticket.objects.create(
        secret_hash=_hashed(secret),
        user_id=user_id,
        session_hash=_hashed(session_key),
        subject=subject,
        issued_at=now,
        expires_at=now + GOOD_FOR,
    )
    return secret


def redeem(*, secret: str, user_id: int, session_key: str, subject: str | None = None) -> str | None:
    """What the ticket is for; afterwards it is used up. None for every ticket that is not good, whatever is wrong with it.

    Where the address names a ``subject`` as well, a ticket for another one is not good, and is not used up.
    """
    found = """
        UPDATE files_ticket SET used_at = %(now)s
        WHERE secret_hash = %(secret)s AND user_id = %(user)s AND session_hash = %(session)s
          AND used_at IS NULL AND expires_at > %(now)s AND (%(subject)s::text IS NULL OR subject = %(subject)s)
        RETURNING subject
    """
    values = {
        "now": clock.now(),
        "secret": _hashed(secret),
        "user": user_id,
        "session": _hashed(session_key),
        "subject": subject,
    }
    with connection.cursor() as cursor:
        cursor.execute(found, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
