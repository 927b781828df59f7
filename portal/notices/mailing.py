"""E-mails that say nothing but that something waits. What it is, is read after signing in."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.models import User

PAGE = "/notices/"
SETTINGS_PAGE = "/notices/settings/"


def send(*, user: User, key: str, subject: str, what: str) -> None:
    """Send one plain-text message: ``what`` in general words, then where to sign in.

    The same key gives the same Message-ID, so that a message repeated after a crash shows that it is the same one.
    """
    address = settings.BASE_URL.rstrip("/")
    settings_address = address + SETTINGS_PAGE
    lines = [
        what,
        _("Sign in: %(address)s") % {"address": address + PAGE},
        _("This message says no more, because e-mail can be read on its way."),
        _("How often we write is yours to choose: %(address)s") % {"address": settings_address},
    ]
    EmailMessage(
        subject=subject,
        body="\n\n".join(lines) + "\n",
        to=[user.email],
        headers={
            "Message-ID": message_id(user, key),
            "List-Unsubscribe": f"<{settings_address}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()


def message_id(user: User, key: str) -> str:
    """The Message-ID of the message about ``key`` to this person; the key cannot be read from it."""
    name = salted_hmac("portal.notices.mailing", f"{user.key}:{key}", algorithm="sha256").hexdigest()[:40]
    return f"<{name}@{urlsplit(settings.BASE_URL).hostname}>"
