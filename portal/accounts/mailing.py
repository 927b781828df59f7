"""E-mail about accounts. All of it goes through the outbox: no page waits for a mail server or tells by its delay.

What is kept in the outbox names a person or an address; the link is made when the message is sent.
"""

import uuid
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.backends import may_sign_in
from portal.accounts.models import User
from portal.outbox.queue import enqueue

LINK = "accounts.send_password_link"
CHANGE = "accounts.tell_of_change"

CHANGES = {
    "account/email/password_changed": gettext_lazy("Your password was changed."),
    "account/email/password_reset": gettext_lazy("Your password was set anew."),
    "mfa/email/totp_activated": gettext_lazy("An authenticator app was added."),
    "mfa/email/totp_deactivated": gettext_lazy("The authenticator app was removed."),
    "mfa/email/webauthn_added": gettext_lazy("A security key was added."),
    "mfa/email/webauthn_removed": gettext_lazy("A security key was removed."),
    "mfa/email/recovery_codes_generated": gettext_lazy(
        "New recovery codes were made; the old ones are void."
    ),
    "socialaccount/email/account_connected": gettext_lazy("A sign-in of your authority was connected."),
    "socialaccount/email/account_disconnected": gettext_lazy("A sign-in of your authority was disconnected."),
}


def password_link(user: User) -> str:
    """The address where this person may set a password, once, within ``PASSWORD_RESET_TIMEOUT`` seconds."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)


@transaction.atomic
def ask_for_link(email: str) -> None:
    """Have a link sent to this address, if it is the address of somebody who may sign in."""
    enqueue(task=LINK, key=uuid.uuid4().hex, payload={"email": email})


@transaction.atomic
def tell_of_change(user: User, change: str) -> None:
    """Have the person told that their way of signing in changed; ``change`` is one of CHANGES, others are silent."""
    if change in CHANGES:
        enqueue(task=CHANGE, key=uuid.uuid4().hex, payload={"user": user.pk, "change": change})


def send_link(*, key: str, payload: dict) -> None:
    """The outbox's handler of LINK."""
    user = User.with_email(payload["email"])
    if user is None or not may_sign_in(user):
        return
    context = {"link": password_link(user), "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    _send(key, user, _("Set your password"), "account/mail/password_link.txt", context)


def send_change(*, key: str, payload: dict) -> None:
    """The outbox's handler of CHANGE."""
    user = User.with_pk(payload["user"])
    if user is None:
        return
    context = {"change": CHANGES[payload["change"]], "page": settings.BASE_URL + reverse("mfa_index")}
    _send(key, user, _("Your sign-in was changed"), "account/mail/change.txt", context)


def _send(key: str, user: User, subject: str, template: str, context: dict) -> None:
    host = urlsplit(settings.BASE_URL).hostname
    body = render_to_string(template, {"name": user.name, "site": settings.BASE_URL, **context})
    headers = {"Message-ID": f"<account-{key}@{host}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(f"Concordat: {subject}", body, to=[user.email], headers=headers).send()
