"""A key that is shown with a request: whose it is, and what it may do."""

from agreements.acting import Acting
from agreements.keys import giving, minting
from agreements.keys.models import Key


def acting_with(secret: str) -> tuple[Acting, Key] | None:
    """The actor behind a key, asked anew with each request; None for a key that is not taken (any more)."""
    if not minting.is_well_formed(secret):
        return None
    found = Key.objects.in_force().select_related("authority", "writes_as", "use")
    key = found.filter(secret_hash=minting.digest(secret)).first()
    if key is None:
        return None
    by = _actor(key)
    giving.note_use(by=by, key=key)
    return by, key


def _actor(key: Key) -> Acting:
    """The key acts as itself for its authority: with no roles, and what it does stands under its own name."""
    return Acting(
        actor=key.writes_as.name,
        authority_code=key.authority.code,
        authority_id=key.authority_id,
        economy_id=key.authority.economy_id,
        user_id=key.writes_as_id,
        user_key=str(key.writes_as.key),
        scopes=frozenset(key.scopes),
        vouched_by=key.made_by_id,
    )
