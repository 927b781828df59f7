"""What allauth tells by signal and by no adapter: changes of second factors and of connected identities."""

from allauth.account.adapter import get_adapter
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as identities

from portal.accounts import security_events


def listen() -> None:
    """Put them on record from now on."""
    factors.authenticator_added.connect(_added, dispatch_uid=__name__)
    factors.authenticator_removed.connect(_removed, dispatch_uid=__name__)
    factors.authenticator_reset.connect(_reset, dispatch_uid=__name__)
    factors.authentication_failed.connect(_failed, dispatch_uid=__name__)
    identities.social_account_added.connect(_connected, dispatch_uid=__name__)
    identities.social_account_removed.connect(_disconnected, dispatch_uid=__name__)


def _added(*, user, authenticator: Authenticator, **rest) -> None:
    security_events.factor_added(by=security_events.oneself(user), user=user, factor=str(authenticator.type))


def _removed(*, user, authenticator: Authenticator, **rest) -> None:
    security_events.factor_removed(
        by=security_events.oneself(user), user=user, factor=str(authenticator.type)
    )


def _reset(*, user, **rest) -> None:
    security_events.recovery_codes_made(by=security_events.oneself(user), user=user)


def _failed(*, request, user, authenticator: Authenticator, **rest) -> None:
    security_events.sign_in_failed(
        by=security_events.NOBODY,
        user=user,
        email=user.email,
        step=str(authenticator.type),
        ip=get_adapter().get_client_ip(request),
    )


def _connected(*, sociallogin, **rest) -> None:
    user = sociallogin.user
    security_events.identity_connected(
        by=security_events.oneself(user), user=user, provider=sociallogin.account.provider
    )


def _disconnected(*, socialaccount, **rest) -> None:
    user = socialaccount.user
    security_events.identity_removed(
        by=security_events.oneself(user), user=user, provider=socialaccount.provider
    )
