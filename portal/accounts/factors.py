"""The second factor: who has one, who needs none, who may therefore act."""

from allauth.mfa.models import Authenticator
from django.conf import settings

SECOND_FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


def has_second_factor(user) -> bool:
    """True with a security key or an authenticator app; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()


def is_exempt(user) -> bool:
    """True for the made-up people of local use, whose sign-ins are printed at the start."""
    return user.is_sample and not settings.PRODUCTION


def may_act(user) -> bool:
    """True when nothing about the second factor stands in the way of acting for an authority."""
    return is_exempt(user) or has_second_factor(user)
