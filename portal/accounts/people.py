"""People get an account, lose its use, get it back. Whether the actor may, the caller decides."""

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.sessions import end_sessions
from portal.audit.recording import record
from portal.lifecycle import NotAllowed
from portal.verbs import verb


@verb(room="accounts")
def create_person(
    *,
    by,
    email: str,
    name: str,
    password: str | None = None,
    is_sample: bool = False,
    is_operator: bool = False,
) -> User:
    """A person with an address that counts as proven. Without a password they set one behind a link.

    Raises ValidationError when the address has an account already.
    """
    user = User.objects.create_user(
        email=email, name=name, password=password, is_sample=is_sample, is_staff=is_operator
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    record(by=by, target=user, after={"operator": is_operator, "sample": is_sample})
    return user


@verb(room="accounts")
def deactivate(*, by, user: User, reason: str) -> None:
    """Nobody signs in as this person any more, and whoever is signed in is out at once."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before = user.is_active
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = end_sessions([user.pk])
    record(
        by=by,
        target=user,
        reason=reason,
        before={"active": before},
        after={"active": False, "sessions_ended": ended},
    )


@verb(room="accounts")
def reactivate(*, by, user: User, reason: str) -> None:
    """The person may sign in again. Raises NotAllowed for the name under which a program writes."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_machine:
        raise NotAllowed(_("A program writes under this name. Nobody signs in with it."))
    before = user.is_active
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(by=by, target=user, reason=reason, before={"active": before}, after={"active": True})
