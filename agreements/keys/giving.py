"""Making keys for programs, and revoking them.

Every verb takes the actor as ``by`` and raises PermissionDenied when the actor may not, NotAllowed when things do not fit.
"""

import uuid
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.keys import minting
from agreements.keys.models import Key, KeyUse
from agreements.models import Authority
from agreements.rights import relation
from portal import clock, permissions
from portal.accounts.models import User
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import running, verb

LONGEST_DAYS = 366
_USED = """
    INSERT INTO keys_keyuse (key_id, first_at, last_on) VALUES (%(key)s, %(now)s, %(today)s)
    ON CONFLICT (key_id) DO UPDATE SET last_on = excluded.last_on WHERE keys_keyuse.last_on < excluded.last_on
    RETURNING xmax = 0
"""


@verb(room="desk")
def make_key(*, by: Acting, authority: Authority, name: str, scopes: list[str], last_day: date) -> str:
    """A new key of the authority, as the only time it is ever told. It does nothing that ``scopes`` do not name.

    It ends on ``last_day``, a year away at most: a key that nobody thinks of any more ends by itself. Raises ValueError for
    a scope that no key may have.
    """
    permissions.check(by, "keys.change", relation(by, authority))
    unknown = set(scopes) - {rule.action for rule in permissions.for_keys()}
    if unknown:
        raise ValueError(f"No key may be given {', '.join(sorted(unknown))}")
    if not clock.today() <= last_day <= clock.today() + timedelta(days=LONGEST_DAYS):
        raise NotAllowed(_("Choose a last day from today on, at most a year away."))
    if authority.successor_id:
        raise NotAllowed(_("Another authority has taken the place of this one, so it gets no more keys."))
    secret = minting.new_secret()
    try:
        with transaction.atomic():
            key = Key.objects.create(
                authority=authority,
                name=name,
                scopes=sorted(set(scopes)),
                secret_hash=minting.digest(secret),
                beginning=minting.beginning(secret),
                last_day=last_day,
                made_by_id=by.user_id,
                writes_as=_name_in_the_register(name),
            )
    except IntegrityError:
        raise NotAllowed(
            _("There is a key of this name already. Choose another, or revoke that one.")
        ) from None
    recording.record(by=by, target=key, after={"scopes": key.scopes, "last_day": last_day})
    return secret


def _name_in_the_register(name: str) -> User:
    """What the program writes stands under this name. Nobody signs in with it: the address leads nowhere (RFC 2606)."""
    user = User(
        email=f"{uuid.uuid4().hex}@key.invalid", name=_("%(name)s (key)") % {"name": name}, is_machine=True
    )
    user.is_active = False
    user.set_unusable_password()
    user.save()
    return user


@verb(room="desk")
def revoke_key(*, by: Acting, key: Key) -> Key:
    """The key is taken no more, from the next request on. Raises NotAllowed when it has been revoked."""
    permissions.check(by, "keys.change", relation(by, key.authority))
    key = Key.objects.select_for_update(of=["self"], no_key=True).select_related("authority").get(pk=key.pk)
    if key.revoked_at is not None:
        raise NotAllowed(_("This key has been revoked already."))
    key.revoked_at, key.revoked_by_id = clock.now(), by.user_id
    key.save(update_fields=["revoked_at", "revoked_by"])
    recording.record(by=by, target=key, after={"revoked": True})
    return key


def note_use(*, by: Acting, key: Key) -> None:
    """Note the day on which a key is used. The first use ever goes on record: who made the key learns whether it was theirs."""
    use = getattr(key, "use", None)
    if use is not None and use.last_on >= clock.today():
        return
    if use is not None:
        _note(key)
        return
    with running("agreements.use_key_first", "desk") as frame:
        if _note(key):
            recording.record(by=by, target=key)
        else:
            frame.entries = 1  # another request was first, and is on record


def _note(key: Key) -> bool:
    """True when it was the first use ever."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, {"key": key.pk, "now": clock.now(), "today": clock.today()})
        row = cursor.fetchone()
    return row is not None and row[0]


def last_uses(keys: list[Key]) -> dict[int, date]:
    """The day of the last use of each key that was ever used."""
    return dict(KeyUse.objects.filter(key__in=keys).values_list("key_id", "last_on"))
