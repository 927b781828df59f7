"""A new person accepts an invitation through the sign-in service of the inviting authority, instead of a password."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from agreements import joining
from agreements.models import Authority, Invitation
from portal.accounts.models import User
from portal.lifecycle import NotAllowed

SESSION_KEY = "invitation_by_service"


def services_of(authority: Authority) -> list[dict]:
    """The sign-in services that the settings name for the authority."""
    return [each for each in settings.OIDC_PROVIDERS if each.get("authority") == authority.code]


def keep(request: HttpRequest, secret: str) -> None:
    """Keep the invitation in the session while the browser is at the service."""
    request.session[SESSION_KEY] = secret


def accept(request: HttpRequest, provider_id: str, name: str, email: str) -> User | None:
    """Let the unknown identity in as the invited person, when the session holds an invitation of the service's authority.

    The secret proves who is invited; what the service says about an address proves nothing here. Somebody who has an
    account already signs in with it: an invitation never ties a new identity to an account.
    """
    invitation = joining.invitation_of(request.session.pop(SESSION_KEY, ""))
    if invitation is None or not _is_of(invitation, provider_id) or User.with_email(invitation.email):
        return None
    try:
        return joining.accept_as_new_person(invitation=invitation, name=invitation.name, password=None)
    except (NotAllowed, ValidationError):
        return None


def _is_of(invitation: Invitation, provider_id: str) -> bool:
    return any(each["id"] == provider_id for each in services_of(invitation.authority))
