"""The portal's answers to allauth's questions, and its record of what allauth does."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import mailing, security_events, sessions
from portal.accounts.backends import may_sign_in
from portal.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Invitation only; every way in or out leaves an audit entry; mail goes through the outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "E-mail address or password is not right. Check both and try again."
        ),
        "incorrect_password": gettext_lazy("The password is not right."),
        "enter_current_password": gettext_lazy("The password is not right."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries that failed. Wait five minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def pre_login(self, request, user, **details):
        if may_sign_in(user):
            return super().pre_login(request, user, **details)
        clear_login(request)
        return self.respond_user_inactive(request, user)

    def login(self, request, user) -> None:
        super().login(request, user)
        sessions.begin(request)

    def post_login(self, request, user, **details):
        methods = [_method(each) for each in get_authentication_records(request, user)]
        security_events.signed_in(
            by=security_events.oneself(user), user=user, methods=methods, ip=self.get_client_ip(request)
        )
        return super().post_login(request, user, **details)

    def authentication_failed(self, request, **credentials) -> None:
        email = credentials.get("email", "")
        security_events.sign_in_failed(
            by=security_events.NOBODY,
            user=User.with_email(email),
            email=email,
            step="password",
            ip=self.get_client_ip(request),
        )

    def logout(self, request) -> None:
        if request.user.is_authenticated:
            security_events.signed_out(by=security_events.oneself(request.user), user=request.user)
        super().logout(request)

    def set_password(self, user, password: str) -> None:
        super().set_password(user, password)
        security_events.password_changed(by=security_events.oneself(user), user=user)

    def send_notification_mail(self, template_prefix: str, user, context=None, email=None) -> None:
        mailing.tell_of_change(user, template_prefix)


def _method(record: dict) -> str:
    """How one step of signing in was done: password, webauthn, totp, recovery_codes, an authority's service, …"""
    if record["method"] == "mfa":
        return record["type"]
    return record.get("provider") or record["method"]


class FactorAdapter(DefaultMFAAdapter):
    """Second factors bear the portal's name; their secrets are stored encrypted under SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is not right, or no longer. Enter the newest one."),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture as an element that may stand in a page."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def generate_authenticator_name(self, user, type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Security key %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


def _box() -> MultiFernet:
    """A box that locks with the newest SECRET_KEY and opens with any that is still known."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"portal.accounts.factors" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SessionsAdapter(DefaultUserSessionsAdapter):
    """A person ends their other sessions."""

    def end_sessions(self, sessions) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            user = ended[0].user
            security_events.sessions_ended(by=security_events.oneself(user), user=user, count=len(ended))
