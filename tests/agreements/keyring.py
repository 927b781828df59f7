"""Keys for tests: made as an administrator makes them, shown as a program shows them."""

from datetime import timedelta

from agreements.keys import giving
from agreements.keys.models import Key
from agreements.models import Authority
from portal import clock

READING = ("inspection.see", "proposal.see")
WRITING = ("proposal.write", "request.write", "request.answer")


def make_key(
    by, authority: Authority, *scopes: str, name: str = "Nightly sync", last_day=None
) -> tuple[str, Key]:
    """The key as it is told once, and its row."""
    secret = giving.make_key(
        by=by,
        authority=authority,
        name=name,
        scopes=list(scopes),
        last_day=last_day or clock.today() + timedelta(days=30),
    )
    return secret, Key.objects.select_related("authority").latest("pk")


def bearing(secret: str) -> dict:
    """The header with which a program shows its key."""
    return {"authorization": f"Bearer {secret}"}
