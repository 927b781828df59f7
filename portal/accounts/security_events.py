"""What happens to accounts goes on record. Each of these verbs is nothing but its entry."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from portal.accounts.models import User
from portal.audit.recording import record
from portal.verbs import verb

room = verb(room="accounts")


@dataclass(frozen=True)
class Oneself:
    """A person acting on their own account, or somebody who has not signed in."""

    actor: str
    user_key: str = ""
    authority_code: str | None = None


NOBODY = Oneself("somebody not signed in")


def oneself(user: User) -> Oneself:
    """The person as the actor of what they do to their own account."""
    return Oneself(user.name, str(user.key))


def hashed_email(email: str) -> str:
    """A mark of an address, the same each time, from which nobody without the portal's key finds the address."""
    return salted_hmac("portal.accounts.email", email.lower(), algorithm="sha256").hexdigest()[:32]


@room
def signed_in(*, by, user: User, methods: list[str], ip: str) -> None:
    """Somebody signed in, by these methods."""
    record(by=by, target=user, after={"methods": methods, "ip": ip})


@room
def sign_in_failed(*, by, user: User | None, email: str, step: str, ip: str) -> None:
    """A password or a code was wrong. The address is kept as a mark only, and the password not at all."""
    target = user or User(pk=0)
    known = {"email_mark": hashed_email(email), "step": step, "ip": ip}
    record(by=by, target=target, target_name=user.name if user else "unknown", after=known)


@room
def signed_out(*, by, user: User) -> None:
    """Somebody signed out."""
    record(by=by, target=user)


@room
def password_changed(*, by, user: User) -> None:
    """A password was set, changed or set anew; every other session ended with it."""
    record(by=by, target=user)


@room
def factor_added(*, by, user: User, factor: str) -> None:
    """A security key, an authenticator app or recovery codes were added."""
    record(by=by, target=user, after={"factor": factor})


@room
def factor_removed(*, by, user: User, factor: str) -> None:
    """A security key, an authenticator app or recovery codes were removed."""
    record(by=by, target=user, before={"factor": factor})


@room
def recovery_codes_made(*, by, user: User) -> None:
    """New recovery codes replaced the old ones."""
    record(by=by, target=user)


@room
def sessions_ended(*, by, user: User, count: int) -> None:
    """A person ended other sessions of theirs."""
    record(by=by, target=user, after={"sessions_ended": count})


@room
def identity_connected(*, by, user: User, provider: str) -> None:
    """A sign-in of an authority was connected to the account."""
    record(by=by, target=user, after={"provider": provider})


@room
def identity_removed(*, by, user: User, provider: str) -> None:
    """A sign-in of an authority was disconnected from the account."""
    record(by=by, target=user, before={"provider": provider})
