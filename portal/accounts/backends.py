"""Whom Django lets in, at sign-in and on every request after it."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


def may_sign_in(user) -> bool:
    """True for an active person; never for a made-up one in production, where everybody knows the password."""
    return user.is_active and not (user.is_sample and settings.PRODUCTION)


class Backend(AuthenticationBackend):
    """allauth's, with the portal's rule for who may sign in; a session ends when the rule turns."""

    def user_can_authenticate(self, user) -> bool:
        return may_sign_in(user)
